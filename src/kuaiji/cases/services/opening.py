"""Opening, closing and moving cases, in the transaction of the thing that they are about."""

import datetime as dt
import uuid

from django.db.models import Q

from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.enums import VoidReason
from kuaiji.cases.events import DecisionVoid
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import ANY_BUREAU, Case, Decision
from kuaiji.common.once import insert_once
from kuaiji.regions.calendar import working_day_after


def open_case(
    *,
    operation: Operation,
    kind: str,
    subject_id: uuid.UUID,
    number: str,
    division_code: str = ANY_BUREAU,
    user_id: uuid.UUID | None = None,
    due_on: dt.date | None = None,
) -> Case:
    """What is open from now on, once however often it is said; the case that stands for it.

    ``number`` is its number for people, ``division_code`` the region of its record, empty where there is none. Without
    ``due_on`` it is due after the kind's working days. Raises Unregistered for a kind that nobody has registered.
    """
    due = due_on or working_day_after(operation.day, CASE_KINDS[kind].days())
    row = Case(
        kind=kind,
        subject_id=subject_id,
        number=number,
        division_code=division_code,
        user_id=user_id,
        opened_at=operation.at,
        due_on=due,
    )
    return row if insert_once(row) else Case.objects.get(kind=kind, subject_id=subject_id, closed_at=None)


def close_case(*, operation: Operation, kind: str, subject_id: uuid.UUID) -> None:
    """What it is about is settled, by a decision or otherwise; a decision that waits comes to nothing. Nothing where no
    case is open."""
    case = Case.objects.select_for_update(no_key=True).filter(kind=kind, subject_id=subject_id, closed_at=None).first()
    if case is None:
        return
    waiting = case.decisions.filter(carried_out_at=None, taken_back_at=None, void_at=None).first()
    if waiting:
        void_decision(operation=operation, case=case, decision=waiting, void_as=VoidReason.OVERTAKEN)
    case.holder, case.held_at, case.touched_at = None, None, None
    case.closed_at = operation.at
    case.save(update_fields=["holder", "held_at", "touched_at", "closed_at"])


def place_case(*, kind: str, subject_id: uuid.UUID, division_code: str, user_id: uuid.UUID) -> None:
    """It was found out whom an open case concerns, and where that person belongs."""
    open_one = Case.objects.filter(kind=kind, subject_id=subject_id, closed_at=None)
    open_one.update(division_code=division_code, user_id=user_id)


def move_cases(*, user_id: uuid.UUID, division_code: str) -> None:
    """A person's record belongs somewhere else now: the open cases about the person follow (R9.1).

    Whoever had one in hand and does not see the new place has lost it; what was handed up waits at the new bureau.
    """
    open_ones = Case.objects.filter(Q(closed_at=None), user_id=user_id).exclude(division_code=division_code)
    open_ones.update(
        division_code=division_code,
        holder=None,
        held_at=None,
        touched_at=None,
        handed_to=None,
        handed_by=None,
        handed_at=None,
        handed_words="",
    )


def void_decision(*, operation: Operation, case: Case, decision: Decision, void_as: VoidReason, code: str = "") -> None:
    """A decision comes to nothing that nobody took back; ``code`` is the refusal that it met."""
    decision.void_at, decision.void_as = operation.at, void_as
    decision.save(update_fields=["void_at", "void_as"])
    event = DecisionVoid(subject_id=case.pk, kind=case.kind, decision=str(decision.pk), void_as=str(void_as), code=code)
    record_events(operation, event)
