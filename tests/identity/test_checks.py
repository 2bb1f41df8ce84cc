"""Questions left open at the door: asked again, with patience, and at submission (R1.4)."""

import datetime as dt

import pytest
import structlog
import time_machine

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.sessions import LINGER
from kuaiji.identity import tasks
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, Recovery, Registration, Session, SmsCode, User
from kuaiji.identity.partner_checks.services import (
    PENDING,
    PartnerFinding,
    ask_open_checks,
    ask_partner,
    first_check,
    record_answer,
)
from kuaiji.identity.recovery.services import start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.limits import tasks as limits_tasks
from kuaiji.limits.models import Attempt
from kuaiji_wire.people import Document, Person
from people.sign_in_steps import make_details, make_owner
from tests.support.moments import BEGIN
from tests.support.partners import LOOKUPS, Others

pytestmark = pytest.mark.django_db
IDENTITY, HOLDERS = "/identity/checks", LOOKUPS
HUNAN = {"code": "430000", "name": "湖南省"}


def make_checks(seed: object = 1, **findings: PartnerFinding) -> User:
    """A user with both checks as found at the door; pending unless given."""
    user = make_owner(make_details(seed))
    for kind in CheckKind:
        first_check(user, kind, findings.get(kind, PENDING)).save()
    return user


def outcomes(user: User) -> dict[str, str]:
    return {check.kind: str(check.outcome) for check in user.checks.all()}


def test_open_questions_are_answered_in_time(others: Others) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        user = make_checks()
        tasks.ask_again(0)
        assert others.asked == []
        traveller.shift(dt.timedelta(minutes=5))
        tasks.ask_again(0)
        traveller.shift(dt.timedelta(minutes=10))
        tasks.ask_again(0)
    assert outcomes(user) == {"identity": "clear", "holder": "clear"}
    assert sorted(others.asked) == sorted([HOLDERS, IDENTITY])
    assert [event.data["after"] for event in Event.objects.filter(kind="CheckAnswered")] == ["clear", "clear"]


def test_silence_is_met_with_growing_patience(others: Others) -> None:
    others.down = (IDENTITY,)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        user = make_checks(holder=PartnerFinding(CheckOutcome.CLEAR))
        waits = []
        for _ in range(9):
            check = user.checks.get(kind=CheckKind.IDENTITY)
            assert check.next_attempt_at
            waits.append((check.next_attempt_at - dt.datetime.now(dt.UTC)).total_seconds() / 60)
            traveller.move_to(check.next_attempt_at)
            tasks.ask_again(0)
    assert waits == [5, 10, 20, 30, 30, 30, 30, 30, 30]
    assert not Event.objects.exists()


def test_a_silent_partner_is_asked_once_a_run(others: Others) -> None:
    others.down = (IDENTITY,)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for number in range(4):
            make_checks(number, holder=PartnerFinding(CheckOutcome.CLEAR))
        traveller.shift(dt.timedelta(minutes=5))
        tasks.ask_again(0)
        assert others.asked == [IDENTITY]
        others.down = ()
        tasks.ask_again(0)
    assert len(others.asked) == 4
    assert Check.objects.filter(outcome=CheckOutcome.PENDING).count() == 1


def test_who_holds_a_person_is_not_asked_while_the_name_is_in_doubt(others: Others) -> None:
    others.matches = False
    others.held_by = HUNAN
    with time_machine.travel(BEGIN, tick=False) as traveller:
        user = make_checks()
        for _ in range(6):
            traveller.shift(dt.timedelta(hours=7))
            tasks.ask_again(0)
    assert outcomes(user) == {"identity": "conflict", "holder": "pending"}
    assert others.asked == [IDENTITY] and user.checks.get(kind=CheckKind.HOLDER).attempts == 1


def test_doubts_about_one_person_hold_up_nobody_else(others: Others) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for number in range(3):
            make_checks(number, identity=PartnerFinding(CheckOutcome.CONFLICT))
        traveller.shift(dt.timedelta(minutes=1))
        user = make_checks("clear", identity=PartnerFinding(CheckOutcome.CLEAR))
        traveller.shift(dt.timedelta(minutes=5))
        tasks.ask_again(0)
    assert outcomes(user)["holder"] == "clear" and others.asked == [HOLDERS]


