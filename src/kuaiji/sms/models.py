"""Messages on their way: a template key and parameters, forgotten once they are out."""

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedJSONField, SealedTextField


class MessageState(models.TextChoices):
    """短信状态"""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    REFUSED = "refused", "运营商拒绝"
    EXPIRED = "expired", "过期未发"


class OutgoingSms(models.Model):
    """One message. Number and parameters are sealed, and erased when it is sent or given up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    template_key = models.CharField(max_length=40, db_comment="internal")
    phone = SealedTextField(label="sms.phone", owner=None, null=True, db_comment="sealed: receiver")
    parameters = SealedJSONField(label="sms.parameters", owner=None, null=True, db_comment="sealed: may hold a code")
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING, db_comment="internal")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    expires_at = models.DateTimeField(db_comment="internal: useless after that")
    sent_at = models.DateTimeField(null=True, db_comment="internal")
    attempts = models.PositiveSmallIntegerField(default=0, db_comment="internal")
    provider = models.CharField(max_length=20, blank=True, db_comment="internal")
    serial = models.CharField(max_length=80, blank=True, db_comment="internal: the provider's number")
    error = models.CharField(max_length=60, blank=True, db_comment="internal: code")

    class Meta:
        db_table = "sms_message"  # from before the model had this name
        indexes = [models.Index(fields=["created_at"], name="sms_message_created")]


class ProviderCount(models.Model):
    """How often a provider was asked with this outcome, and how long that took altogether, since the first message."""

    provider = models.CharField(max_length=20, db_comment="internal")
    outcome = models.CharField(max_length=20, db_comment="internal: sms.enums.TryOutcome")
    count = models.PositiveBigIntegerField(default=0, db_comment="internal")
    seconds = models.FloatField(default=0, db_comment="internal: sum")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "outcome"], name="sms_one_count_of_an_outcome")]
