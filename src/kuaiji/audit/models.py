"""What happened: operations with their events, and who read whose data. Rows are only ever added."""

from django.db import models

from kuaiji.audit.enums import ActorKind
from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class Operation(models.Model):
    """One act of one actor. Split by month; ``tx`` (xid8) is added by the migration for the sealing loop."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    kind = models.CharField(max_length=40, db_comment="internal: OperationKind")
    actor_kind = models.CharField(max_length=10, choices=ActorKind, db_comment="internal")
    actor_id = models.UUIDField(null=True, db_comment="pseudonymous: the acting user")
    at = models.DateTimeField(db_comment="internal")
    reason = models.CharField(max_length=200, blank=True, db_comment="internal: staff's reason, never a person's words")
    request_id = models.CharField(max_length=40, blank=True, db_comment="internal")


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
    actor_kind = models.CharField(max_length=10, choices=ActorKind, db_comment="internal")
    actor_id = models.UUIDField(null=True, db_comment="pseudonymous")
    action = models.CharField(max_length=60, db_comment="internal: route")
    subject_id = models.UUIDField(null=True, db_index=True, db_comment="pseudonymous")
    outcome = models.CharField(max_length=60, db_comment="internal: ok or the code of the refusal")
    request_id = models.CharField(max_length=40, blank=True, db_comment="internal")
