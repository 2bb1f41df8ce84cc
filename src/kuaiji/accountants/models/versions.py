"""Every version of a record, sealed."""

from django.db import models
from django.db.models import Q

from kuaiji.accountants.enums import VersionKind
from kuaiji.accountants.models.record import Record
from kuaiji.audit.enums import ActorKind
from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class RecordVersion(models.Model):
    """The whole record after one save, sealed; rows are only ever added (R4.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="versions", db_index=False, db_comment="pseudonymous"
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    number = models.PositiveIntegerField(db_comment="internal")
    operation_id = models.UUIDField(db_comment="internal: audit.Operation")
    kind = models.CharField(
        max_length=20, choices=VersionKind, db_default=VersionKind.COLLECTED, db_comment="internal: why it was made"
    )
    section = models.CharField(max_length=12, blank=True, db_default="", db_comment="internal: which one was changed")
    actor_kind = models.CharField(
        max_length=10, choices=ActorKind, db_default=ActorKind.CITIZEN, db_comment="internal: who made it"
    )
    at = models.DateTimeField(db_comment="internal")
    content = SealedJSONField(label="accountants.version", db_comment="sealed: identity, place, every section")
    platform = models.CharField(
        max_length=6, blank=True, db_default="", db_comment="internal: the other platform that made it, empty for this"
    )
    origin_number = models.PositiveIntegerField(null=True, db_comment="internal: its number there")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_version_number"),
            models.UniqueConstraint(
                fields=["record", "platform", "origin_number"],
                condition=~Q(platform=""),
                name="record_version_imported_once",
            ),
            models.CheckConstraint(
                name="record_version_origin",
                condition=Q(platform="", origin_number=None) | (~Q(platform="") & Q(origin_number__isnull=False)),
            ),
        ]
