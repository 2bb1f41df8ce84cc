"""Locks on things that have no row yet, such as a number somebody is about to register."""

import hashlib

from django.db import connection


def lock(kind: str, *keys: bytes, shared: bool = False) -> None:
    """Let nobody else pass here with the same ``kind`` and one of these keys, digests or ids, until the current
    transaction ends. Several are taken in one order, so that no two transactions wait for each other.

    ``shared`` lets others pass that ask for it shared too, and keeps out who does not. Whoever holds a shared lock must
    not ask for the same one unshared: two of them would wait for each other.
    """
    numbers = sorted({_number(kind, key) for key in keys})
    with connection.cursor() as cursor:
        if shared:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(number) FROM unnest(%s::bigint[]) AS number", [numbers])
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [numbers])


def _number(kind: str, key: bytes) -> int:
    # Without a key of the ring: processes that do not agree yet on the current one must wait for each other.
    return int.from_bytes(hashlib.sha256(kind.encode() + b"\0" + key).digest()[:8], signed=True)
