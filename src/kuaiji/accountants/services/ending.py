"""终止档案 and 恢复档案: a record that nobody keeps on, and one that is kept on again (ADR 0131)."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction

from kuaiji.accountants import models
from kuaiji.accountants.enums import CollectionStatus, EndReason, RecordAction, VersionKind
from kuaiji.accountants.events import RecordEnded, RecordReopened
from kuaiji.accountants.services.locking import locked_for
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.audit.services import Operation


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """Why and since which day a record has ended."""

    reason: EndReason
    on: dt.date


@transaction.atomic
def end_record(*, operation: Operation, record_id: uuid.UUID, ending: Ending) -> models.RecordVersion:
    """已终止: a version says so, and is told to the hub; it may be looked at, and nothing else.

    Raises RuleBroken ``not_yours``, ``locked_by_transfer``, ``not_changeable``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.END)
    return advance_version(
        operation,
        record,
        RecordAction.END,
        answers_of(current_version(record)),
        holds=holds,
        ended={"reason": ending.reason.value, "on": ending.on.isoformat()},
        event=lambda made: RecordEnded(subject_id=record.pk, version=made.number, reason=ending.reason, on=ending.on),
    )


@transaction.atomic
def reopen_record(*, operation: Operation, record_id: uuid.UUID) -> models.RecordVersion:
    """信息已采集 again, with everything as it was when it ended. Raises RuleBroken ``not_yours``, ``not_changeable``,
    ``not_now``."""
    record, holds = locked_for(operation, record_id, RecordAction.REOPEN)
    return advance_version(
        operation,
        record,
        RecordAction.REOPEN,
        answers_of(current_version(record)),
        holds=holds,
        event=lambda made: RecordReopened(subject_id=record.pk, version=made.number),
    )


def ending_of(record: models.Record) -> Ending | None:
    """Why ``record`` has ended; None where it has not."""
    if record.status != CollectionStatus.ENDED:
        return None
    version = record.versions.filter(kind=VersionKind.ENDED).latest("number")
    version.person_key = record.person_key  # one key to unwrap
    said = version.content["ended"]
    return Ending(EndReason(said["reason"]), dt.date.fromisoformat(said["on"]))
