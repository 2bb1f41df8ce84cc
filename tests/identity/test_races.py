"""Many at the same moment, with real connections that commit: one person is one user, however they come (R2.3)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.identity.models import (
    PEOPLE_PER_PHONE,
    Check,
    Fingerprint,
    PhoneChange,
    Recovery,
    Registration,
    SmsCode,
    User,
)
from kuaiji.identity.passwords.services import change_own_password
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import phone_fingerprints
from kuaiji.identity.recovery.services import set_recovered_password
from kuaiji.identity.registration.services import register_user, send_registration_code, start_registration
from kuaiji.identity.security.services import finish_phone_change
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.identity.sms_codes.services import check_code
from kuaiji.keys.models import PersonKey
from kuaiji.limits.models import Attempt
from kuaiji.limits.services import count_or_refuse
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import PASSWORD, make_details, make_owner, registering
from tests.support.together import together

pytestmark = pytest.mark.race
ONE = make_details("one")
CLEAR = {"outcome": CheckOutcome.CLEAR, "holder_code": "", "holder_name": ""}


def ready(details: Details) -> Registration:
    """A registration that only lacks the password."""
    registration = start_registration(works_in_accounting=True, holds_qualification=True)
    answers = {"details": details.flat(), "findings": {kind.value: CLEAR for kind in CheckKind}}
    registration.answers = registration.answers | answers
    registration.save()
    return registration


def registration_of(registration: Registration, password: str = PASSWORD) -> Callable[[], object]:
    return lambda: register_user(operation=registering(), registration_id=registration.pk, password=password).pk


def test_sixteen_registrations_of_one_person_make_one_user() -> None:
    forms = [ready(dataclasses.replace(ONE, phone=f"138000000{number:02}")) for number in range(16)]
    outcomes = together([registration_of(form) for form in forms])
    users = list(User.objects.values_list("pk", flat=True))
    assert len(users) == 1 and outcomes.count(users[0]) == 1
    assert outcomes.count("already_registered") == 15
    assert Fingerprint.objects.count() == 3 and PersonKey.objects.count() == 1
    assert Event.objects.count() == 1 and Check.objects.count() == 2


def test_renewed_permits_of_one_person_meet_at_the_database() -> None:
    """Their numbers differ, so no lock holds them apart: the unique index does."""
    permits = [
        make_details("permit", document_type="02", document_number=f"H12345678{number:02}", phone=f"1380000{number:04}")
        for number in range(8)
    ]
    outcomes = together([registration_of(ready(permit)) for permit in permits])
    assert User.objects.count() == 1 and outcomes.count("already_registered") == 7


def test_the_last_button_pressed_eight_times_at_once_makes_one_user() -> None:
    form = ready(ONE)
    outcomes = together([registration_of(form)] * 8)
    assert outcomes == [User.objects.get().pk] * 8
    assert Event.objects.count() == 1


def test_eight_people_on_one_phone_are_three() -> None:
    forms = [ready(make_details(number, phone=ONE.phone)) for number in range(8)]
    outcomes = together([registration_of(form) for form in forms])
    assert User.objects.count() == 3 and outcomes.count("phone_full") == 5
    slots = Fingerprint.objects.filter(kind=FingerprintKind.PHONE).values_list("slot", flat=True)
    assert sorted(slots) == [1, 2, 3]


def test_eight_people_of_one_number_are_three_with_one_salt() -> None:
    countries = ("USA", "FRA", "DEU", "JPN", "GBR", "ITA", "ESP", "CAN")
    forms = [
        ready(make_details(country, document_type="04", document_number="P1234567", document_country=country))
        for country in countries
    ]
    outcomes = together([registration_of(form, f"{PASSWORD} {form.pk}") for form in forms])
    assert User.objects.count() == 3 and outcomes.count("number_full") == 5
    assert len({user.password.rpartition("$")[0] for user in User.objects.all()}) == 1


def test_sixteen_taps_are_one_code() -> None:
    registration = start_registration(works_in_accounting=True, holds_qualification=True)

    def tap() -> bool:
        return send_registration_code(registration=Registration.objects.get(pk=registration.pk), details=ONE)

    outcomes = together([tap] * 16)
    assert outcomes.count(True) == 1 and outcomes.count(False) == 15
    assert SmsCode.objects.count() == 1


def test_one_phone_asked_for_by_sixteen_at_once_gets_one_code() -> None:
    def ask() -> bool:
        registration = start_registration(works_in_accounting=True, holds_qualification=True)
        return send_registration_code(registration=registration, details=ONE)

    outcomes = together([ask] * 16)
    assert outcomes.count(True) == 1 and outcomes.count("limit_code_to_phone") == 15


def test_parallel_wrong_tries_are_all_counted() -> None:
    registration = start_registration(works_in_accounting=True, holds_qualification=True)
    send_registration_code(registration=registration, details=ONE)
    code = SmsCode.objects.get()

    def enter() -> None:
        check_code(purpose=code.purpose, form_id=registration.pk, phone=ONE.phone, digits="000000")

    outcomes = together([enter] * 12)
    assert (outcomes.count("sms_code_wrong"), outcomes.count("sms_code_spent")) == (4, 1)
    assert outcomes.count("sms_code_gone") == 7


def test_parallel_guesses_do_not_slip_past_the_limit() -> None:
    make_owner(ONE)
    outcomes = together([lambda: sign_in_user(number=ONE.person.document.number, password="guess")] * 16)
    assert outcomes.count("sign_in_refused") == 5 and outcomes.count("limit_guess_on_number") == 11


def test_a_limit_holds_across_connections() -> None:
    def take() -> str:
        with transaction.atomic():
            count_or_refuse(attempts.CODE_FOR_PERSON, b"key")
        return "taken"

    outcomes = together([take] * 16)
    assert outcomes.count("taken") == 10 and Attempt.objects.count() == 10


def test_two_changes_of_one_person_s_phone_at_once_make_one() -> None:
    """Two tabs, both with both phones proven: the second finds that the old phone is bound no more."""
    user = make_owner(ONE)
    numbers = [f"1390013900{place}" for place in range(4)]
    outcomes = together([change_to(begun(user, number), number) for number in numbers])
    bound = User.objects.select_related("person_key").get().phone
    assert outcomes.count("old_phone_unproven") == 3 and outcomes.count(bound) == 1
    rows = Fingerprint.objects.filter(kind=FingerprintKind.PHONE)
    assert {bytes(row.fingerprint) for row in rows} == set(phone_fingerprints(bound).values())
    assert Event.objects.count() == OutgoingSms.objects.count() == 1


def test_a_phone_is_bound_to_three_people_however_many_change_to_it_at_once() -> None:
    owners = [make_owner(make_details(number)) for number in range(8)]
    outcomes = together([change_to(begun(one, NEW_PHONE), NEW_PHONE) for one in owners])
    assert outcomes.count(NEW_PHONE) == PEOPLE_PER_PHONE and outcomes.count("phone_full") == 5
    keys = list(phone_fingerprints(NEW_PHONE).values())
    assert Fingerprint.objects.filter(fingerprint__in=keys).count() == PEOPLE_PER_PHONE * len(keys)
    assert Fingerprint.objects.filter(kind=FingerprintKind.PHONE).count() == 8 * len(keys)


def test_the_last_press_of_a_change_sixteen_times_at_once_changes_once() -> None:
    change_id = begun(make_owner(ONE), NEW_PHONE)
    assert together([change_to(change_id, NEW_PHONE)] * 16) == [NEW_PHONE] * 16
    assert Event.objects.count() == OutgoingSms.objects.count() == 1


def test_a_password_by_code_and_one_by_the_page_at_once_leave_one_that_opens() -> None:
    user = make_owner(ONE)
    recovery = Recovery.objects.create(user=user, answers={"phone": ONE.phone}, expires_at=soon())
    by_hand = {"by code": "秋水 blue-heron 88", "by page": "秋水 blue-heron 99"}

    def by_code() -> None:
        operation = Operation(kind=OperationKind.PASSWORD_RECOVERING, actor_kind=ActorKind.CITIZEN)
        set_recovered_password(operation=operation, recovery_id=recovery.pk, password=by_hand["by code"])

    def by_page() -> None:
        operation = Operation(kind=OperationKind.PASSWORD_CHANGING, actor_kind=ActorKind.CITIZEN)
        change_own_password(operation=operation, user=user, current=PASSWORD, password=by_hand["by page"], keep=None)

    # The page's came first and was overtaken, or found the current password gone.
    assert together([by_code, by_page]) in ([None, None], [None, "password_wrong"])
    assert sign_in_user(number=ONE.person.document.number, password=by_hand["by code"]) == user


NEW_PHONE = "13900139000"


def soon() -> dt.datetime:
    return clock.now() + dt.timedelta(minutes=5)


def begun(user: User, phone: str) -> uuid.UUID:
    """A change with both phones proven; its id."""
    answers = {"old": user.phone, "new": phone}
    return PhoneChange.objects.create(user=user, answers=answers, expires_at=soon()).pk


def change_to(change_id: uuid.UUID, phone: str) -> Callable[[], object]:
    """Press the last button; the phone that is bound afterwards."""

    def act() -> str:
        change = PhoneChange.objects.select_related("user__person_key").get(pk=change_id)
        operation = Operation(kind=OperationKind.PHONE_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=change.user_id)
        finish_phone_change(operation=operation, change=change, phone=phone, sms_code="")
        return str(User.objects.select_related("person_key").get(pk=change.user_id).phone)

    return act
