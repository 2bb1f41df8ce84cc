"""Emptying the parts of the table of nonces that no signature can reach any more (docs/adr/0091)."""

import datetime as dt

from django.db import OperationalError, connection, transaction

from kuaiji.examchecks.enums import SLOT_SECONDS, SLOTS
from kuaiji.examchecks.models import UsedNonce

# A signature is taken for 300 s around its own time; as much again for clocks of two hosts and a request on its way.
MARGIN = dt.timedelta(seconds=600)
LOCK_NOT_AVAILABLE = "55P03"


def slot_of(created: float) -> int:
    """The part of the table that a signature made then (seconds since 1970) belongs to."""
    return int(created) // SLOT_SECONDS % SLOTS


def reachable(at: dt.datetime) -> set[int]:
    """The parts that a signature which is taken at ``at`` may belong to."""
    first, last = ((at + step).timestamp() for step in (-MARGIN, MARGIN))
    return {number % SLOTS for number in range(int(first) // SLOT_SECONDS, int(last) // SLOT_SECONDS + 1)}


def sweep_nonces(*, at: dt.datetime) -> int:
    """Empty what cannot be reached at ``at``; how many parts. One that is in use, by a backup perhaps, waits."""
    return sum(_empty(slot) for slot in sorted(set(range(SLOTS)) - reachable(at)))


def _empty(slot: int) -> bool:
    part = f"{UsedNonce._meta.db_table}_{slot}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {part})")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute(f"TRUNCATE {part}")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return False
    return True
