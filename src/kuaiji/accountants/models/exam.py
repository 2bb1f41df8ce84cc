"""The row that the exam check reads."""

from typing import Any

from django.db import models

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models.record import Record


class ExamRow(models.Model):
    """All that the exam check answers from: found by fingerprint, written in the transaction of every save."""

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.PROTECT, related_name="exam_row", db_comment="pseudonymous"
    )
    document_fingerprint = models.BinaryField(unique=True, db_comment="fingerprint: document")
    name = models.CharField(max_length=50, db_comment="personal: plain (ADR)")
    name_folded = models.TextField(
        default="", db_default="", db_comment="personal: plain (ADR), what is compared; empty before mend-texts"
    )
    status = models.CharField(max_length=20, choices=CollectionStatus, db_comment="internal")
    division_code = models.CharField(max_length=12, db_comment="internal")
    confirmed_at = models.DateTimeField(db_comment="internal")
    updated_at = models.DateTimeField(db_comment="internal")
    version = models.PositiveIntegerField(db_comment="internal")
    qualifications: Any = models.JSONField(db_comment="personal: category, level, method, date and its precision each")
    education: Any = models.JSONField(db_comment="personal: level, degree, second degree, from, to by mode")
    name_change_pending = models.BooleanField(
        default=False, db_default=False, db_comment="internal: the national platform does not have the name yet (R4.2)"
    )
    accounting_periods: Any = models.JSONField(db_comment="personal: from, to, precision of both, each; no employer")
