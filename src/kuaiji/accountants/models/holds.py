"""Locks on records."""

from django.db import models
from django.db.models import Q

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models.record import Record
from kuaiji.common.ids import uuid7


class Hold(models.Model):
    """A lock on a record or a part of it, and who set it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="holds", db_comment="pseudonymous")
    kind = models.CharField(max_length=24, choices=HoldKind, db_comment="internal")
    source_id = models.UUIDField(db_comment="pseudonymous: what set it")
    since = models.DateTimeField(db_comment="internal")
    lifted_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind", "source_id"], condition=Q(lifted_at=None), name="hold_open_once"
            )
        ]
