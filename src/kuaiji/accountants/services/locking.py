"""Records under their lock."""

import uuid

from kuaiji.accountants import models, rules
from kuaiji.identity.models import User


def locked_record(record_id: uuid.UUID) -> models.Record:
    """The record, locked after its person: whoever needs both takes them in this order."""
    owner = models.Record.objects.values_list("user_id").filter(pk=record_id)
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk__in=owner)
    records = models.Record.objects.select_related("user__person_key", "person_key")
    return records.select_for_update(of=("self",), no_key=True).get(pk=record_id)


def hold_kinds(record: models.Record) -> set[str]:
    """Kinds of the holds that lock ``record``, or a part of it, now."""
    return set(record.holds.filter(lifted_at=None).values_list("kind", flat=True))


def changeable_record(record_id: uuid.UUID) -> tuple[models.Record, set[str]]:
    """The record under its lock and the kinds of its holds. Raises what ``rules.check_changeable`` raises."""
    record = locked_record(record_id)
    holds = hold_kinds(record)
    rules.check_changeable(record.status, holds)
    return record, holds
