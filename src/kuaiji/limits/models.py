"""The acts that are counted."""

from django.db import models

from kuaiji.limits.kinds import NAME_LENGTH


class Attempt(models.Model):
    """One counted act; swept after a day. Apps register the kinds, so that a new one needs no migration."""

    kind = models.CharField(max_length=NAME_LENGTH, db_comment="internal")
    key = models.BinaryField(db_comment="fingerprint: of a phone, number or address")
    at = models.DateTimeField(db_comment="internal")
    detail = models.BinaryField(null=True, db_comment="fingerprint: what was counted, where only different ones count")

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "at"], name="limits_window"),
            models.Index(fields=["kind", "at"], name="limits_total"),
        ]
