"""Many clerks at the same moment: each case is decided once, and nobody overwrites (R9.2)."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction

from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.carrying_out import carry_out_due
from kuaiji.cases.services.deciding import decide, take_back
from kuaiji.cases.services.opening import close_case
from kuaiji.cases.services.taking import take_case, take_some
from kuaiji.common import clock
from tests.support.cases import APPROVE, SAMPLE, effects, operation_of, page, sample_case
from tests.support.members import make_member
from tests.support.together import together

pytestmark = pytest.mark.race


@transaction.atomic
def withdrawn(case: Case) -> None:
    """What the case is about is taken back."""
    close_case(operation=operation_of(), kind=SAMPLE, subject_id=case.subject_id)


def test_one_of_many_takes_a_case() -> None:
    members, case = [make_member() for _ in range(6)], sample_case()
    told = together(
        [lambda m=m: take_case(operation=operation_of(m), case_id=case.pk, member=m) for m in members]  # type: ignore[misc]
    )
    assert told.count("held_by_other") == 5
    assert Case.objects.get().holder in members


def test_batches_of_many_never_overlap() -> None:
    members = [make_member() for _ in range(4)]
    for _ in range(50):
        sample_case()
    batches = together(
        [lambda m=m: take_some(operation=operation_of(m), kind=SAMPLE, stage=1, member=m) for m in members]  # type: ignore[misc]
    )
    taken = [case.pk for batch in batches for case in batch]  # type: ignore[attr-defined]
    assert len(taken) == len(set(taken)) == Case.objects.exclude(holder=None).count() <= 50


def test_one_of_many_decides_and_the_others_are_told() -> None:
    case = sample_case()
    shown = [(make_member(), page(case)) for _ in range(6)]
    told = together(
        [
            lambda m=m, p=p: decide(  # type: ignore[misc]
                operation=operation_of(m), case_id=case.pk, member=m, judgement=APPROVE, page=p, at_once=True
            )
            for m, p in shown
        ]
    )
    assert told.count("already_closed") == 5
    assert effects(Decision.objects.get()) == 1


def test_one_page_pressed_many_times_at_once_is_one_decision() -> None:
    member, case = make_member(), sample_case()
    shown = page(case)

    def press() -> object:
        return decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=shown).pk

    assert len(set(together([press] * 6))) == Decision.objects.count() == 1


def test_workers_and_whoever_takes_back_at_the_same_moment() -> None:
    """Ten minutes are over for some and not for others: each decision has one fate."""
    member, now = make_member(), clock.now()
    cases = [sample_case() for _ in range(8)]
    with time_machine.travel(now, tick=False):
        for case in cases:
            decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=page(case))
    with time_machine.travel(now + dt.timedelta(minutes=10), tick=False):
        together([carry_out_due, carry_out_due, carry_out_due])
    assert [effects(decision) for decision in Decision.objects.all()] == [1] * 8
    assert not Case.objects.filter(closed_at=None).exists()


def test_a_withdrawal_and_the_moment_of_effect_leave_one_of_both() -> None:
    member, now = make_member(), clock.now()
    cases = [sample_case() for _ in range(4)]
    with time_machine.travel(now, tick=False):
        for case in cases:
            decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=page(case))
    with time_machine.travel(now + dt.timedelta(minutes=10), tick=False):
        withdrawals = [lambda c=case: withdrawn(c) for case in cases]
        together([carry_out_due, *withdrawals])
        carry_out_due()
    for decision in Decision.objects.all():
        assert (decision.carried_out_at is None) is (decision.void_at is not None)
        assert effects(decision) == (1 if decision.carried_out_at else 0)


def test_taken_back_while_the_second_press_comes() -> None:
    member, case = make_member(), sample_case()
    shown = page(case)

    def press() -> object:
        return decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=shown).pk

    press()
    together([press, lambda: take_back(operation=operation_of(member), case_id=case.pk, member=member)])
    assert Decision.objects.get().taken_back_at is not None
