"""Counts and lists read an index alone, and follow the scope (R9.1, R9.2)."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine

from kuaiji.accountants.enums import HoldKind, SectionSlug
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.holding import lift_hold, place_hold
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case
from kuaiji.cases.services.opening import close_case, move_cases, open_case, place_case
from kuaiji.cases.services.reading import cases_of, queue_counts, waiting_for
from kuaiji.cases.services.taking import take_case
from kuaiji.regions.services import bureaux_under, scope_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people.factories.users import UserFactory
from people.records.versioned_records import by_owner, make_record, standing
from tests.support.cases import LOOK, PAIR, SAMPLE, crowd, operation_of, sample_case
from tests.support.members import make_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


def expected(member: Member) -> dict[tuple[str, int], tuple[int, dt.datetime | None, int]]:
    """The same counted row by row."""
    sees, under = scope_of(member.bureau).sees | {""}, bureaux_under(member.bureau)
    found: dict[tuple[str, int], list[Case]] = {}
    for case in Case.objects.all():
        if case.closed_at or case.decided_at or case.division_code not in sees or case.first_by_id == member.pk:
            continue
        if case.handed_to_id is None or case.handed_to_id in under:
            found.setdefault((case.kind, case.stage), []).append(case)
    return {
        key: (len(cases), min(case.opened_at for case in cases), sum(case.due_on < TODAY for case in cases))
        for key, cases in found.items()
    }


@pytest.mark.parametrize("bureau", ["440103", "440104", "440100", "440000"])
def test_counts_are_exact_for_the_scope(bureau: str) -> None:
    crowd(300, TODAY)
    member = make_member(Role.CLERK, Role.REVIEWER, bureau=bureau)
    counts = [count for count in queue_counts(member, TODAY) if count.kind in (SAMPLE, PAIR, LOOK)]
    assert {(c.kind, c.stage): (c.number, c.oldest, c.overdue) for c in counts if c.number} == expected(member)
    assert [(c.kind, c.stage) for c in counts] == [(SAMPLE, 1), (PAIR, 1), (PAIR, 2), (LOOK, 1)]


def test_a_person_who_moves_takes_the_open_cases_along() -> None:
    user, here, there = UserFactory.create(), make_member(), make_member(bureau="440104")
    case, closed = (_about(user.pk) for _ in range(2))
    close_case(operation=operation_of(), kind=SAMPLE, subject_id=closed.subject_id)
    take_case(operation=operation_of(here), case_id=case.pk, member=here)
    move_cases(user_id=user.pk, division_code="440104")
    assert set(cases_of(here)) == {closed}
    assert set(cases_of(there)) == {case}
    assert cases_of(there).get().holder is None


@pytest.mark.parametrize("locked", [False, True])
def test_a_record_that_goes_elsewhere_takes_the_open_cases_along(locked: bool) -> None:
    """Saved under another region, and at once or, while the region is locked, when the last lock is lifted."""
    record, source = make_record(), uuid.uuid4()
    case = _about(record.user_id, record.division_code)
    here, there = record.division_code, "440604" if record.division_code != "440604" else "440606"
    lock: dict[str, Any] = {"record_id": record.pk, "kind": HoldKind.CONTINUING_EDUCATION, "source_id": source}
    if locked:
        place_hold(operation=by_owner(record), **lock)
    slug = SectionSlug.EMPLOYMENT
    answers = standing(record, slug) | {"division_code": there}
    change_section(operation=by_owner(record), record_id=record.pk, slug=slug, answers=answers, based_on=1)
    case.refresh_from_db()
    assert case.division_code == (here if locked else there)
    if locked:
        lift_hold(operation=by_owner(record), **lock)
        case.refresh_from_db()
    assert case.division_code == there


def test_who_was_nobody_is_found_to_belong_somewhere() -> None:
    user, there, case = UserFactory.create(), make_member(bureau="440104"), sample_case(division="")
    assert case in waiting_for(there)
    place_case(kind=SAMPLE, subject_id=case.subject_id, division_code="440103", user_id=user.pk)
    assert case not in cases_of(there)


def test_opened_twice_is_one_case_and_closed_twice_one_end() -> None:
    subject = uuid.uuid4()
    common: dict[str, Any] = {"operation": operation_of(), "kind": SAMPLE, "subject_id": subject}
    first = open_case(**common, number="N1", division_code="440103")
    assert open_case(**common, number="N1", division_code="440103") == first
    close_case(**common)
    close_case(**common)
    again = open_case(**common, number="N1", division_code="440103")
    assert again != first and Case.objects.filter(closed_at=None).get() == again


def test_it_is_due_after_the_working_days_of_its_kind() -> None:
    """Over the national holiday, with Saturday the 10th worked."""
    with time_machine.travel("2026-09-28 09:00+08:00", tick=False):
        assert sample_case().due_on == dt.date(2026, 10, 10)
    assert CASE_KINDS[SAMPLE].days() == 5


def _about(user_id: uuid.UUID, division_code: str = "440103") -> Case:
    return open_case(
        operation=operation_of(),
        kind=SAMPLE,
        subject_id=uuid.uuid4(),
        number="N1",
        division_code=division_code,
        user_id=user_id,
    )
