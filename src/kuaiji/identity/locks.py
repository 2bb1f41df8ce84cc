"""Locks on things that have no row yet, such as a number somebody is about to register."""

from django.db import connection

from kuaiji.common.keyring import keyring


def lock(kind: str, key: bytes) -> None:
    """Let nobody else pass here with the same ``kind`` and ``key`` until the current transaction ends."""
    number = int.from_bytes(keyring().mac("lock", kind.encode() + b"\0" + key)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
