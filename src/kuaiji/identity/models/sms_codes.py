"""Codes sent by SMS."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.sms.models import OutgoingSms


class SmsCode(models.Model):
    """短信验证码: bound to a purpose, a phone and the unfinished form it was asked for; only a keyed digest is kept.

    A job draws the code, so that asking takes the same time whether anybody will get a message or not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    purpose = models.CharField(max_length=16, db_comment="internal")
    form_id = models.UUIDField(db_comment="internal: registration or recovery it belongs to")
    phone_fingerprint = models.BinaryField(db_comment="fingerprint: of the phone")
    network_fingerprint = models.BinaryField(null=True, db_comment="fingerprint: of the network it was asked for in")
    digest = models.BinaryField(null=True, db_comment="secret: HMAC of the code, bound to id and purpose; null undrawn")
    message = models.ForeignKey(
        OutgoingSms, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="internal: that carries it"
    )
    created_at = models.DateTimeField(db_comment="internal")
    expires_at = models.DateTimeField(db_comment="internal")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="internal: wrong tries, at most 5")
    used_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        indexes = [
            models.Index(fields=["form_id", "-created_at"], name="sms_code_lookup"),
            models.Index(fields=["created_at"], name="sms_code_unused", condition=Q(used_at=None)),
        ]
        constraints = [models.CheckConstraint(name="sms_code_tries", condition=Q(tries__lte=5))]
