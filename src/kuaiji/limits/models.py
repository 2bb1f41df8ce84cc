"""The acts that are counted, and where some of them came to something."""

from django.db import models
from django.db.models import Q

from kuaiji.limits.kinds import NAME_LENGTH


class Attempt(models.Model):
    """One counted act; swept after a day. Apps register the kinds, so that a new one needs no migration."""

    kind = models.CharField(max_length=NAME_LENGTH, db_comment="internal")
    key = models.BinaryField(db_comment="fingerprint: of a phone, number or address")
    at = models.DateTimeField(db_comment="internal")
    detail = models.BinaryField(null=True, db_comment="fingerprint: what was counted, where only different ones count")
    settled_at = models.DateTimeField(null=True, db_comment="internal: it came to something, such as a code entered")

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "at"], name="limits_window"),
            models.Index(fields=["kind", "at"], name="limits_total"),
            models.Index(fields=["kind", "at"], name="limits_open", condition=Q(settled_at=None)),
        ]


class KnownNetwork(models.Model):
    """A network, /16 or IPv6 /32, in which a code was entered; swept after 30 days without another."""

    fingerprint = models.BinaryField(primary_key=True, db_comment="fingerprint: of the network")
    entered_on = models.DateField(db_index=True, db_comment="internal: the last day a code was entered there")
