"""The record (信息档案) of an accountant, and how it is found."""

import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import Q

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey


class RecordQuerySet(models.QuerySet["Record"]):
    """How records are found."""

    def of(self, user: User | uuid.UUID | None) -> "RecordQuerySet":
        """That of one person, given as such or by id: one at most; none of nobody."""
        return self.filter(user=user)

    def in_force(self) -> "RecordQuerySet":
        """Those this platform keeps: all but the ones that have left for another platform (R5.5)."""
        return self.exclude(status=CollectionStatus.TRANSFERRED_OUT)

    def complete(self) -> "RecordQuerySet":
        """Those with nothing left to complete after a transfer in (R8.4)."""
        return self.exclude(status=CollectionStatus.TO_COMPLETE)

    def visible_to(self, places: Collection[str]) -> "RecordQuerySet":
        """Those of the places that a bureau sees (R9.1), as ``regions.scope`` tells them."""
        return self.filter(division_code__in=places)


class Record(models.Model):
    """信息档案: one per person on this platform."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="record", db_comment="pseudonymous")
    person_key = models.OneToOneField(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    reference_number = models.CharField(max_length=20, unique=True, db_comment="pseudonymous: 档案编号")
    status = models.CharField(max_length=20, choices=CollectionStatus, db_comment="internal: 采集状态")
    division_code = models.CharField(max_length=12, db_index=True, db_comment="internal: division or service area")
    version = models.PositiveIntegerField(db_comment="internal: number of the newest version")
    collected_at = models.DateTimeField(db_comment="internal")
    confirmed_at = models.DateTimeField(db_comment="internal: last change or 信息无变化，确认 (R4.6)")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="record_has_version", condition=Q(version__gte=1))]
        indexes = [models.Index(fields=["confirmed_at", "id"], name="record_confirmed")]
