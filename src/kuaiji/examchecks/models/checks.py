"""What was asked of a person, and under which signature; what each signature was used with."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.examchecks.enums import Outcome


class ExamCheck(models.Model):
    """One candidate of one question of the exam system, as it stood when it was answered; rows are only ever added.

    What a version of the record keeps is not here: qualifications, schooling and periods are read from ``version``.
    Neither are the verdicts: they follow from the row by the rules of ``ruleset`` (services/judgements.py). No
    constraint leads from here to other tables: rows age out by whole months. ``tx`` is added by the migration.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal: answer_id")
    at = models.DateTimeField(db_comment="internal: answered_at")
    client_id = models.UUIDField(db_comment="internal: examchecks.ExamClient")
    key_id = models.CharField(max_length=64, db_comment="internal: keyid of the signature")
    digest = models.BinaryField(db_comment="internal: SHA-256 of the body")
    signature = models.BinaryField(db_comment="internal: as it was sent")
    level = models.CharField(max_length=1, db_comment="internal: qualification_levels.csv")
    year = models.PositiveSmallIntegerField(db_comment="internal: of the exam")
    division = models.CharField(max_length=12, blank=True, db_comment="internal: asked, empty where none was")
    reference = models.CharField(max_length=64, blank=True, db_comment="pseudonymous: the caller's own")
    ruleset = models.CharField(max_length=64, db_comment="internal: name of the rules it was judged by")
    outcome = models.CharField(max_length=16, choices=Outcome, db_comment="internal")
    user_id = models.UUIDField(null=True, db_comment="pseudonymous: null where nobody was found")
    record_id = models.UUIDField(null=True, db_comment="pseudonymous: null where there is no record")
    version = models.PositiveIntegerField(null=True, db_comment="internal: version of the record")
    status = models.CharField(max_length=20, blank=True, db_comment="internal: ExamStatus, empty for nobody")
    division_code = models.CharField(max_length=12, blank=True, db_comment="internal: whose bureau keeps the record")
    confirmed_at = models.DateTimeField(null=True, db_comment="internal: of the record")
    name_change_pending = models.BooleanField(null=True, db_comment="internal: of the record")
    transfer_id = models.UUIDField(null=True, db_comment="pseudonymous: TransferOut, open or left by")
    holder_code = models.CharField(max_length=6, blank=True, db_comment="internal: registry that holds the person")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exam_check_of_somebody",
                condition=Q(outcome=Outcome.NOT_FOUND, user_id=None)
                | (~Q(outcome=Outcome.NOT_FOUND) & ~Q(user_id=None)),
            ),
            models.CheckConstraint(
                name="exam_check_of_a_version",
                condition=Q(record_id=None, version=None) | (~Q(record_id=None) & ~Q(version=None)),
            ),
        ]
        indexes = [models.Index(fields=["user_id", "id"], name="exam_check_user", condition=Q(user_id__isnull=False))]


class UsedNonce(models.Model):
    """A signature that was used. Unique in its slot of time; a slot that no signature can reach is emptied whole.

    The table is split by ``slot`` (migration 0001, services/nonces.py), and ``mark`` is unique within each.
    """

    mark = models.UUIDField(primary_key=True, db_comment="internal: digest of keyid and nonce")
    slot = models.PositiveSmallIntegerField(db_comment="internal: by the signature's own time")
