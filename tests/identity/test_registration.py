"""用户注册 as services: who is admitted, what the user becomes, and what the database refuses (R1.4, R2.1, R2.3)."""

import dataclasses
import datetime as dt
import uuid
from functools import partial

import pytest
import time_machine

from kuaiji.audit.models import Event, Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, Registration, User
from kuaiji.identity.passwords.hashing import verify_any
from kuaiji.identity.people.details import Details
from kuaiji.identity.registration.services import (
    HeldElsewhere,
    find_registration,
    register_user,
    send_registration_code,
    start_registration,
    verify_details,
)
from people.sign_in_steps import PASSWORD, admitted, code_for, make_details, make_owner, refused, registering
from tests.support.moments import BEGIN
from tests.support.partners import LOOKUPS, Others

pytestmark = pytest.mark.django_db
ONE = make_details("one")
IDENTITY, HOLDERS = "/identity/checks", LOOKUPS


def arrive(details: Details) -> Registration:
    """A registration whose phone is proven, before anything else is known."""
    registration = start_registration(works_in_accounting=True, holds_qualification=False)
    send_registration_code(registration=registration, details=details)
    return registration


def complete(details: Details) -> RuleBroken | None:
    """Enter the right code; the refusal, if there is one."""
    registration = arrive(details)
    try:
        verify_details(registration=registration, details=details, sms_code=code_for(details.phone))
    except RuleBroken as broken:
        assert not Registration.objects.get().answers["findings"]
        with pytest.raises(RuleBroken) as caught:
            register_user(operation=registering(), registration_id=registration.pk, password=PASSWORD)
        assert caught.value.code == "registration_unfinished"
        return broken
    return None


def register(details: Details, password: str = PASSWORD) -> User:
    return register_user(operation=registering(), registration_id=admitted(details), password=password)


def test_a_user_comes_into_being(others: Others) -> None:
    user = User.objects.get(pk=register(ONE).pk)
    assert (user.name, user.document_number, user.phone) == (ONE.person.name, ONE.person.document.number, ONE.phone)
    assert user.works_in_accounting and not user.holds_qualification
    assert verify_any(PASSWORD, [user]) == user
    assert sorted(user.fingerprints.values_list("kind", "slot")) == [("document", 1), ("number", 1), ("phone", 1)]
    assert sorted(user.checks.values_list("kind", "outcome")) == [("holder", "clear"), ("identity", "clear")]
    assert others.asked == [IDENTITY, HOLDERS]
    event = Event.objects.get(kind="UserRegistered")
    assert event.subject_id == user.pk and event.data["identity"] == event.data["holder"] == "clear"
    assert Operation.objects.get(pk=event.operation_id).actor_id == user.pk
    finished = Registration.objects.get()
    assert finished.answers == {} and finished.user == user
    assert find_registration(finished.pk) is None


@pytest.mark.parametrize(
    ("down", "identity", "holder"),
    [((), "clear", "clear"), ((HOLDERS,), "clear", "pending"), ((IDENTITY,), "pending", "pending")],
)
def test_silence_of_others_stops_nobody(others: Others, down: tuple[str, ...], identity: str, holder: str) -> None:
    """Who holds a person is not even asked while it is unknown whether the name is right."""
    others.down = down
    user = register(ONE)
    checks = {check.kind: check for check in user.checks.all()}
    assert (checks["identity"].outcome, checks["holder"].outcome) == (identity, holder)
    for check in checks.values():
        assert (check.next_attempt_at is None) is (check.outcome == "clear")


def test_a_type_that_is_not_covered_goes_on_and_is_marked(others: Others) -> None:
    """Who holds a person is asked as of anybody: the hub compares the name itself."""
    others.covered = False
    user = register(ONE)
    checks = {check.kind: check for check in user.checks.all()}
    assert (checks["identity"].outcome, checks["holder"].outcome) == ("not_covered", "clear")
    assert checks["identity"].next_attempt_at is None and checks["identity"].checked_at
    assert others.asked == [IDENTITY, HOLDERS]


def test_mismatch_says_no_more(others: Others) -> None:
    others.matches = False
    others.held_by = {"code": "430000", "name": "湖南省"}
    broken = complete(ONE)
    assert broken and (broken.code, broken.message) == ("identity_mismatch", "姓名与证件号码不一致，请核对")
    assert HOLDERS not in others.asked