def test_a_conflict_is_kept_with_the_holder(others: Others) -> None:
    others.held_by = HUNAN
    with time_machine.travel(BEGIN, tick=False) as traveller:
        user = make_checks(identity=PartnerFinding(CheckOutcome.CLEAR))
        traveller.shift(dt.timedelta(minutes=5))
        tasks.ask_again(0)
    check = user.checks.get(kind=CheckKind.HOLDER)
    assert (check.outcome, check.holder_code, check.holder_name) == ("conflict", "430000", "湖南省")
    assert check.next_attempt_at is None and check.checked_at
    assert Event.objects.get().data == {
        "check": "holder", "before": "pending", "after": "conflict", "holder_code": "430000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "down", "held", "after"),
    [
        (CheckOutcome.CLEAR, (), None, "clear"),
        (CheckOutcome.CLEAR, (), HUNAN, "conflict"),
        (CheckOutcome.CLEAR, (HOLDERS,), None, "clear"),
        (CheckOutcome.CONFLICT, (), None, "clear"),
        (CheckOutcome.CONFLICT, (HOLDERS,), None, "conflict"),
        (CheckOutcome.PENDING, (), HUNAN, "conflict"),
        (CheckOutcome.PENDING, (HOLDERS,), None, "pending"),
    ],
)
def test_submission_asks_who_holds_the_person(
    others: Others, before: CheckOutcome, down: tuple[str, ...], held: dict[str, str] | None, after: str
) -> None:
    user = make_checks(identity=PartnerFinding(CheckOutcome.CLEAR), holder=PartnerFinding(before))
    others.down, others.held_by = down, held
    ask_open_checks(user)
    assert outcomes(user) == {"identity": "clear", "holder": after}
    assert others.asked == [HOLDERS]
    assert Event.objects.exists() is (before != after)


def test_submission_asks_the_name_first_when_it_is_still_open(others: Others) -> None:
    user = make_checks()
    ask_open_checks(user)
    assert others.asked == [IDENTITY, HOLDERS]
    assert outcomes(user) == {"identity": "clear", "holder": "clear"}


@pytest.mark.parametrize(
    ("matches", "down", "after"),
    [
        (True, (), {"identity": "clear", "holder": "clear"}),
        (False, (), {"identity": "conflict", "holder": "pending"}),
        (True, (IDENTITY,), {"identity": "conflict", "holder": "pending"}),
    ],
)
def test_submission_asks_again_where_the_name_was_not_right(
    others: Others, matches: bool, down: tuple[str, ...], after: dict[str, str]
) -> None:
    """The other system may have been put right; silence takes no answer back."""
    others.matches, others.down = matches, down
    user = make_checks(identity=PartnerFinding(CheckOutcome.CONFLICT))
    ask_open_checks(user)
    assert outcomes(user) == after


def test_an_answer_that_comes_twice_is_one_event(others: Others) -> None:
    user = make_checks()
    check = user.checks.get(kind=CheckKind.IDENTITY)
    for _ in range(2):
        operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
        record_answer(operation=operation, check_id=check.pk, finding=PartnerFinding(CheckOutcome.CLEAR))
    assert Event.objects.count() == 1


def test_sweeping_forgets_what_is_over() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        begun = start_registration(works_in_accounting=True, holds_qualification=True)
        send_registration_code(registration=begun, details=make_details(1))
        start_recovery()
        SessionStore().create()
        tasks.sweep(0)
        assert Registration.objects.count() == Recovery.objects.count() == Session.objects.count() == 1
        traveller.shift(dt.timedelta(minutes=31))
        tasks.sweep(0)
        assert not Registration.objects.exists() and not Recovery.objects.exists()
        assert SmsCode.objects.exists() and Attempt.objects.exists()
        assert Session.objects.exists()  # over, and still told whose it was
        traveller.shift(LINGER)
        tasks.sweep(0)
        assert not Session.objects.exists()
        traveller.shift(dt.timedelta(hours=25))
        tasks.sweep(0)
        limits_tasks.sweep(0)
        assert not SmsCode.objects.exists() and not Attempt.objects.exists()


def test_a_partner_that_is_away_leaves_a_line(others: Others) -> None:
    others.down = (IDENTITY,)
    with structlog.testing.capture_logs() as lines:
        assert (
            ask_partner(CheckKind.IDENTITY, Person(name="张三", document=Document(type="01", country="", number="x")))
            == PENDING
        )
    assert {"event": "partner_unavailable", "reason": "status_503"}.items() <= lines[0].items()
    assert "张三" not in str(lines)
