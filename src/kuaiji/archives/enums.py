"""Closed sets of printing."""

from django.db import models


class PrintState(models.TextChoices):
    WAITING = "waiting", "正在生成"
    READY = "ready", "已生成"
    FAILED = "failed", "生成失败"
    UNAVAILABLE = "unavailable", "暂不能打印"
    EXPIRED = "expired", "已过期"
