"""Deciding: once, by two people where two are asked, taken back within ten minutes (R9.2)."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from kuaiji.audit.models import Event, Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.carrying_out import carry_out_due
from kuaiji.cases.services.deciding import Judgement, Page, decide, take_back
from kuaiji.cases.services.moved import CaseMoved
from kuaiji.cases.services.opening import close_case
from kuaiji.cases.services.reading import waiting_for
from kuaiji.cases.services.taking import take_case
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from tests.support.cases import APPROVE, LOOK, PAIR, RETURN, SAMPLE, changed, effects, operation_of, page, sample_case
from tests.support.members import make_member

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
WINDOW = dt.timedelta(minutes=10)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as moving:
        yield moving


def decided(case: Case, member: Member, judgement: Judgement = APPROVE, **more: Any) -> Decision:
    shown = more.pop("page", None) or page(case)
    return decide(
        operation=operation_of(member), case_id=case.pk, member=member, judgement=judgement, page=shown, **more
    )


def taken_back(case: Case, member: Member) -> Decision:
    return take_back(operation=operation_of(member), case_id=case.pk, member=member)


def test_a_decision_takes_effect_after_ten_minutes(clock: Any) -> None:
    member, case = make_member(), sample_case()
    decision = decided(case, member)
    assert decision.effective_at == NOON + WINDOW
    assert not waiting_for(member).exists()
    clock.move_to(NOON + WINDOW - dt.timedelta(seconds=1))
    assert (carry_out_due(), effects(decision)) == (0, 0)
    clock.move_to(NOON + WINDOW)
    assert carry_out_due() == 1
    assert (carry_out_due(), effects(decision)) == (0, 1)
    case.refresh_from_db()
    assert case.closed_at == NOON + WINDOW


def test_what_is_done_is_an_operation_of_who_decided(clock: Any) -> None:
    member, case = make_member(), sample_case()
    decided(case, member)
    clock.shift(WINDOW)
    carry_out_due()
    done = Operation.objects.get(kind="request_deciding")
    assert (done.actor_kind, done.actor_id) == ("staff", member.pk)


def test_at_once_is_done_in_the_same_moment() -> None:
    member, case = make_member(), sample_case()
    decision = decided(case, member, at_once=True)
    case.refresh_from_db()
    assert (decision.carried_out_at, case.closed_at, effects(decision)) == (NOON, NOON, 1)
    with pytest.raises(CaseMoved, match="took_effect"):
        taken_back(case, member)


def test_a_kind_without_a_window_has_none() -> None:
    with changed(SAMPLE, window=False):
        decision = decided(sample_case(), make_member())
    assert (decision.at_once, decision.carried_out_at) == (True, NOON)


def test_its_maker_takes_it_back_and_nothing_has_happened(clock: Any) -> None:
    member, other, case = make_member(), make_member(), sample_case()
    decision = decided(case, member)
    with pytest.raises(RuleBroken, match="not_your_decision"):
        taken_back(case, other)
    clock.shift(WINDOW - dt.timedelta(seconds=1))
    taken_back(case, member)
    taken_back(case, member)
    assert Event.objects.filter(kind="DecisionTakenBack").count() == 1
    clock.shift(WINDOW)
    assert (carry_out_due(), effects(decision)) == (0, 0)
    case.refresh_from_db()
    assert (case.decided_at, case.holder) == (None, member)


def test_from_the_tenth_minute_on_it_stands_though_not_carried_out_yet(clock: Any) -> None:
    member, case = make_member(), sample_case()
    decided(case, member)
    clock.shift(WINDOW)
    with pytest.raises(CaseMoved, match="took_effect"):
        taken_back(case, member)


def test_sent_twice_from_one_page_is_one_decision_whatever_became_of_it() -> None:
    member, case = make_member(), sample_case()
    shown = page(case)
    first = decided(case, member, page=shown)
    assert decided(case, member, page=shown).pk == first.pk
    taken_back(case, member)
    assert decided(case, member, page=shown).taken_back_at == NOON
    again = decided(case, member)
    assert again.pk != first.pk and again.stands


def test_another_page_finds_it_decided_and_is_told_by_whom(clock: Any) -> None:
    first, second, case = make_member(name="周一"), make_member(), sample_case()
    old = page(case)
    decided(case, first)
    with pytest.raises(CaseMoved) as refused:
        decided(case, second, page=old)
    assert (refused.value.code, refused.value.who, refused.value.at) == ("already_decided", first, NOON)
    clock.shift(WINDOW)
    carry_out_due()
    with pytest.raises(CaseMoved) as refused:
        decided(case, second, page=old)
    assert (refused.value.code, refused.value.who) == ("already_closed", first)
    assert Decision.objects.count() == 1


def test_who_lost_the_case_decides_nothing() -> None:
    first, second, case = make_member(), make_member(), sample_case()
    take_case(operation=operation_of(second), case_id=case.pk, member=second)
    with pytest.raises(CaseMoved, match="held_by_other"):
        decided(case, first)
    assert not Decision.objects.exists()


def test_a_withdrawal_ends_a_decision_that_waits(clock: Any) -> None:
    member, case = make_member(), sample_case()
    decision = decided(case, member)
    close_case(operation=operation_of(), kind=case.kind, subject_id=case.subject_id)
    decision.refresh_from_db()
    assert (decision.void_as, decision.void_at) == ("overtaken", NOON)
    clock.shift(WINDOW)
    assert (carry_out_due(), effects(decision)) == (0, 0)
    with pytest.raises(CaseMoved) as refused:
        decided(case, member)
    assert (refused.value.code, refused.value.who) == ("already_closed", None)


def test_two_different_people_agree_where_two_are_asked(clock: Any) -> None:
    clerk, reviewer, case = make_member(), make_member(Role.REVIEWER), sample_case(kind=PAIR)
    with pytest.raises(RuleBroken, match="not_yours"):
        decided(case, reviewer)
    first = decided(case, clerk)
    assert first.effective_at is None
    assert not waiting_for(clerk).exists()
    with pytest.raises(RuleBroken, match="second_is_first"):
        decided(case, clerk)
    clock.shift(WINDOW)
    assert carry_out_due() == 0
    second = decided(case, reviewer)
    assert (second.pk, second.maker, second.second) == (first.pk, clerk, reviewer)
    assert second.effective_at == NOON + 2 * WINDOW
    clock.shift(WINDOW)
    carry_out_due()
    assert effects(second) == 1


@pytest.mark.parametrize("column", [{"second": "maker"}, {"needs_second": True}])
def test_the_database_refuses_one_person_for_two(column: dict[str, Any]) -> None:
    clerk, reviewer, case = make_member(), make_member(Role.REVIEWER), sample_case(kind=PAIR)
    decided(case, clerk)
    decision = decided(case, reviewer)
    one = decided(sample_case(), clerk)
    target = decision if "second" in column else one
    columns = {"second": target.maker} if "second" in column else column
    with pytest.raises(IntegrityError, match="decision_"), transaction.atomic():
        Decision.objects.filter(pk=target.pk).update(**columns)


def test_a_second_who_disagrees_decides_anew_and_may_take_that_back() -> None:
    clerk, reviewer, case = make_member(), make_member(Role.REVIEWER), sample_case(kind=PAIR)
    first = decided(case, clerk)
    other = decided(case, reviewer, RETURN)
    first.refresh_from_db()
    assert (first.void_as, other.maker, other.second) == ("replaced", reviewer, None)
    assert other.effective_at == NOON + WINDOW
    taken_back(case, reviewer)
    first.refresh_from_db()
    case.refresh_from_db()
    assert (first.stands, case.stage, case.first_by, case.holder) == (True, 2, clerk, reviewer)


def test_the_second_takes_back_only_the_own_part() -> None:
    clerk, reviewer, case = make_member(), make_member(Role.REVIEWER), sample_case(kind=PAIR)
    decided(case, clerk)
    shown = page(case)
    decided(case, reviewer, page=shown)
    with pytest.raises(RuleBroken, match="not_your_decision"):
        taken_back(case, clerk)
    taken_back(case, reviewer)
    case.refresh_from_db()
    assert (case.stage, case.first_by, case.decided_at) == (2, clerk, None)
    assert decided(case, reviewer, page=shown).second is None  # the page that was sent has had its effect
    assert decided(case, reviewer).second == reviewer


def test_the_first_takes_back_until_the_second_has_decided() -> None:
    clerk, reviewer, case = make_member(), make_member(Role.REVIEWER), sample_case(kind=PAIR)
    decided(case, clerk)
    old = page(case)
    taken_back(case, clerk)
    with pytest.raises(RuleBroken, match="stage_moved"):
        decided(case, reviewer, page=old)
    case.refresh_from_db()
    assert (case.stage, case.holder) == (1, clerk)


@pytest.mark.parametrize(
    ("judgement", "code", "field"),
    [
        (Judgement(verdict=Verdict.RETURN), "reason_missing", "reasons"),
        (Judgement(verdict=Verdict.RETURN, reasons=["nobody_knows"]), "reason_unknown", "reasons"),
        (Judgement(verdict=Verdict.RETURN, reasons=["photo_unfit"]), "reason_unknown", "reasons"),  # of reviews alone
        (Judgement(verdict=Verdict.RETURN, reasons=["other"]), "words_missing", "words"),
        (Judgement(verdict=Verdict.RETURN, reasons=["asked_twice"], words="字" * 501), "words_too_long", "words"),
        (Judgement(verdict=Verdict.APPROVE, words="请打 138 0013 8000"), "words_with_number", "words"),
        (Judgement(verdict=Verdict.DROP), "not_offered", "decision"),
    ],
)
def test_what_is_refused_leaves_nothing(judgement: Judgement, code: str, field: str) -> None:
    member, case = make_member(), sample_case()
    with pytest.raises(RuleBroken) as refused:
        decided(case, member, judgement)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Decision.objects.exists()


def test_what_is_only_looked_at_is_decided_by_nobody() -> None:
    with pytest.raises(RuleBroken, match="not_yours"):
        decided(sample_case(kind=LOOK), make_member())


@pytest.mark.parametrize("case_id", ["other", "random"])
def test_out_of_scope_and_unknown_are_not_found(case_id: str) -> None:
    case, member = sample_case(), make_member(bureau="440104")
    shown = Page(key=uuid.uuid4(), stage=1)
    with pytest.raises(Case.DoesNotExist):
        decide(
            operation=operation_of(member),
            case_id=case.pk if case_id == "other" else uuid.uuid4(),
            member=member,
            judgement=APPROVE,
            page=shown,
        )


def test_a_refusal_when_it_takes_effect_puts_the_case_back(clock: Any) -> None:
    def refused(*_: object) -> None:
        raise RuleBroken("locked_by_transfer", "档案已锁定")

    member, case = make_member(), sample_case()
    decision = decided(case, member)
    clock.shift(WINDOW)
    with changed(SAMPLE, carry_out=refused):
        carry_out_due()
    decision.refresh_from_db()
    assert (decision.void_as, decision.carried_out_at) == ("refused", None)
    assert Event.objects.get(kind="DecisionVoid").data["code"] == "locked_by_transfer"
    assert list(waiting_for(member)) == [case]


def test_one_that_breaks_down_is_tried_again_and_keeps_no_other_waiting(clock: Any) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    member, bad, good = make_member(), sample_case(kind=PAIR), sample_case()
    decided(bad, member, RETURN)
    fine = decided(good, member)
    with changed(PAIR, carry_out=broken):
        clock.shift(WINDOW)
        assert (carry_out_due(), effects(fine)) == (2, 1)
    assert carry_out_due() == 0
    clock.shift(dt.timedelta(minutes=1, seconds=1))
    assert carry_out_due() == 1
    bad.refresh_from_db()
    assert bad.closed_at is not None
