"""What happened: operations with their events, who read whose data, and the seals. Rows are only ever added, but for
the counts of refusals that concern nobody."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from kuaiji.audit.enums import ActorKind
from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class Operation(models.Model):
    """One act of one actor. Split by month; ``tx`` (xid8) is added by the migration for the sealing loop."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    kind = models.CharField(max_length=40, db_comment="internal: OperationKind")
    actor_kind = models.CharField(max_length=10, db_comment="internal")
    actor_id = models.UUIDField(null=True, db_comment="pseudonymous: the acting user")
    at = models.DateTimeField(db_comment="internal")
    reason = models.CharField(max_length=200, blank=True, db_comment="internal: staff's reason, never a person's words")
    request_id = models.CharField(max_length=40, blank=True, db_comment="internal")

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "id"], condition=Q(actor_kind=ActorKind.STAFF), name="operation_of_staff")
        ]


class Event(models.Model):
    """A fact left by an operation. Personal values stand in ``personal``, sealed under the subject's key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    # No constraint: rows of both tables age out by whole months.
    operation = models.ForeignKey(
        Operation, on_delete=models.DO_NOTHING, db_constraint=False, related_name="events", db_comment="internal"
    )
    kind = models.CharField(max_length=60, db_comment="internal: class of the event")
    subject_id = models.UUIDField(db_index=True, db_comment="pseudonymous: the user, record or draft it concerns")
    person_key = models.ForeignKey(
        PersonKey, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_comment="pseudonymous"
    )
    data = models.JSONField(default=dict, db_comment="internal: codes, counts and ids only")
    personal = SealedJSONField(label="audit.event.personal", null=True, db_comment="sealed: personal values")


class AccessLog(models.Model):
    """Somebody looked at personal data, or was refused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    at = models.DateTimeField(db_comment="internal")
    actor_kind = models.CharField(max_length=10, db_comment="internal")
    actor_id = models.UUIDField(null=True, db_comment="pseudonymous")
    action = models.CharField(max_length=60, db_comment="internal: route")
    subject_id = models.UUIDField(null=True, db_index=True, db_comment="pseudonymous")
    outcome = models.CharField(max_length=60, db_comment="internal: ok or the code of the refusal")
    request_id = models.CharField(max_length=40, blank=True, db_comment="internal")


class RefusalCount(models.Model):
    """How often strangers were refused alike in one minute; swept after half a year, and no part of what is sealed."""

    minute = models.DateTimeField(db_comment="internal: when it began")
    action = models.CharField(max_length=60, db_comment="internal: route")
    outcome = models.CharField(max_length=60, db_comment="internal: the code of the refusal")
    network = models.BinaryField(db_comment="fingerprint: of the network; empty for the rest of a minute of very many")
    count = models.PositiveBigIntegerField(default=0, db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minute", "action", "outcome", "network"], name="audit_one_refusal_count")
        ]


class Seal(models.Model):
    """One batch of the tables above, sealed: every row written by the transactions from ``from_tx`` to ``to_tx``.

    Batches join without gap and each names the one before it by its MAC. Rows are only ever added.
    """

    number = models.BigIntegerField(primary_key=True, db_comment="internal: 1, 2, 3 and so on")
    from_tx = models.BigIntegerField(db_comment="internal: first transaction of the batch")
    to_tx = models.BigIntegerField(db_comment="internal: first transaction after the batch")
    tables = models.JSONField(db_comment="internal: columns, rows and digest of each table")
    previous = models.CharField(max_length=64, blank=True, db_comment="internal: mac of the batch before")
    key_id = models.CharField(max_length=32, db_comment="internal: which fingerprint key of the ring made the mac")
    sealed_at = models.DateTimeField(db_comment="internal")
    mac = models.CharField(max_length=64, db_comment="internal: keyed digest of all the others")

    @property
    def content(self) -> bytes:
        """What the MAC is made of."""
        return _canonical(self._values())

    @property
    def line(self) -> bytes:
        """The whole seal as it stands in the second place."""
        return _canonical(self._values() | {"mac": self.mac}) + b"\n"

    def _values(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "from_tx": self.from_tx,
            "to_tx": self.to_tx,
            "tables": self.tables,
            "previous": self.previous,
            "key_id": self.key_id,
            "sealed_at": self.sealed_at.isoformat(),
        }


def _canonical(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
