"""The one writer of a record's status, and of its copies in the rows of the exam check and of the lists."""

from collections.abc import Collection
from typing import Any

from kuaiji.accountants import models, workflow
from kuaiji.accountants.enums import CollectionStatus, RecordAction, RecordEffect
from kuaiji.accountants.events import StatusChanged
from kuaiji.accountants.listing.services import columns_of_list_row
from kuaiji.accountants.workflow import Transition
from kuaiji.audit.services import Operation, record_events


def allowed(
    operation: Operation, record: models.Record, action: RecordAction, holds: Collection[str] = ()
) -> Transition:
    """What ``action`` would do to ``record`` as it stands. Raises what ``workflow.transition`` raises."""
    status = workflow.NO_RECORD if record._state.adding else CollectionStatus(record.status)
    return workflow.transition(status, action, operation.actor_kind, holds)


def enter(operation: Operation, record: models.Record, action: RecordAction, holds: Collection[str] = ()) -> Transition:
    """Set status and times of ``record``, which is locked or new, as ``action`` has it; saving is the caller's.

    Raises what ``workflow.transition`` raises.
    """
    found = allowed(operation, record, action, holds)
    record.status = found.to
    if RecordEffect.COUNT_AS_COLLECTED in found.effects:
        record.collected_at = operation.at
    if RecordEffect.COUNT_AS_CONFIRMED in found.effects:
        record.confirmed_at = operation.at
    return found


def advance(
    operation: Operation, record: models.Record, action: RecordAction, holds: Collection[str] = ()
) -> Transition:
    """Carry out an ``action`` that makes no version on the locked ``record``: row, exam row, event.

    Raises what ``workflow.transition`` raises.
    """
    before = record.status
    found = enter(operation, record, action, holds)
    if found.to == before and RecordEffect.COUNT_AS_CONFIRMED not in found.effects:
        return found
    record.save(update_fields=["status", "confirmed_at"])
    models.ExamRow.objects.filter(record=record).update(**columns_of_exam_row(operation, record))
    models.ListRow.objects.filter(record=record).update(**columns_of_list_row(record, before))
    if found.to != before:
        record_events(operation, StatusChanged(subject_id=record.pk, before=before, after=found.to))
    return found


def columns_of_exam_row(operation: Operation, record: models.Record) -> dict[str, Any]:
    """What the row of the exam check repeats of the record itself."""
    return {"status": record.status, "confirmed_at": record.confirmed_at, "updated_at": operation.at}
