"""Closed sets of printing."""

from django.db import models


class PrintKind(models.TextChoices):
    """What is made of a record, by the title that stands on it."""

    ARCHIVE = "archive", "会计人员信息登记表"
    PROOF = "proof", "会计人员信息已采集证明"
    CARD = "card", "信息已采集卡片"


class PrintState(models.TextChoices):
    WAITING = "waiting", "正在生成"
    READY = "ready", "已生成"
    FAILED = "failed", "生成失败"
    UNAVAILABLE = "unavailable", "暂不能打印"
    EXPIRED = "expired", "已过期"
