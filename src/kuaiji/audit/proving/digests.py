"""Count and digest of audit rows, batch by batch, in statements that each read a bounded number of them.

How many rows a seal claims says nothing of how many there are, and one transaction is never split between batches: so
rows are counted, up to a limit, before they are read.
"""

import contextlib
import itertools
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import psycopg
from django.db import OperationalError, connection
from psycopg import sql

from kuaiji.common.keyring import keyring

ROWS_AT_ONCE = 50_000  # of one statement
COPY_HEADER = 19  # bytes before the first row of COPY BINARY
COPY_END = b"\xff\xff"
# A statement that took too long, and one that waited too long for somebody's lock.
GIVEN_UP = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)


class NotRead(Exception):
    """The database gave up reading ``table`` between two transactions, by the time limits of the role."""

    def __init__(self, table: str, from_tx: int, to_tx: int | None = None) -> None:
        super().__init__(f"{table}, transactions from {from_tx} to {to_tx or 'now'}")
        self.table, self.from_tx, self.to_tx = table, from_tx, to_tx


class Span(NamedTuple):
    """Rows of one table, by their transactions."""

    table: str
    from_tx: int
    to_tx: int

    @property
    def values(self) -> dict[str, str]:
        """For statements with ``WITHIN``."""
        return {"from_tx": str(self.from_tx), "to_tx": str(self.to_tx)}


WITHIN = sql.SQL("tx >= %(from_tx)s::xid8 AND tx < %(to_tx)s::xid8")


@contextlib.contextmanager
def named(table: str, from_tx: int, to_tx: int | None = None) -> Iterator[None]:
    """Raises NotRead where the database gives up in the block."""
    try:
        yield
    except GIVEN_UP as error:
        raise NotRead(table, from_tx, to_tx) from error
    except OperationalError as error:
        if isinstance(error.__cause__, GIVEN_UP):
            raise NotRead(table, from_tx, to_tx) from error
        raise


def columns_of(table: str) -> list[str]:
    """The columns in the table's own order: one that is added later comes last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [table],
        )
        return [name for (name,) in cursor]


def digest_batches(table: str, *, bounds: Sequence[int], columns: Sequence[str], key_id: str) -> list[tuple[int, str]]:
    """Count and digest the rows of each batch between two neighbours of ``bounds``. Raises NotRead.

    The digest is over the rows in the order of their ids, each as PostgreSQL sends it in binary: every column with its
    length, so two different rows never look alike; sealed columns as ciphertext, so erasing a person changes nothing.
    """
    span = Span(table, bounds[0], bounds[-1])
    with named(*span):
        if _fits(span):
            return _digests(span, bounds, columns, key_id, [(None, None)])
        if len(bounds) == 2:
            return _digests(span, bounds, columns, key_id, _parts(span))
    middle = len(bounds) // 2
    halves = bounds[: middle + 1], bounds[middle:]
    return [batch for half in halves for batch in digest_batches(table, bounds=half, columns=columns, key_id=key_id)]


def _digests(
    span: Span,
    bounds: Sequence[int],
    columns: Sequence[str],
    key_id: str,
    parts: Iterable[tuple[uuid.UUID | None, uuid.UUID | None]],
) -> list[tuple[int, str]]:
    counts = [0] * (len(bounds) - 1)
    digests = [keyring().digest(key_id) for _ in counts]
    for after, until in parts:
        for row in _rows(span, bounds, columns, after, until):
            # Two bytes say how many columns, four how long the first is; the first is the batch, from 1.
            batch = int.from_bytes(row[6:10]) - 1
            counts[batch] += 1
            digests[batch].update(row[10:])
    return [(count, digest.finalize().hex()) for count, digest in zip(counts, digests, strict=True)]


def _fits(span: Span) -> bool:
    query = sql.SQL(
        "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {within} ORDER BY tx LIMIT %(most)s) AS counted"
    ).format(table=sql.Identifier(span.table), within=WITHIN)
    with connection.cursor() as cursor:
        cursor.execute(query, span.values | {"most": ROWS_AT_ONCE + 1})
        return int(cursor.fetchone()[0]) <= ROWS_AT_ONCE


def _parts(span: Span) -> Iterable[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """Ids after the first and up to the second bound: as many rows as one statement reads."""
    query = sql.SQL(
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM {table} WHERE {within}) AS numbered"
        " WHERE place %% %(most)s = 0 ORDER BY id"
    ).format(table=sql.Identifier(span.table), within=WITHIN)
    with connection.cursor() as cursor:
        cursor.execute(query, span.values | {"most": ROWS_AT_ONCE})
        ends = [row_id for (row_id,) in cursor]
    return itertools.pairwise([None, *ends, None])


def _rows(
    span: Span, bounds: Sequence[int], columns: Sequence[str], after: uuid.UUID | None, until: uuid.UUID | None
) -> Iterator[memoryview]:
    """The server sends one row a message, the header with the first one, and an end mark."""
    query = sql.SQL(
        "COPY (SELECT width_bucket(tx, %(bounds)s::xid8[]), {columns} FROM {table} WHERE {within} {part}"
        " ORDER BY 1, id) TO STDOUT (FORMAT BINARY)"
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(span.table),
        within=WITHIN,
        part=sql.SQL("{}{}").format(
            sql.SQL("AND id > %(after)s ") if after else sql.SQL(""),
            sql.SQL("AND id <= %(until)s ") if until else sql.SQL(""),
        ),
    )
    values = span.values | {"bounds": [str(bound) for bound in bounds], "after": after, "until": until}
    with connection.cursor() as cursor, cursor.copy(query, values) as messages:
        for number, message in enumerate(messages):
            row = message if number else message[COPY_HEADER:]
            if len(row) > len(COPY_END):
                yield row
