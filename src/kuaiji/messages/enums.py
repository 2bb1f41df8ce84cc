"""Classes of messages, ways to a person, and how a message fares on one of them."""

from django.db import models


class MessageClass(models.TextChoices):
    """How much a person needs a message: she may switch off the second and the third."""

    MUST = "must", "必须告知"
    USEFUL = "useful", "办理结果"
    REMINDER = "reminder", "到期提醒"


class Channel(models.TextChoices):
    """A way to a person besides the page 我的消息."""

    SMS = "sms", "短信"


class DeliveryState(models.TextChoices):
    """How a message fares on one channel."""

    PLANNED = "planned", "待发送"  # waits for its hours
    QUEUED = "queued", "发送中"
    SENT = "sent", "已发送"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "未送达"
    DROPPED = "dropped", "情况已变，未发送"
