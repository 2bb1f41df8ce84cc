"""Prints of records: the row stays, for the paper is kept for years; the file goes after a day (R3.8)."""

from django.db import models
from django.db.models import Q

from kuaiji.accountants.models import Record
from kuaiji.archives.enums import PrintKind, PrintState
from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey


class ArchivePrint(models.Model):
    """One print of one version: form, proof or card. The file stands sealed under ``storage_key``, with the row's id
    bound in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="prints", db_index=False, db_comment="pseudonymous"
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    kind = models.CharField(
        max_length=8, choices=PrintKind, db_default=PrintKind.ARCHIVE.value, db_comment="internal: what was made"
    )
    version = models.PositiveIntegerField(db_comment="internal: number of the version it shows")
    state = models.CharField(max_length=12, choices=PrintState, db_comment="internal")
    asked_at = models.DateTimeField(db_comment="internal")
    made_at = models.DateTimeField(null=True, db_comment="internal: the day the check tells")
    expires_at = models.DateTimeField(null=True, db_comment="internal: the file is kept until then")
    storage_key = models.CharField(
        max_length=80, null=True, unique=True, db_comment="internal: random path of the sealed file"
    )
    check_code = models.BinaryField(null=True, unique=True, db_comment="fingerprint: of the code on the paper")
    pages = models.PositiveSmallIntegerField(null=True, db_comment="internal")

    class Meta:
        indexes = [
            models.Index(fields=["record", "-asked_at"], name="print_newest"),
            models.Index(fields=["expires_at"], name="print_expiring", condition=Q(state=PrintState.READY)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind"], condition=Q(state=PrintState.WAITING), name="print_one_waiting_of_kind"
            ),
            models.CheckConstraint(
                name="print_made_is_whole",
                condition=Q(
                    state__in=(PrintState.READY, PrintState.EXPIRED),
                    made_at__isnull=False,
                    expires_at__isnull=False,
                    check_code__isnull=False,
                    pages__isnull=False,
                )
                | Q(
                    state__in=(PrintState.WAITING, PrintState.FAILED, PrintState.UNAVAILABLE),
                    made_at=None,
                    expires_at=None,
                    check_code=None,
                    pages=None,
                ),
            ),
            models.CheckConstraint(
                name="print_file_while_ready",
                condition=Q(state=PrintState.READY, storage_key__isnull=False)
                | (~Q(state=PrintState.READY) & Q(storage_key=None)),
            ),
        ]
