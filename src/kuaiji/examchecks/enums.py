"""Closed sets of the exam check."""

from typing import Final

from django.db import models

SLOTS: Final = 4  # parts of the table of nonces
SLOT_SECONDS: Final = 900


class KeyAlgorithm(models.TextChoices):
    """How a client's key signs (RFC 9421; GB/T 32905 for SM3)."""

    HMAC_SHA256 = "hmac-sha256", "HMAC-SHA-256"
    HMAC_SM3 = "hmac-sm3", "HMAC-SM3"


class Outcome(models.TextChoices):
    """What the look-up found, by document and name alone."""

    FOUND = "found", "已找到"
    NOT_FOUND = "not_found", "未找到"
    NAME_MISMATCH = "name_mismatch", "姓名不符"
