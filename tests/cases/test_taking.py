"""One name on a case, for thirty minutes, given back, given on, handed up (R9.2)."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from kuaiji.audit.models import Event
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import decide
from kuaiji.cases.services.moved import CaseMoved, standing_of
from kuaiji.cases.services.reading import cases_of, waiting_for
from kuaiji.cases.services.taking import give_cases, hand_up, release_case, take_case, take_some
from kuaiji.cases.services.words import keep_words, kept_words
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.regions.services import bureau_of, bureaux_above, bureaux_under
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from tests.support.cases import APPROVE, LOOK, PAIR, SAMPLE, operation_of, page, sample_case
from tests.support.members import make_member

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


def take(case: Case, member: Member) -> Case:
    return take_case(operation=operation_of(member), case_id=case.pk, member=member)


def code_of(wanted: type[RuleBroken], act: object) -> str:
    with pytest.raises(wanted) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(("minutes", "held"), [(0, True), (29.99, True), (30, False), (31, False)])
def test_a_name_counts_for_thirty_minutes_in_list_and_page_alike(minutes: float, held: bool) -> None:
    member, case = make_member(), sample_case()
    with time_machine.travel(NOON, tick=False):
        take(case, member)
    now = NOON + dt.timedelta(minutes=minutes)
    case.refresh_from_db()
    assert (case.held_by(now) == member) is held
    assert Case.objects.held(now).filter(pk=case.pk).exists() is held
    assert Case.objects.free(now).filter(pk=case.pk).exists() is not held
    assert (standing_of(case, member, now) == "mine") is held


def test_another_one_is_told_who_has_it_and_gets_it_once_it_was_left_alone() -> None:
    first, second, case = make_member(name="周一"), make_member(name="吴二"), sample_case()
    with time_machine.travel(NOON, tick=False):
        take(case, first)
        with pytest.raises(CaseMoved) as refused:
            take(case, second)
    assert (refused.value.code, refused.value.who, refused.value.at) == ("held_by_other", first, NOON)
    assert "周一" in refused.value.message
    with time_machine.travel(NOON + dt.timedelta(minutes=30), tick=False):
        assert take(case, second).holder == second
        assert code_of(CaseMoved, lambda: take(case, first)) == "held_by_other"
    assert [event.data["before"] for event in Event.objects.filter(kind="CaseTaken").order_by("id")] == [
        None,
        str(first.pk),
    ]


def test_a_saved_draft_keeps_the_name_and_words_outlive_it() -> None:
    first, second, case = make_member(), make_member(), sample_case()
    with time_machine.travel(NOON, tick=False) as clock_:
        take(case, first)
        for _ in range(3):
            clock_.shift(dt.timedelta(minutes=29))
            typed = {"words": ["材料看不清"]}
            assert keep_words(operation=operation_of(first), case_id=case.pk, member=first, fields=typed)
        clock_.shift(dt.timedelta(minutes=30))
        take(case, second)
        assert not keep_words(operation=operation_of(first), case_id=case.pk, member=first, fields=typed)
    case.refresh_from_db()
    assert case.holder == second
    kept = kept_words(case=case, member=first)
    assert kept is not None and kept.fields == typed
    assert kept_words(case=case, member=second) is None


def test_taken_twice_leaves_one_event_and_release_twice_too() -> None:
    member, case = make_member(), sample_case()
    for _ in range(2):
        take(case, member)
    for _ in range(2):
        release_case(operation=operation_of(member), case_id=case.pk, member=member)
    assert Event.objects.filter(kind="CaseTaken").count() == Event.objects.filter(kind="CaseReleased").count() == 1
    case.refresh_from_db()
    assert (case.holder, case.held_at, case.touched_at) == (None, None, None)


def test_nobody_gives_back_what_another_has() -> None:
    first, second, case = make_member(), make_member(), sample_case()
    take(case, first)
    release_case(operation=operation_of(second), case_id=case.pk, member=second)
    case.refresh_from_db()
    assert case.holder == first


@pytest.mark.parametrize(
    ("role", "bureau", "kind", "answer"),
    [
        (Role.CLERK, "440104", SAMPLE, "nothing"),
        (Role.AUDITOR, "440103", SAMPLE, "nothing"),
        (Role.SYSTEM, "440103", SAMPLE, "nothing"),
        (Role.REVIEWER, "440103", SAMPLE, "not_yours"),
        (Role.CLERK, "440103", LOOK, "not_yours"),
        (Role.CLERK, "440103", SAMPLE, "taken"),
        (Role.CLERK, "440100", SAMPLE, "taken"),
        (Role.CLERK, "440000", SAMPLE, "taken"),
    ],
)
def test_who_may_take(role: Role, bureau: str, kind: str, answer: str) -> None:
    member, case = make_member(role, bureau=bureau), sample_case(kind=kind)
    if answer == "nothing":
        assert not cases_of(member).exists()
        with pytest.raises(Case.DoesNotExist):
            take(case, member)
    elif answer == "taken":
        assert take(case, member).holder == member
    else:
        assert code_of(RuleBroken, lambda: take(case, member)) == answer


def test_what_concerns_somebody_without_a_record_waits_for_every_bureau() -> None:
    case = sample_case(division="")
    for bureau in ("440103", "440104", "440100", "440000"):
        assert list(waiting_for(make_member(bureau=bureau))) == [case]


def test_a_batch_is_what_nobody_has_up_to_twenty_due_first() -> None:
    first, second = make_member(), make_member()
    cases = [sample_case(due_on=dt.date(2026, 12, 30) - dt.timedelta(days=n)) for n in range(25)]
    take(cases[24], first)
    sample_case(division="440104")
    taken = take_some(operation=operation_of(second), kind=SAMPLE, stage=1, member=second)
    assert [case.pk for case in taken] == [case.pk for case in cases[23:3:-1]]
    assert len(take_some(operation=operation_of(first), kind=SAMPLE, stage=1, member=first)) == 4
    assert (
        code_of(RuleBroken, lambda: take_some(operation=operation_of(first), kind=LOOK, stage=1, member=first))
        == "not_yours"
    )


def test_a_batch_of_second_reviews_leaves_out_ones_own_first() -> None:
    first, second = make_member(Role.CLERK, Role.REVIEWER), make_member(Role.REVIEWER)
    case = sample_case(kind=PAIR)
    decide(operation=operation_of(first), case_id=case.pk, member=first, judgement=APPROVE, page=page(case))
    assert take_some(operation=operation_of(first), kind=PAIR, stage=2, member=first) == []
    assert code_of(RuleBroken, lambda: take(case, first)) == "second_is_first"
    assert take_some(operation=operation_of(second), kind=PAIR, stage=2, member=second) == [case]
    with pytest.raises(IntegrityError, match="case_second_by_another"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(holder=first)


def test_a_manager_gives_a_colleagues_cases_on_or_back() -> None:
    manager, away, here = make_member(Role.MANAGER), make_member(), make_member()
    elsewhere = make_member(bureau="440104")
    cases = [sample_case() for _ in range(3)]
    for case in cases:
        take(case, away)
    give: dict[str, Any] = {"operation": operation_of(manager), "giver": manager, "of": away}
    assert code_of(RuleBroken, lambda: give_cases(**give, to=elsewhere)) == "not_a_colleague"
    assert code_of(RuleBroken, lambda: give_cases(**(give | {"giver": here}), to=here)) == "not_a_manager"
    assert give_cases(**give, to=here) == (3, 0)
    assert set(Case.objects.held(clock.now()).values_list("holder", flat=True)) == {here.pk}
    assert give_cases(**(give | {"of": here}), to=None) == (3, 0)
    assert not Case.objects.held(clock.now()).exists()


def test_one_who_may_not_have_a_case_is_not_given_it() -> None:
    manager, away, looker = make_member(Role.MANAGER), make_member(), make_member(Role.REVIEWER)
    case = take(sample_case(), away)
    given = give_cases(operation=operation_of(manager), giver=manager, of=away, to=looker)
    case.refresh_from_db()
    assert (given, case.holder) == ((0, 1), away)


def test_what_is_handed_up_waits_above_and_not_below() -> None:
    below, colleague = make_member(), make_member()
    city, province, neighbour = (make_member(bureau=code) for code in ("440100", "440000", "440104"))
    case = sample_case(division="")
    hand: dict[str, Any] = {"operation": operation_of(below), "case_id": case.pk, "member": below}
    assert code_of(RuleBroken, lambda: hand_up(**hand, words=" ")) == "words_missing"
    handed = hand_up(**hand, words="证件类型少见，请上级看")
    assert (handed.handed_to, handed.holder) == (city.bureau, None)
    assert hand_up(**hand, words="再按一次").handed_words == "证件类型少见，请上级看"
    assert Event.objects.filter(kind="CaseHandedUp").count() == 1
    for member, waits in ((below, []), (colleague, []), (neighbour, []), (city, [case]), (province, [case])):
        assert list(waiting_for(member)) == waits
        assert list(cases_of(member)) == [case]
    assert code_of(RuleBroken, lambda: take(case, colleague)) == "handed_up"
    assert take(case, city).holder == city


def test_the_highest_bureau_has_nobody_to_hand_up_to() -> None:
    member, case = make_member(bureau="440000"), sample_case()
    hand: dict[str, Any] = {"operation": operation_of(member), "case_id": case.pk, "member": member}
    assert code_of(RuleBroken, lambda: hand_up(**hand, words="请上级看")) == "nobody_above"


def test_bureaux_above_and_under_are_the_two_sides_of_one_tree() -> None:
    county, city, province = (bureau_of(code) for code in ("440103", "440100", "440000"))
    assert county and city and province
    assert bureaux_above(county) == (city.pk, province.pk)
    assert bureaux_under(county) == {county.pk}
    assert {county.pk, city.pk} < bureaux_under(city) < bureaux_under(province)
    assert bureaux_above(province) == ()


def test_unknown_and_out_of_scope_are_the_same() -> None:
    member, case = make_member(bureau="440104"), sample_case()
    for case_id in (case.pk, uuid.uuid4()):
        with pytest.raises(Case.DoesNotExist):
            take_case(operation=operation_of(member), case_id=case_id, member=member)
