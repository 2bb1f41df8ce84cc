"""找回密码 as services: who gets a code, who may set a password, and what that ends."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.models import Recovery, Session, User
from kuaiji.identity.people.details import Details
from kuaiji.identity.recovery.services import (
    find_recovery,
    prove_recovery,
    send_recovery_code,
    set_recovered_password,
    start_recovery,
)
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import DRAW, PASSWORD, code_for, make_details, make_owner, other_than, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEW = "秋水 blue-heron 88"


def asked(details: Details = ONE, /, **given: str) -> tuple[Recovery, dict[str, Any]]:
    """A recovery that has asked for a code, and what was typed."""
    who: dict[str, Any] = {
        "number": details.person.document.number,
        "phone": details.phone,
        "document_type": "",
    } | given
    recovery = start_recovery()
    assert send_recovery_code(recovery=recovery, **who)
    return recovery, who


def proven(details: Details = ONE) -> Recovery:
    recovery, who = asked(details)
    prove_recovery(recovery=recovery, sms_code=code_for(details.phone), **who)
    return recovery


def set_password(recovery_id: uuid.UUID, password: str = NEW) -> User:
    operation = Operation(kind=OperationKind.PASSWORD_RECOVERING, actor_kind=ActorKind.CITIZEN)
    return set_recovered_password(operation=operation, recovery_id=recovery_id, password=password)


def test_a_new_password_opens_and_the_old_one_and_all_sessions_do_not() -> None:
    user = make_owner(ONE)
    for owner in (user, make_owner(make_details("two"))):
        session = SessionStore()
        session["_auth_user_id"] = str(owner.pk)
        session.save()
    assert set_password(proven().pk) == user
    assert sign_in_user(number=ONE.person.document.number, password=NEW) == user
    with pytest.raises(RuleBroken, match="sign_in_refused"):
        sign_in_user(number=ONE.person.document.number, password=PASSWORD)
    assert Session.objects.count() == 1 and not user.sessions.exists()
    event = Event.objects.get(kind="PasswordRecovered")
    assert (event.subject_id, event.data) == (user.pk, {"ended_sessions": 1})


@pytest.mark.parametrize(
    "given",
    [
        {"number": make_details("two").person.document.number},
        {"phone": make_details("two").phone},
        {"document_type": "02"},
    ],
    ids=["number", "phone", "type"],
)
def test_nobody_gets_a_message_when_things_do_not_belong_together(given: dict[str, str]) -> None:
    make_owner(ONE)
    make_owner(make_details("two"))
    asked(**given)
    assert run_jobs(DRAW) == 1
    assert not OutgoingSms.objects.exists()


def test_disabled_users_get_no_message() -> None:
    make_owner(ONE)
    User.objects.update(is_active=False)
    asked()
    run_jobs(DRAW)
    assert not OutgoingSms.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_wrong_codes_are_answered_alike(known: bool) -> None:
    if known:
        make_owner(ONE)
    recovery, who = asked()
    run_jobs(DRAW)
    wrong = other_than(next((m.parameters["code"] for m in OutgoingSms.objects.all()), "000000"))
    outcomes = []
    for _ in range(7):
        with pytest.raises(RuleBroken) as caught:
            prove_recovery(recovery=recovery, sms_code=wrong, **who)
        outcomes.append(caught.value.code)
    assert outcomes == ["sms_code_wrong"] * 4 + ["sms_code_spent"] + ["sms_code_gone"] * 2


def test_two_people_of_one_number_and_phone_say_which_they_are() -> None:
    passport = make_details("p", document_type="05", document_number="E12345678", phone=ONE.phone)
    officer = make_details("o", document_type="99", document_number="E12345678", phone=ONE.phone)
    first, second = make_owner(passport), make_owner(officer, f"{PASSWORD} 2")
    recovery, who = asked(passport)
    with pytest.raises(RuleBroken) as caught:
        prove_recovery(recovery=recovery, sms_code=code_for(ONE.phone), **who)
    assert (caught.value.code, caught.value.field) == ("document_type_needed", "document_type")
    assert Recovery.objects.get().user is None
    prove_recovery(recovery=recovery, sms_code="", **who | {"document_type": "99"})
    assert set_password(recovery.pk) == second
    assert sign_in_user(number="E12345678", password=PASSWORD) == first


def test_a_proven_phone_proves_nothing_for_another_number() -> None:
    make_owner(ONE)
    make_owner(make_details("two", phone=ONE.phone))
    recovery, who = asked()
    prove_recovery(recovery=recovery, sms_code=code_for(ONE.phone), **who)
    other = who | {"number": make_details("two").person.document.number}
    with pytest.raises(RuleBroken, match="sms_code_gone"):
        prove_recovery(recovery=recovery, sms_code="", **other)
    send_recovery_code(recovery=recovery, **other)
    with pytest.raises(RuleBroken, match="recovery_gone"):
        set_password(recovery.pk)


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "password_short"), (ONE.person.document.number, "password_own"), ("a1234567", "password_common")],
)
def test_weak_passwords_change_nothing(password: str, code: str) -> None:
    make_owner(ONE)
    recovery = proven()
    with pytest.raises(RuleBroken, match=code):
        set_password(recovery.pk, password)
    assert sign_in_user(number=ONE.person.document.number, password=PASSWORD)
    assert set_password(recovery.pk)


def test_the_same_button_twice_and_then_never_again() -> None:
    user = make_owner(ONE)
    recovery = proven()
    assert set_password(recovery.pk) == set_password(recovery.pk) == user
    assert Event.objects.filter(kind="PasswordRecovered").count() == 1
    with pytest.raises(RuleBroken, match="recovery_gone"):
        set_password(recovery.pk, "a third password")
    assert find_recovery(recovery.pk) is None


def test_the_bound_phone_is_told_once_that_the_password_was_changed() -> None:
    make_owner(ONE)
    told = OutgoingSms.objects.filter(template_key=TemplateKey.PASSWORD_CHANGED)
    with time_machine.travel(BEGIN, tick=False):
        recovery = proven()
        with pytest.raises(RuleBroken):
            set_password(recovery.pk, "short")
        assert not told.exists()
        set_password(recovery.pk), set_password(recovery.pk)
    message = told.get()
    time = f"{BEGIN.month}月{BEGIN.day}日16:00"
    assert (message.phone, message.parameters) == (ONE.phone, {"time": time})
    assert message.due_at == BEGIN  # a notice: workers hand it over with others (ADR 0100)
    words = profile().sms[message.template_key].text.format_map(message.parameters)
    assert words == f"您的登录密码已于{time}修改。如非本人操作，请立即联系当地财政部门。"


def test_an_unproven_or_late_recovery_sets_nothing() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        recovery, _ = asked()
        run_jobs(DRAW)
        with pytest.raises(RuleBroken, match="recovery_gone"):
            set_password(recovery.pk)
        traveller.shift(dt.timedelta(minutes=2))
        ready = proven()
        traveller.shift(dt.timedelta(minutes=30))
        with pytest.raises(RuleBroken, match="recovery_gone"):
            set_password(ready.pk)
        assert find_recovery(ready.pk) is None
    for unknown in (uuid.uuid4(), None):
        assert find_recovery(unknown) is None


def test_an_owner_whose_number_is_being_guessed_at_gets_in() -> None:
    user = make_owner(ONE)
    for _ in range(6):
        with pytest.raises(RuleBroken):
            sign_in_user(number=ONE.person.document.number, password="guess")
    assert set_password(proven().pk) == user
