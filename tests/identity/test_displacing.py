"""Whom the identity check confirms, beside a claim on the same document that nobody confirmed (docs/adr/0055)."""

import random
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.collection.models import Draft, StepAnswers, Submission
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.collection.tasks import settle_submissions
from kuaiji.exchange.breaker import breaker
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.identity.models import Fingerprint, Registration, Session, User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check, record_answer
from kuaiji.identity.people.details import Details
from kuaiji.identity.registration.services import (
    register_user,
    send_registration_code,
    start_registration,
    verify_details,
)
from kuaiji.sms.models import OutgoingSms
from people.persons import make_person
from people.records.drafts import fill_in, operation
from people.sign_in_steps import PASSWORD, admitted, code_for, make_details, make_owner, refused, registering
from tests.support.partners import LOOKUPS, Others
from tests.support.together import together

IDENTITY = "/identity/checks"
CLAIMANT = make_person(random.Random("claimant"), status="1")
RIGHT_NAME = "欧阳真"
PENDING, CLEAR, CONFLICT, NOT_COVERED = CheckOutcome


def right_holder(phone: str = "13800000009") -> Details:
    """The same document under another name."""
    return Details.from_flat(CLAIMANT.details | {"name": RIGHT_NAME, "phone": phone})


def claimed(outcome: CheckOutcome | None = PENDING, *, filled: bool = False) -> User:
    """Somebody registered with the document, with the identity check where it says."""
    user = make_owner(Details.from_flat(CLAIMANT.details))
    if filled:
        fill_in(user, CLAIMANT)
    if outcome:
        first_check(user, CheckKind.IDENTITY, PartnerFinding(outcome)).save()
        first_check(user, CheckKind.HOLDER, PartnerFinding(PENDING)).save()
    return user


def submitted(user: User) -> Record | Submission:
    return submit_draft(operation=operation(user, OperationKind.RECORD_COLLECTING), user=user)


def register(details: Details) -> User:
    return register_user(operation=registering(), registration_id=admitted(details), password=PASSWORD)


def messages_to(phone: str) -> list[str]:
    found = OutgoingSms.objects.order_by("created_at", "pk")
    return [message.template_key for message in found if message.phone == phone]


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [PENDING, CONFLICT, NOT_COVERED])
def test_a_claim_that_nobody_confirmed_makes_way_and_is_told(others: Others, outcome: CheckOutcome) -> None:
    before = claimed(outcome, filled=True)
    if outcome == PENDING:
        assert isinstance(submitted(before), Submission)
    client = Client()
    client.force_login(before)
    user = register(right_holder())
    assert User.objects.get() == user and user.name == RIGHT_NAME
    assert [check.outcome for check in user.checks.order_by("kind")] == [CLEAR, CLEAR]
    assert Fingerprint.objects.get(kind=FingerprintKind.DOCUMENT).user == user
    for model in (Draft, StepAnswers, Submission, Record):
        assert not model.objects.exists()
    assert not Session.objects.filter(user_id=before.pk).exists()
    assert client.get("/me/").status_code == 302
    assert messages_to(CLAIMANT.phone) == ["displaced"] and "displaced" not in messages_to("13800000009")
    event = Event.objects.get(kind="UserDisplaced")
    assert event.subject_id == before.pk and event.operation.actor_kind == ActorKind.SYSTEM
    assert Event.objects.get(kind="UserRegistered").operation.actor_id == user.pk


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [CLEAR, None])
def test_who_was_confirmed_stays_whoever_comes(others: Others, outcome: CheckOutcome | None) -> None:
    before = claimed(outcome)
    broken = refused(lambda: register(right_holder()))
    assert broken and broken.code == "already_registered"
    assert User.objects.get() == before and messages_to(CLAIMANT.phone) == []


@pytest.mark.django_db
def test_who_is_confirmed_between_the_pages_stays(others: Others) -> None:
    before = claimed()
    ready = admitted(right_holder())
    check = before.checks.get(kind=CheckKind.IDENTITY)
    said = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
    record_answer(operation=said, check_id=check.pk, finding=PartnerFinding(CLEAR))
    broken = refused(lambda: register_user(operation=registering(), registration_id=ready, password=PASSWORD))
    assert broken and broken.code == "already_registered" and User.objects.get() == before


@pytest.mark.django_db
def test_where_a_record_stands_a_bureau_decides(others: Others) -> None:
    before = claimed(None, filled=True)
    assert isinstance(submitted(before), Record)
    ready = admitted_before_the_record(before)
    for act in (
        lambda: register(right_holder("13800000008")),
        lambda: register_user(operation=registering(), registration_id=ready, password=PASSWORD),
    ):
        broken = refused(act)
        assert broken and (broken.code, broken.field) == ("number_disputed", "document_number")
    assert User.objects.get() == before and Record.objects.get().user == before


def admitted_before_the_record(before: User) -> uuid.UUID:
    """As a registration that was let on while there was no record yet; the check of ``before`` is open from now on."""
    ready = admitted(make_details("somebody else", phone="13800000009"))
    row = Registration.objects.get(pk=ready)
    row.answers = row.answers | {"details": right_holder().flat()}
    row.save()
    first_check(before, CheckKind.IDENTITY, PartnerFinding(PENDING)).save()
    return ready


