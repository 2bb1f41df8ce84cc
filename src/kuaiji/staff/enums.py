"""Roles of the bureaux' staff, and ways of proving who one is."""

from django.db import models


class Role(models.TextChoices):
    """What a member of staff may do (R9.1). Which roles exclude one another: ``rules.GROUPS``."""

    CLERK = "clerk", "经办"
    REVIEWER = "reviewer", "复核"
    MANAGER = "manager", "管理"
    AUDITOR = "auditor", "审计"
    SYSTEM = "system", "系统"


class FactorKind(models.TextChoices):
    """A second factor beside the password."""

    TOTP = "totp", "动态口令"
    PASSKEY = "passkey", "通行密钥"
