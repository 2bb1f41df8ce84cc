"""Notices (通知公告). A row is one edition; after its publication nothing of it is edited but pin and withdrawal."""

import datetime as dt

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from kuaiji.common.ids import uuid7
from kuaiji.notices import rules
from kuaiji.regions.models import FinanceBureau

LONGEST_NAME = 50


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Editions of notices."""

    def public(self, now: dt.datetime) -> "NoticeQuerySet":
        """What anybody may read at ``now``, editions that a later one follows among them."""
        return self.filter(published_at__lte=now, withdrawn_at=None)

    def standing(self, now: dt.datetime) -> "NoticeQuerySet":
        """The last editions of these, pinned ones first, then the newest."""
        later = Notice.objects.public(now).filter(follows=OuterRef("pk"))
        return self.public(now).exclude(Exists(later)).order_by("-pinned", "-published_at", "-pk")

    def open(self) -> "NoticeQuerySet":
        """Drafts: nobody agreed, nobody gave them up."""
        return self.filter(published_at=None, withdrawn_at=None)


class Notice(models.Model):
    """One edition of a notice. What stands follows from the row and the clock: no job publishes anything.

    Who writes is of a package above this one: the ids are those of members of staff, the names always stand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public")
    title = models.CharField(max_length=rules.LONGEST_TITLE, db_comment="public: once published")
    text = models.TextField(db_comment="public: once published; Markdown")
    area = models.CharField(
        max_length=6, blank=True, db_comment="public: division or service area, empty for the whole platform"
    )
    bureau = models.ForeignKey(FinanceBureau, on_delete=models.PROTECT, db_comment="public: who publishes it")
    follows = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, db_comment="public: the edition before this one"
    )
    edits = models.PositiveIntegerField(default=1, db_comment="internal: how often it was saved")
    publish_at = models.DateTimeField(null=True, db_comment="internal: asked for; null for at once")
    saved_at = models.DateTimeField(db_comment="internal")
    saved_by = models.UUIDField(db_comment="internal: the member who wrote it as it stands")
    saved_name = models.CharField(max_length=LONGEST_NAME, db_comment="personal: name of staff")
    agreed_by = models.UUIDField(null=True, db_comment="internal: the member who published it")
    agreed_name = models.CharField(max_length=LONGEST_NAME, blank=True, db_comment="personal: name of staff")
    published_at = models.DateTimeField(null=True, db_comment="public: read from then on; null for a draft")
    pinned = models.BooleanField(default=False, db_comment="public: stands above the others")
    withdrawn_at = models.DateTimeField(null=True, db_comment="public")
    withdrawn_name = models.CharField(max_length=LONGEST_NAME, blank=True, db_comment="personal: name of staff")
    withdrawal_reason = models.CharField(max_length=rules.LONGEST_REASON, blank=True, db_comment="public")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_published_by_a_second_person",
                condition=Q(published_at=None, agreed_by=None)
                | Q(published_at__isnull=False, agreed_by__isnull=False) & ~Q(agreed_by=F("saved_by")),
            ),
            models.CheckConstraint(
                name="notice_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="notice_newest")]

    def is_public(self, now: dt.datetime) -> bool:
        """Whether anybody may read it at ``now``."""
        return self.published_at is not None and self.published_at <= now and self.withdrawn_at is None
