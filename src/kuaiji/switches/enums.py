"""The operator's switches."""

from django.db import models


class SwitchName(models.TextChoices):
    """What is stopped while the switch is on."""

    READ_ONLY = "read_only", "只能查看"
    NO_REGISTRATION = "no_registration", "暂停注册"
    NO_TRANSFER = "no_transfer", "暂停跨省调转"
    HUB_PAUSED = "hub_paused", "暂停与全国平台交换"
