"""No open thing is without a case, and no case without an open thing: looked at when the database is updated, and every
hour."""

import uuid

import structlog
from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.kinds import CASE_KINDS, OpenSubject
from kuaiji.cases.models import Case
from kuaiji.cases.services.opening import close_case
from kuaiji.common import clock
from kuaiji.common.once import insert_once
from kuaiji.regions.calendar import working_day_after

log = structlog.get_logger(__name__)


def fill_cases() -> int:
    """Open the cases that are missing and close those that are left over; how many of both. What is opened or settled
    meanwhile is looked at once more, so nothing is done twice."""
    mended = sum(_fill(name) for name in CASE_KINDS)
    if mended:
        log.warning("cases_mended", count=mended)
    return mended


def _fill(name: str) -> int:
    there = dict(Case.objects.filter(kind=name, closed_at=None).values_list("subject_id", "pk"))
    subjects = {subject.subject_id: subject for subject in CASE_KINDS[name].subjects(None)}
    missing = [subject for key, subject in subjects.items() if key not in there]
    left = [key for key in there if key not in subjects]
    return sum(_open(name, subject) for subject in missing) + sum(_close(name, key) for key in left)


@transaction.atomic
def _open(name: str, subject: OpenSubject) -> bool:
    kind = CASE_KINDS[name]
    kind.lock(subject.subject_id)
    if not list(kind.subjects(subject.subject_id)):
        return False
    row = Case(
        kind=name,
        subject_id=subject.subject_id,
        number=subject.number,
        division_code=subject.division_code,
        user_id=subject.user_id,
        opened_at=subject.opened_at,
        due_on=subject.due_on or working_day_after(clock.day_of(subject.opened_at), kind.days()),
    )
    return insert_once(row)


@transaction.atomic
def _close(name: str, subject_id: uuid.UUID) -> bool:
    kind = CASE_KINDS[name]
    kind.lock(subject_id)
    if list(kind.subjects(subject_id)):
        return False
    operation = Operation(kind=OperationKind.CASE_HANDLING, actor_kind=ActorKind.SYSTEM)
    close_case(operation=operation, kind=name, subject_id=subject_id)
    return True
