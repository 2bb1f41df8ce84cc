"""Placing and lifting locks (holds) on a record. Whoever wants to change it asks for holds only (R4.3, R4.5)."""

import uuid

from django.db import transaction

from kuaiji.accountants import models, rules
from kuaiji.accountants.enums import HoldKind, RecordAction, RecordEffect, SectionSlug
from kuaiji.accountants.events import HoldLifted, HoldPlaced, RegionFollowed
from kuaiji.accountants.services import status
from kuaiji.accountants.services.locking import hold_kinds, locked_record
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import move_cases


@transaction.atomic
def place_hold(*, operation: Operation, record_id: uuid.UUID, kind: HoldKind, source_id: uuid.UUID) -> None:
    """Lock the record (TRANSFER) or its region (CONTINUING_EDUCATION); the same once more changes nothing."""
    record = locked_record(record_id)
    if record.holds.filter(kind=kind, source_id=source_id, lifted_at=None).exists():
        return
    record.holds.create(kind=kind, source_id=source_id, since=operation.at)
    record_events(operation, HoldPlaced(subject_id=record.pk, hold=kind, source_id=source_id))


@transaction.atomic
def lift_hold(*, operation: Operation, record_id: uuid.UUID, kind: HoldKind, source_id: uuid.UUID) -> None:
    """Take such a lock away; when it was the last on the region, the region follows the work section."""
    record = locked_record(record_id)
    if not record.holds.filter(kind=kind, source_id=source_id, lifted_at=None).update(lifted_at=operation.at):
        return
    record_events(operation, HoldLifted(subject_id=record.pk, hold=kind, source_id=source_id))
    if not rules.region_locked(hold_kinds(record)):
        _follow(operation, record)


def _follow(operation: Operation, record: models.Record) -> None:
    action = RecordAction.FOLLOW_REGION
    if RecordEffect.WRITE_VERSION not in status.allowed(operation, record, action).effects:
        return  # it has left, or its place was agreed with a transfer
    answers = answers_of(current_version(record))
    before, after = record.division_code, answers[SectionSlug.EMPLOYMENT]["division_code"]
    if before == after:
        return
    record.division_code = after
    move_cases(user_id=record.user_id, division_code=after)
    advance_version(
        operation,
        record,
        action,
        answers,
        event=lambda made: RegionFollowed(subject_id=record.pk, version=made.number, before=before, after=after),
    )
