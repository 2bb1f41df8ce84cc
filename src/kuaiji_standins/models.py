"""What the stand-ins remember: messages that would have gone to phones, made-up employers, photos, candidates."""

from typing import Any

from django.db import models

from kuaiji.common.ids import uuid7


class SmsMessage(models.Model):
    """One message in the inbox. ``number`` counts arrivals, so it also sorts them."""

    number = models.BigAutoField(primary_key=True, db_comment="internal: order of arrival")
    message_id = models.UUIDField(unique=True, db_comment="public: the sender's id")
    to = models.CharField(max_length=11, db_comment="personal: phone, demo only")
    signature = models.CharField(max_length=40, db_comment="public")
    template_id = models.CharField(max_length=40, db_comment="public")
    params = models.JSONField(db_comment="secret: may hold a code, demo only")
    text = models.CharField(max_length=500, db_comment="secret: may hold a code, demo only")
    sent_at = models.DateTimeField(db_comment="internal")

    class Meta:
        indexes = (models.Index(fields=["to", "number"], name="sms_message_of_phone"),)

    @property
    def serial(self) -> str:
        """The gateway's own number for the message."""
        return f"SI{self.number:010d}"


class Employer(models.Model):
    """One made-up employer."""

    uscc = models.CharField(max_length=18, primary_key=True, db_comment="public: made up")
    name = models.CharField(max_length=100, unique=True, db_comment="public: made up")
    industry = models.CharField(max_length=2, db_comment="public: division of GB/T 4754")
    economic_type = models.CharField(max_length=2, db_comment="public: code of economic_types.csv")
    address = models.CharField(max_length=200, db_comment="public: made up")
    phone = models.CharField(max_length=20, db_comment="public: made up")
    division_code = models.CharField(max_length=6, db_comment="public: code of divisions.csv")
    readings = models.TextField(
        default="", db_default="", db_comment="public: the name in pinyin and by initials, a blank before each"
    )


class PhotoReceipt(models.Model):
    """A checked ID photo and who may have it, by the code of its receipt (回执码): valid for a time, used once."""

    code = models.CharField(max_length=12, primary_key=True, db_comment="secret: digits, demo only")
    name = models.CharField(max_length=50, db_comment="personal: demo only")
    document_number = models.CharField(max_length=30, db_comment="personal: demo only")
    photo = models.BinaryField(db_comment="personal: JPEG, demo only")
    issued_at = models.DateTimeField(db_comment="internal")
    expires_at = models.DateTimeField(db_comment="internal")
    consumer = models.CharField(max_length=80, blank=True, db_comment="internal: who has used it; empty for nobody")


class ExamCandidate(models.Model):
    """Somebody who wants to sit an exam, and what the platform last said of that."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment="internal: our reference in questions")
    platform = models.CharField(max_length=6, db_comment="public: whom we ask, code of a platform")
    name = models.CharField(max_length=50, db_comment="personal: demo only")
    document_type = models.CharField(max_length=2, db_comment="personal: demo only")
    document_number = models.CharField(max_length=40, db_comment="personal: demo only")
    level = models.CharField(max_length=1, db_comment="internal: 1 junior, 2 intermediate, 3 senior")
    year = models.PositiveSmallIntegerField(db_comment="internal: of the exam")
    division = models.CharField(max_length=6, blank=True, db_comment="internal: where it is sat; empty for anywhere")
    answer: Any = models.JSONField(db_comment="personal: as the platform gave it, demo only")
    asked_at = models.DateTimeField(db_comment="internal: the last time")
    was_refused = models.BooleanField(default=False, db_default=False, db_comment="internal: once, by any answer")
    mended_at = models.DateTimeField(null=True, db_comment="internal: told by repairs since the last question")

    class Meta:
        indexes = (models.Index(fields=["-asked_at"], name="exam_candidate_newest"),)


class ExamRepairs(models.Model):
    """How far a platform's repairs have been read."""

    platform = models.CharField(max_length=6, primary_key=True, db_comment="public: code of a platform")
    after = models.CharField(max_length=40, db_comment="internal: where the next reading begins")