def test_held_elsewhere_is_told_where(others: Others) -> None:
    others.held_by = {"code": "430000", "name": "湖南省"}
    broken = complete(ONE)
    assert isinstance(broken, HeldElsewhere)
    assert (broken.code, broken.holder_code, broken.holder_name) == ("held_elsewhere", "430000", "湖南省")


def test_held_by_ourselves_is_free(others: Others) -> None:
    others.held_by = {"code": profile().code, "name": "广东省"}
    assert complete(ONE) is None


@pytest.mark.parametrize(("name", "code"), [(ONE.person.name, "already_registered"), ("别的名字", "identity_mismatch")])
def test_already_registered_is_told_to_who_knows_the_name(others: Others, name: str, code: str) -> None:
    """After asking whom somebody not registered is asked for as well."""
    make_owner(ONE)
    others.matches = name == ONE.person.name
    broken = complete(make_details("new phone", **ONE.flat() | {"name": name, "phone": "13800000001"}))
    assert broken and broken.code == code
    assert others.asked == ([IDENTITY, HOLDERS] if others.matches else [IDENTITY])


WRITTEN = {
    "case": ("SMITH JOHN", "Smith John"),
    "apostrophe": ("O\u2019BRIEN ANN", "O'Brien Ann"),
    "dot": ("古丽·阿里", "古丽阿里"),
    "before blanks were left out": ("王 明", "王明"),
    "filler": ("张\u3164伟", "张伟"),
}


@pytest.mark.parametrize(("kept", "typed"), WRITTEN.values(), ids=WRITTEN)
def test_a_name_is_the_same_however_it_is_written(others: Others, kept: str, typed: str) -> None:
    make_owner(make_details("owner", **ONE.flat() | {"name": kept}))
    broken = complete(make_details("new phone", **ONE.flat() | {"name": typed, "phone": "13800000001"}))
    assert broken and broken.code == "already_registered"


def test_a_renewed_permit_is_the_same_person(others: Others) -> None:
    old = make_details("permit", document_type="02", document_number="H1234567801")
    make_owner(old)
    renewed = old.flat() | {"document_number": "H1234567802", "phone": "13800000001"}
    broken = complete(Details.from_flat(renewed))
    assert broken and broken.code == "already_registered"


def test_nothing_is_looked_up_before_the_phone_is_proven(others: Others) -> None:
    make_owner(ONE)
    registration = arrive(ONE)
    with pytest.raises(RuleBroken) as caught:
        verify_details(registration=registration, details=ONE, sms_code="000000")
    assert caught.value.code.startswith("sms_code_") and others.asked == []


def test_a_proven_phone_stays_proven_for_this_registration_alone(others: Others) -> None:
    others.matches = False
    registration = arrive(ONE)
    with pytest.raises(RuleBroken, match="identity_mismatch"):
        verify_details(registration=registration, details=ONE, sms_code=code_for(ONE.phone))
    others.matches = True
    corrected = Details.from_flat(ONE.flat() | {"name": "改正后"})
    verify_details(registration=registration, details=corrected, sms_code="")
    assert Registration.objects.get().answers["findings"]
    other_phone = dataclasses.replace(corrected, phone="13800000001")
    with pytest.raises(RuleBroken, match="sms_code_gone"):
        verify_details(registration=registration, details=other_phone, sms_code="")


def test_asking_for_another_code_takes_the_admission_back(others: Others) -> None:
    registration = find_registration(admitted(ONE))
    assert registration
    send_registration_code(registration=registration, details=make_details("somebody else"))
    with pytest.raises(RuleBroken, match="registration_unfinished"):
        register_user(operation=registering(), registration_id=registration.pk, password=PASSWORD)


def test_a_phone_proves_three_numbers_a_day(others: Others) -> None:
    others.matches = False
    registration = arrive(ONE)
    code, outcomes = code_for(ONE.phone), []
    for number in range(5):
        asked = make_details(f"guess {number}", phone=ONE.phone)
        try:
            verify_details(registration=registration, details=asked, sms_code=code)
        except RuleBroken as broken:
            outcomes.append(broken.code)
    assert outcomes == ["identity_mismatch"] * 3 + ["limit_document_by_phone"] * 2
    assert others.asked == [IDENTITY] * 3


def test_a_phone_serves_three_people(others: Others) -> None:
    for number in range(3):
        make_owner(make_details(number, phone=ONE.phone))
    broken = complete(ONE)
    assert broken and (broken.code, broken.field) == ("phone_full", "phone")


