"""Sealing what only grows (sealed_tables.py), so that a change made behind the application's back is found.

A batch holds the rows of all transactions from one number up to another. It is sealed when all of them are over, so no
row can join it afterwards, whatever its id; writers take no lock and wait for nobody. See docs/adr/0024.
"""

import contextlib
from collections.abc import Iterator

import structlog
from django.db import connection

from kuaiji.audit import offsite_seals
from kuaiji.audit.models import Seal
from kuaiji.audit.proving import witness
from kuaiji.audit.proving.digests import NotRead, columns_of, digest_batches, named
from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.common import clock
from kuaiji.common.keyring import digests_equal, keyring

log = structlog.get_logger(__name__)

ROWS_AT_MOST = 10_000  # of all tables in a batch; one transaction is never split
LOCK = int.from_bytes(b"sealing")


def seal_waiting() -> int:
    """Seal what is over, batch by batch, and bring the second place up to date. How many batches were made.

    A batch that the database does not read in time is an alarm, and is tried again by the next job.
    """
    made = 0
    try:
        for table in sealed_tables():
            if ahead := rows_ahead(table):
                log.error("audit_rows_ahead", name=table, count=ahead)
        while seal_next():
            made += 1
    except NotRead as error:
        log.error("audit_batch_not_read", name=error.table, number=error.from_tx)
    return made


def seal_next() -> Seal | None:
    """Seal the next batch; None when nothing is over yet, or somebody else is at it. Raises NotRead."""
    with sealing_lock() as held:
        if not held:
            log.warning("audit_seals_busy")
            return None
        try:
            return _seal()
        finally:
            offsite_seals.bring_up()


@contextlib.contextmanager
def sealing_lock() -> Iterator[bool]:
    """Keep others from sealing meanwhile. False, without waiting, when one of them is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        held = bool(cursor.fetchone()[0])
        try:
            yield held
        finally:
            if held:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def is_genuine(seal: Seal) -> bool:
    """Does the MAC belong to this content, under a key of the ring?"""
    if seal.key_id not in keyring().fingerprint:
        return False
    return digests_equal(_mac(seal).encode(), seal.mac.encode())


def rows_ahead(table: str) -> int:
    """Rows that carry a transaction which is not over, or has not begun: nobody's honest row can be seen so early.

    Raises NotRead.
    """
    with named(table, 0), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())"
            " AND NOT pg_visible_in_snapshot(tx, pg_current_snapshot())"
        )
        return int(cursor.fetchone()[0])


def _seal() -> Seal | None:
    last = Seal.objects.order_by("-number").first()
    from_tx = last.to_tx if last else 0
    to_tx = _end_of_batch(from_tx)
    if to_tx is None:
        return None
    key_id, tables = keyring().current_fingerprint, {}
    for table in sealed_tables():
        columns = columns_of(table)
        [(rows, digest)] = digest_batches(table, bounds=[from_tx, to_tx], columns=columns, key_id=key_id)
        tables[table] = {"columns": len(columns), "rows": rows, "digest": digest}
    seal = Seal(
        number=last.number + 1 if last else 1,
        from_tx=from_tx,
        to_tx=to_tx,
        tables=tables,
        previous=last.mac if last else "",
        key_id=key_id,
        sealed_at=clock.now(),
    )
    seal.mac = _mac(seal)
    seal.save(force_insert=True)
    if witness.is_there():
        for unlike in witness.unlike_when_sealed(seal.number):
            log.error("audit_rows_unlike", name=unlike.table, number=unlike.number, count=sum(unlike[2:]))
    else:
        log.warning("audit_no_witness")
    return seal


def _end_of_batch(from_tx: int) -> int | None:
    """The first transaction after the next batch, which ends where a transaction is still running at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (horizon,) = cursor.fetchone()
        if horizon < from_tx:  # a copy of the data on a server that counts from the beginning, or a forged seal
            log.error("audit_counter_behind", count=from_tx - horizon)
            return None
        each = " UNION ALL ".join(
            f"(SELECT tx FROM {table} WHERE tx >= %(first)s::xid8 AND tx < %(end)s::xid8 ORDER BY tx LIMIT %(limit)s)"
            for table in sealed_tables()
        )
        cursor.execute(
            "SELECT count(*), min(tx::text::bigint), max(tx::text::bigint)"
            f" FROM (SELECT tx FROM ({each}) AS waiting ORDER BY tx LIMIT %(limit)s) AS batch",
            {"first": str(from_tx), "end": str(horizon), "limit": ROWS_AT_MOST + 1},
        )
        rows, lowest, highest = cursor.fetchone()
    if not rows:
        return None
    if rows <= ROWS_AT_MOST:
        return int(horizon)
    return int(highest) if highest > lowest else int(highest) + 1


def _mac(seal: Seal) -> str:
    return keyring().mac("audit.seal", seal.content, key_id=seal.key_id).hex()
