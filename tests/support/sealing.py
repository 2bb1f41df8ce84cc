"""Writes rows and seals them, and says what verification finds."""

import random
import uuid

from django.db import connection

from kuaiji.audit import seals
from kuaiji.audit.proving.verification import Kind, verify
from people.records.audit_writers import wait_until_over, write_operations

RNG = random.Random(1)


def kinds() -> list[Kind]:
    """What verification finds."""
    return [difference.kind for difference in verify().differences]


def write_and_seal(batches: int) -> None:
    for _ in range(batches):
        write_operations(4, RNG)
        wait_until_over()
        assert seals.seal_next()


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def rows_newest(table: str, count: int) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id DESC LIMIT %s", [count])
        return [row_id for (row_id,) in cursor]