def test_strangers_cannot_fill_the_places_of_a_number_under_types_that_nobody_checks(others: Others) -> None:
    """One of the three is kept for whom the identity check confirms."""
    number = ONE.person.document.number
    others.covered = False
    for country, refusal in (("USA", None), ("FRA", None), ("DEU", "number_full")):
        stranger = make_details(country, document_type="04", document_number=number, document_country=country)
        broken = refused(partial(_registers, stranger, f"{PASSWORD} {country}"))
        assert (broken.code if broken else None) == refusal
    others.covered = True
    assert refused(partial(_registers, ONE, PASSWORD)) is None


def _registers(details: Details, password: str) -> User:
    return register_user(operation=registering(), registration_id=admitted(details), password=password)


def test_the_last_slots_are_the_databases_to_give(others: Others) -> None:
    """What filled up between the pages is refused by the last step too."""
    passports = [
        make_details(country, document_type="04", document_number="P1234567", document_country=country)
        for country in ("USA", "FRA", "DEU", "JPN")
    ]
    ready = admitted(passports[3])
    with_phone = admitted(ONE)
    same_person = admitted(dataclasses.replace(ONE, phone="13800000002"))
    for number in range(3):
        make_owner(passports[number], f"{PASSWORD}{number}")
        make_owner(make_details(number, phone=ONE.phone), f"{PASSWORD}{number}")
    with pytest.raises(RuleBroken, match="number_full"):
        register_user(operation=registering(), registration_id=ready, password=PASSWORD)
    with pytest.raises(RuleBroken, match="phone_full"):
        register_user(operation=registering(), registration_id=with_phone, password=PASSWORD)
    assert not User.objects.filter(name=ONE.person.name, document_number__isnull=True).exists()
    made = register_user(operation=registering(), registration_id=same_person, password=PASSWORD)
    assert Fingerprint.objects.filter(kind=FingerprintKind.DOCUMENT, user=made).count() == 1
    assert Event.objects.filter(kind="UserRegistered").count() == 1


def test_the_same_button_twice_makes_one_user(others: Others) -> None:
    ready = admitted(ONE)
    first = register_user(operation=registering(), registration_id=ready, password=PASSWORD)
    again = register_user(operation=registering(), registration_id=ready, password=PASSWORD)
    assert first == again and User.objects.count() == 1
    assert Event.objects.filter(kind="UserRegistered").count() == 1
    with pytest.raises(RuleBroken, match="already_registered"):
        register_user(operation=registering(), registration_id=ready, password=PASSWORD + "x")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        (ONE.phone, "password_own"),
        (f"{ONE.person.name}的密码2026", "password_own"),
        ("a1234567", "password_common"),
    ],
)
def test_weak_passwords_make_no_user(others: Others, password: str, code: str) -> None:
    ready = admitted(ONE)
    with pytest.raises(RuleBroken, match=code):
        register_user(operation=registering(), registration_id=ready, password=password)
    assert not User.objects.exists()
    assert register_user(operation=registering(), registration_id=ready, password=PASSWORD)


def test_a_registration_lives_thirty_minutes_from_its_last_use(others: Others) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        begun = start_registration(works_in_accounting=True, holds_qualification=True)
        traveller.shift(dt.timedelta(minutes=29))
        found = find_registration(begun.pk)
        assert found and send_registration_code(registration=found, details=ONE)
        traveller.shift(dt.timedelta(minutes=29))
        assert find_registration(begun.pk)
        traveller.shift(dt.timedelta(minutes=1))
        assert find_registration(begun.pk) is None
        with pytest.raises(RuleBroken, match="registration_gone"):
            register_user(operation=registering(), registration_id=begun.pk, password=PASSWORD)
    for unknown in (uuid.uuid4(), None):
        assert find_registration(unknown) is None


def test_what_was_typed_is_sealed() -> None:
    registration = arrive(ONE)
    assert find_registration(registration.pk).answers["details"]["phone"] == ONE.phone  # type: ignore[union-attr]
    row = Registration.objects.filter(pk=registration.pk).values_list("answers", flat=True)[0]
    for secret in (ONE.phone, ONE.person.document.number, ONE.person.name):
        assert secret.encode() not in bytes(row)
    assert (
        ONE.phone not in repr(ONE) and ONE.person.name not in repr(ONE) and ONE.person.document.number not in repr(ONE)
    )
