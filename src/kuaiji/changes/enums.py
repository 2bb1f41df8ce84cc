"""Closed sets of changes."""

from django.db import models


class NameState(models.TextChoices):
    """Where a change of name stands that had to wait; every state but the first is an end."""

    WAITING = "waiting", "待核验"
    APPLIED = "applied", "已变更"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
