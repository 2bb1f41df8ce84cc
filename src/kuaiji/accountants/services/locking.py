"""Locking a record for a change, and saying why it may not be changed."""

import uuid

from kuaiji.accountants import models, workflow
from kuaiji.accountants.enums import RecordAction
from kuaiji.accountants.services import status
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User


def locked_record(record_id: uuid.UUID) -> models.Record:
    """The record, locked after its person: whoever needs both takes them in this order."""
    owner = models.Record.objects.values_list("user_id").filter(pk=record_id)
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk__in=owner)
    records = models.Record.objects.select_related("user__person_key", "person_key")
    return records.select_for_update(of=("self",), no_key=True).get(pk=record_id)


def hold_kinds(record: models.Record) -> set[str]:
    """The kinds of what locks ``record`` now."""
    return set(record.holds.filter(lifted_at=None).values_list("kind", flat=True))


def refusal(record: models.Record) -> RuleBroken | None:
    """Why ``record`` may only be looked at now; None where it may be changed (R4.5)."""
    return workflow.refusal(record.status, hold_kinds(record))


def locked_for(operation: Operation, record_id: uuid.UUID, action: RecordAction) -> tuple[models.Record, set[str]]:
    """The record under its lock, on which ``action`` is allowed, and the kinds of its holds.

    Raises what ``workflow.transition`` raises.
    """
    record = locked_record(record_id)
    holds = hold_kinds(record)
    status.allowed(operation, record, action, holds)
    return record, holds
