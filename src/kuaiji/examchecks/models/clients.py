"""Exam systems that may ask, and the keys by which they prove themselves (ADR 0088)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.examchecks.enums import KeyAlgorithm
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey


class ExamClient(models.Model):
    """An exam system, and how far it may go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public")
    name = models.CharField(max_length=50, unique=True, db_comment="internal: whose system it is, shown to people")
    levels: Any = models.JSONField(db_comment="internal: levels of the exam that it may ask for")
    addresses: Any = models.JSONField(db_comment="internal: networks that it may ask from; none is any")
    rate = models.PositiveIntegerField(db_comment="internal: tokens a second, of all processes together")
    created_at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [
            models.CheckConstraint(name="exam_client_rate", condition=Q(rate__gte=1)),
            models.CheckConstraint(name="exam_client_levels", condition=~Q(levels=[])),
        ]


class ExamClientKey(models.Model):
    """A secret that a client and we know. What names it in a request is ``keyid``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public")
    client = models.ForeignKey(ExamClient, on_delete=models.PROTECT, related_name="keys", db_comment="public")
    keyid = models.CharField(max_length=40, unique=True, db_comment="public: sent with each request")
    algorithm = models.CharField(max_length=12, choices=KeyAlgorithm, db_comment="internal")
    data_key = models.OneToOneField(PersonKey, on_delete=models.PROTECT, db_comment="internal: seals the secret")
    secret = SealedTextField(label="examchecks.secret", owner="data_key", db_comment="sealed: 32 bytes in base64")
    not_before = models.DateTimeField(db_comment="internal: from when it holds")
    not_after = models.DateTimeField(null=True, db_comment="internal: until when; null is until it is revoked")
    created_at = models.DateTimeField(db_comment="internal")
    revoked_at = models.DateTimeField(null=True, db_comment="internal: since when it does not hold any more")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exam_client_key_ends_after_it_begins",
                condition=Q(not_after=None) | Q(not_after__gt=F("not_before")),
            ),
        ]
