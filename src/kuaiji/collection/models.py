"""The draft of a collection: what a person has filled in so far, on whatever device (R3.7)."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class Draft(models.Model):
    """One open draft per person; closed by submission, swept when it was left alone for long."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="drafts", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    notice_version = models.CharField(max_length=20, blank=True, db_comment="internal: text the person agreed to")
    agreed_at = models.DateTimeField(null=True, db_comment="internal: 承诺填写信息的真实性")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    touched_at = models.DateTimeField(auto_now=True, db_comment="internal")
    submitted_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], condition=Q(submitted_at=None), name="draft_one_open")]


class StepAnswers(models.Model):
    """The answers of one step. ``revision`` grows with each save, so that a second tab is noticed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="answers", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    step = models.CharField(max_length=20, db_comment="internal")
    data = SealedJSONField(label="collection.answers", db_comment="sealed: cleaned answers")
    revision = models.PositiveIntegerField(default=1, db_comment="internal")
    saved_at = models.DateTimeField(auto_now=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "step"], name="answers_once_per_step")]
