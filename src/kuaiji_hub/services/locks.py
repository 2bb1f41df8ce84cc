"""What must not happen twice at once: held until the transaction ends."""

import hashlib
from collections.abc import Iterable

from django.db import connection


def hold(purpose: str, values: Iterable[bytes]) -> None:
    """Wait until nobody else holds one of these, and hold them; in one order, so that no two wait for each other."""
    keys = sorted(_number(purpose, value) for value in set(values))
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _number(purpose: str, value: bytes) -> int:
    return int.from_bytes(hashlib.sha256(purpose.encode() + b"\0" + value).digest()[:8], signed=True)