@pytest.mark.django_db
def test_the_same_phone_goes_on_under_the_confirmed_name(others: Others) -> None:
    """A name typed wrong while nobody answered: what was filled in, and what waits, is kept."""
    before = claimed(filled=True)
    waits = submitted(before)
    browser = Client()
    browser.force_login(before)
    user = register(right_holder(CLAIMANT.phone))
    assert (user.pk, User.objects.get().name) == (before.pk, RIGHT_NAME)
    assert browser.get("/me/").status_code == 302
    event = Event.objects.get(kind="RegistrationCorrected")
    assert event.personal == {"before": CLAIMANT.details["name"], "after": RIGHT_NAME}
    assert not Event.objects.filter(kind__in=("UserDisplaced", "UserRegistered")).exists()
    assert "displaced" not in messages_to(CLAIMANT.phone) and "password_changed" in messages_to(CLAIMANT.phone)
    assert isinstance(waits, Submission)
    settle_submissions(timestamp=0)
    record = Record.objects.get()
    assert record.user == user and record.versions.get().content["identity"]["name"] == RIGHT_NAME


@pytest.mark.django_db
def test_without_an_answer_nobody_makes_way(others: Others) -> None:
    before = claimed()
    others.down = (IDENTITY,)
    broken = refused(lambda: register(right_holder()))
    assert broken and broken.code == "identity_unanswered" and "稍后再试" in broken.message
    assert User.objects.get() == before


ANSWERS: dict[str, dict[str, Any]] = {
    "agrees": {},
    "denies": {"matches": False},
    "does not cover": {"covered": False},
    "is away": {"down": (IDENTITY,)},
    "is alone": {"down": (LOOKUPS,)},
    "knows another holder": {"held_by": {"code": "430000", "name": "湖南省"}},
}


@pytest.mark.django_db
@pytest.mark.parametrize("says", ANSWERS)
@pytest.mark.parametrize("outcome", [PENDING, CLEAR])
def test_others_are_asked_the_same_whoever_is_registered(others: Others, says: str, outcome: CheckOutcome) -> None:
    """Otherwise the time of the answer tells who is."""
    for name, value in ANSWERS[says].items():
        setattr(others, name, value)
    asked = []
    for registered in (False, True):
        if registered:
            claimed(outcome)
        before = len(others.asked)
        breaker.answered()  # each of the two begins with a hub that was well
        for name in (RIGHT_NAME, CLAIMANT.details["name"]):
            phone = f"1380000{registered:d}{name == RIGHT_NAME:d}01"
            details = Details.from_flat(CLAIMANT.details | {"name": name, "phone": phone})
            refused(lambda details=details: admitted(details))  # type: ignore[misc]
        asked.append(others.asked[before:])
    assert asked[0] == asked[1] and IDENTITY in asked[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("down", "codes"), [((), ["identity_mismatch", "identity_mismatch"]), ((IDENTITY,), [None, "identity_unanswered"])]
)
def test_a_wrong_name_costs_the_same_number_of_queries(
    others: Others, down: tuple[str, ...], codes: list[str | None]
) -> None:
    """Also while the check is away, when who is not registered is let on, into a claim that waits."""
    others.matches, others.down = False, down
    counts, found = [], []
    for registered in (False, True):
        if registered:
            claimed(CLEAR)
        details = right_holder(f"138000000{registered:d}1")
        registration = start_registration(works_in_accounting=True, holds_qualification=False)
        send_registration_code(registration=registration, details=details)
        code = code_for(details.phone)
        with CaptureQueriesContext(connection) as queries:
            broken = refused(
                lambda registration=registration, details=details, code=code: verify_details(  # type: ignore[misc]
                    registration=registration, details=details, sms_code=code
                )
            )
        counts.append(len(queries))
        found.append(broken and broken.code)
    assert found == codes and counts[0] == counts[1]


def ready(details: Details) -> Registration:
    """A registration that only lacks the password, whom the identity check confirmed."""
    registration = start_registration(works_in_accounting=True, holds_qualification=True)
    findings = {kind.value: PartnerFinding(CLEAR).as_json() for kind in CheckKind}
    registration.answers = registration.answers | {"details": details.flat(), "findings": findings}
    registration.save()
    return registration


@pytest.mark.race
def test_of_right_holders_and_an_answer_at_once_one_has_the_document() -> None:
    """The claim is confirmed, or made way for, in the moment in which four try to take its place."""
    before = claimed()
    check = before.checks.get(kind=CheckKind.IDENTITY)
    forms = [ready(right_holder(f"1380000001{number}")) for number in range(4)]

    def answered() -> object:
        said = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
        return record_answer(operation=said, check_id=check.pk, finding=PartnerFinding(CLEAR))

    presses = [
        lambda form=form: register_user(operation=registering(), registration_id=form.pk, password=PASSWORD).pk
        for form in forms
    ]
    outcomes = together([*presses, answered])
    user = Fingerprint.objects.get(kind=FingerprintKind.DOCUMENT).user
    assert User.objects.get() == user and user.checks.get(kind=CheckKind.IDENTITY).outcome == CLEAR
    stays = user.pk == before.pk
    assert outcomes[:4].count("already_registered") == (4 if stays else 3) and outcomes[4] == (
        CLEAR if stays else PENDING
    )
    assert Event.objects.filter(kind="UserDisplaced").count() == (not stays)
