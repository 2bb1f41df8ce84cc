"""The draft of a collection (R3.7), and the submission that waits for somebody outside before it is a record."""

from django.db import models
from django.db.models import Q

from kuaiji.collection.enums import SubmissionState, WaitsFor
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.keys.fields import SealedJSONField, SealedTextField
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
        indexes = [models.Index(fields=["touched_at", "id"], name="draft_touched", condition=Q(submitted_at=None))]


class StepAnswers(models.Model):
    """The answers of one step. ``revision`` grows with each save, so that a second tab is noticed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="answers", db_index=False, db_comment="pseudonymous"
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    step = models.CharField(max_length=20, db_comment="internal")
    data = SealedJSONField(label="collection.answers", db_comment="sealed: cleaned answers")
    revision = models.PositiveIntegerField(default=1, db_comment="internal")
    saved_at = models.DateTimeField(auto_now=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "step"], name="answers_once_per_step")]


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """How submissions are found."""

    def of(self, user: User) -> "SubmissionQuerySet":
        """All of one person."""
        return self.filter(user=user)

    def waiting(self) -> "SubmissionQuerySet":
        """Submissions that wait for an answer; at most one for each person."""
        return self.filter(state=SubmissionState.WAITING)


class Submission(models.Model):
    """Sound answers that were submitted and wait for somebody outside; no record yet, and nothing of one.

    With the answer, or when the person takes it back, ``answers`` leave this row: for the record, or for a new draft.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    waits_for = models.CharField(max_length=20, db_comment="internal: WaitsFor")
    state = models.CharField(max_length=20, db_comment="internal: SubmissionState")
    answers = SealedJSONField(
        label="collection.submission", null=True, db_comment="sealed: cleaned answers by section, while it waits"
    )
    words = SealedTextField(
        label="collection.submission_words", null=True, db_comment="sealed: why it came back, as the person reads it"
    )
    notice_version = models.CharField(max_length=20, db_comment="internal: text the person agreed to")
    agreed_at = models.DateTimeField(null=True, db_comment="internal: 承诺填写信息的真实性")
    submitted_at = models.DateTimeField(db_comment="internal")
    decided_at = models.DateTimeField(null=True, db_comment="internal: null while it waits")

    objects = SubmissionQuerySet.as_manager()

    @property
    def status(self) -> str:
        """What the person reads while it waits (R3.9)."""
        return str(WaitsFor(self.waits_for).label)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=SubmissionState.WAITING), name="submission_one_waiting"
            ),
            models.CheckConstraint(
                name="submission_answers_while_waiting",
                condition=Q(state=SubmissionState.WAITING, answers__isnull=False, decided_at__isnull=True)
                | (~Q(state=SubmissionState.WAITING) & Q(answers__isnull=True, decided_at__isnull=False)),
            ),
        ]
