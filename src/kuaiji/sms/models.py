"""Messages on their way: a template key and parameters, forgotten once they are out."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedJSONField, SealedTextField
from kuaiji.sms.enums import Report


class MessageState(models.TextChoices):
    """短信状态"""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    REFUSED = "refused", "运营商拒绝"
    EXPIRED = "expired", "过期未发"
    UNWANTED = "unwanted", "情况已变，未发"


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
    due_at = models.DateTimeField(
        null=True, db_comment="internal: a notice is handed over from then on; null for what has a job of its own"
    )
    origin = models.CharField(max_length=20, blank=True, default="", db_default="", db_comment="internal: of ORIGINS")
    once_only = models.BooleanField(
        default=False, db_default=False, db_comment="internal: rather lost than sent twice where a provider is silent"
    )
    report = models.CharField(max_length=12, blank=True, default="", db_default="", db_comment="internal: Report")
    report_reason = models.CharField(
        max_length=40, blank=True, default="", db_default="", db_comment="internal: the carrier's code"
    )
    reported_at = models.DateTimeField(null=True, db_comment="internal: when the report came")

    class Meta:
        db_table = "sms_message"  # from before the model had this name
        indexes = [
            models.Index(fields=["created_at"], name="sms_message_created"),
            models.Index(fields=["serial"], name="sms_message_serial", condition=~Q(serial="")),
            models.Index(  # the queue of notices, those first that everybody has to be told
                fields=["once_only", "due_at"],
                name="sms_notice_due",
                condition=Q(state=MessageState.WAITING, due_at__isnull=False),
            ),
        ]


class DeliveryReport(models.Model):
    """A report (送达回执) as it came, kept for some days: it may be faster than our note that the message was taken.

    The receiver's number, which the provider sends along, is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    provider = models.CharField(max_length=20, db_comment="internal")
    serial = models.CharField(max_length=80, db_comment="internal: the provider's number")
    report = models.CharField(max_length=12, choices=Report, db_comment="internal")
    reason = models.CharField(max_length=40, blank=True, db_comment="internal: the carrier's code")
    came_at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "serial"], name="sms_one_report_of_a_message")]
        indexes = [models.Index(fields=["came_at"], name="sms_report_came")]


class ProviderCount(models.Model):
    """How often a provider was asked with this outcome, and how long that took altogether, since the first message."""

    provider = models.CharField(max_length=20, db_comment="internal")
    outcome = models.CharField(max_length=20, db_comment="internal: sms.enums.TryOutcome")
    count = models.PositiveBigIntegerField(default=0, db_comment="internal")
    seconds = models.FloatField(default=0, db_comment="internal: sum")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "outcome"], name="sms_one_count_of_an_outcome")]
