"""Closed sets of the exam check's machines."""

from django.db import models


class KeyAlgorithm(models.TextChoices):
    """How a client's key signs (RFC 9421; GB/T 32905 for SM3)."""

    HMAC_SHA256 = "hmac-sha256", "HMAC-SHA-256"
    HMAC_SM3 = "hmac-sm3", "HMAC-SM3"
