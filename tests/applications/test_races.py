"""Two hands on one request, with real connections: one of them has done it, the other is told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.audit.models import Event
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.sms.models import OutgoingSms
from people.records.drafts import operation
from people.records.versioned_records import inconsistencies, make_record
from tests.support.bureau_requests import (
    NEW_PHONE,
    approve,
    ask,
    claim,
    colleague,
    details_of,
    known_items,
    other_number,
    refuse,
)

pytestmark = pytest.mark.race


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each: the code of its refusal, or nothing."""
    outcomes, barrier = [""] * len(acts), threading.Barrier(len(acts))

    def run(at: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
        except RuleBroken as broken:
            outcomes[at] = broken.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_second_reviews_at_once_correct_once() -> None:
    record = make_record()
    request = approve(ask(record), "张三")
    for name in ("李四", "王五", "赵六"):
        colleague(name)
    outcomes = at_once(*(lambda name=name: approve(request, name) for name in ("李四", "王五", "赵六")))
    assert sorted(outcomes) == ["", "already_closed", "already_closed"]
    assert Record.objects.get().version == 2 and inconsistencies(record) == []
    told = OutgoingSms.objects.filter(template_key="request_approved").count()
    assert Event.objects.filter(kind="RequestApproved").count() == told == 1


def test_two_first_reviews_at_once_are_a_first_and_a_second() -> None:
    request = ask(make_record())
    for name in ("张三", "李四"):
        colleague(name)
    outcomes = at_once(lambda: approve(request, "张三"), lambda: approve(request, "李四"))
    assert sorted(outcomes) == ["", "stage_moved"], "the later one is told that the first review is done"
    made = approve(request, "李四" if outcomes[1] else "张三")
    assert made.state == ApplicationState.APPROVED and made.first_member != made.decided_member


def test_one_hand_pressing_twice_does_not_make_two() -> None:
    request, _ = ask(make_record()), colleague("张三")
    assert sorted(at_once(lambda: approve(request, "张三"), lambda: approve(request, "张三"))) == ["", "stage_moved"]
    assert Record.objects.get().version == 1


@pytest.mark.parametrize("decide", [lambda request: approve(request, "李四"), lambda request: refuse(request, "李四")])
def test_a_decision_against_a_withdrawal_one_wins(decide: Callable[[Application], object]) -> None:
    record = make_record()
    request = approve(ask(record), "张三")
    act, user = operation(record.user), record.user
    outcomes = at_once(
        lambda: decide(request),
        lambda: withdraw_application(operation=act, user=user, application_id=request.pk),
    )
    made = Application.objects.get()
    assert sorted(outcomes) == ["", "already_decided" if outcomes[0] == "" else "already_closed"]
    assert (made.state == ApplicationState.WITHDRAWN) == (outcomes[1] == "")
    assert Record.objects.get().version == (2 if made.state == ApplicationState.APPROVED else 1)
    assert Event.objects.filter(kind__in=("RequestApproved", "RequestRefused", "RequestWithdrawn")).count() == 1


def test_an_objection_against_an_approval_one_wins() -> None:
    record = make_record()
    before = record.user.phone
    request = claim(details_of(record), known_items(record))
    act, user = operation(record.user), record.user
    outcomes = at_once(
        lambda: approve(request, "张三"),
        lambda: withdraw_application(operation=act, user=user, application_id=request.pk),
    )
    assert sorted(outcomes) == ["", "already_decided" if outcomes[0] == "" else "already_closed"]
    assert User.objects.get().phone == (NEW_PHONE if outcomes[0] == "" else before)


def test_the_same_request_pressed_many_times_is_one() -> None:
    record = make_record()
    wanted = other_number(record)
    assert at_once(*[lambda: ask(record, wanted)] * 4) == [""] * 4
    assert Application.objects.count() == Event.objects.filter(kind="RequestSubmitted").count() == 1


def test_different_corrections_of_one_field_at_once_leave_one() -> None:
    record = make_record()
    first, second = other_number(record, "one"), other_number(record, "two")
    outcomes = at_once(lambda: ask(record, first), lambda: ask(record, second))
    assert sorted(outcomes) == ["", "already_applied"]
    assert Application.objects.count() == 1
