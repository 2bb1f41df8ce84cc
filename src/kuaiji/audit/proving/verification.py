"""Comparing the audit tables with their seals, and the seals with their copy outside the database."""

import dataclasses
import datetime as dt
import enum
import time
from collections.abc import Iterator

from django.db import connection

from kuaiji.audit import offsite_seals, seals
from kuaiji.audit.models import Seal
from kuaiji.audit.proving import witness

ROWS_AT_ONCE = 20_000
BATCHES_AT_ONCE = 2_000
PATIENCE = 5  # seconds for a batch that is being sealed


class SealingBusy(Exception):
    """A batch has been under way for longer than any takes."""


class Kind(enum.StrEnum):
    """What does not fit."""

    CHANGED = "changed"  # as many rows as were sealed, but other ones
    MISSING = "missing"
    EXTRA = "extra"
    AHEAD = "ahead"  # rows of transactions that have not happened
    CHAIN = "chain"  # a seal was changed, or the one before it taken out
    SECOND_PLACE = "second_place"  # the copy lacks seals, or holds others
    NO_WITNESS = "no_witness"  # nobody saw what was written
    WITNESS = "witness"  # the witness saw another seal, or none
    UNLIKE = "unlike"  # rows were not as they had been written when they were sealed, or are not now


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit: rows of a table in a batch (0: not sealed yet), or seals (``table`` empty).

    Of UNLIKE ``expected`` are the rows that are gone or changed, ``found`` those that nobody wrote.
    """

    kind: Kind
    number: int = 0
    table: str = ""
    expected: int = 0
    found: int = 0


@dataclasses.dataclass(slots=True)
class Result:
    """What was compared, what was not sealed yet and so not compared, and what does not fit."""

    batches: int = 0
    rows: int = 0
    waiting: int = 0
    waiting_since: dt.datetime | None = None
    differences: list[Difference] = dataclasses.field(default_factory=list)


def verify() -> Result:
    """Compare everything, as the app role, in statements of some seconds. Raises SealingBusy."""
    last, copied = _heads()
    result = Result()
    for run in _runs(_genuine(last, copied, result)):
        _compare(run, result)
    for table in seals.TABLES:
        if ahead := seals.rows_ahead(table):
            result.differences.append(Difference(Kind.AHEAD, table=table, found=ahead))
        _count_waiting(table, last.to_tx if last else 0, result)
    result.differences += _seen_by_the_witness()
    return result


def _seen_by_the_witness() -> Iterator[Difference]:
    if not witness.is_attached():
        yield Difference(Kind.NO_WITNESS)
    if not witness.is_there():
        return
    for gap in witness.gaps():
        yield Difference(Kind.WITNESS, number=gap.number)
    for unlike in (*witness.unlike_when_sealed(), *witness.unlike_now()):
        yield Difference(Kind.UNLIKE, unlike.number, unlike.table, unlike.missing + unlike.changed, unlike.extra)


def _heads() -> tuple[Seal | None, int]:
    """The last seal and the length of its copy, taken while nobody seals."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with seals.sealing_lock() as held:
            if held:
                return Seal.objects.order_by("-number").first(), offsite_seals.size()
        time.sleep(0.1)
    raise SealingBusy


def _genuine(last: Seal | None, copied: int, result: Result) -> Iterator[Seal]:
    """The seals whose MAC holds; what the others say of rows is worth nothing. Notes breaks in chain and copy."""
    number, to_tx, mac = 0, 0, ""
    copies, copy_differs = offsite_seals.lines(copied), 0
    for seal in Seal.objects.filter(number__lte=last.number if last else 0).order_by("number").iterator():
        genuine = seals.is_genuine(seal)
        if not genuine or (seal.number, seal.from_tx, seal.previous) != (number + 1, to_tx, mac):
            result.differences.append(Difference(Kind.CHAIN, number=seal.number))
        if not copy_differs and next(copies, b"") != seal.line:
            copy_differs = seal.number
        number, to_tx, mac = seal.number, seal.to_tx, seal.mac
        result.batches += 1
        if genuine:
            yield seal
    if copy_differs or next(copies, b""):
        found = sum(1 for _ in offsite_seals.lines(copied))
        result.differences.append(
            Difference(Kind.SECOND_PLACE, number=copy_differs or number + 1, expected=result.batches, found=found)
        )


def _runs(batches: Iterator[Seal]) -> Iterator[list[Seal]]:
    """Neighbours that can be read in one statement."""
    run: list[Seal] = []
    rows = 0
    for seal in batches:
        size = sum(sealed["rows"] for sealed in seal.tables.values())
        if run and (not _joins(run[-1], seal) or rows + size > ROWS_AT_ONCE or len(run) == BATCHES_AT_ONCE):
            yield run
            run, rows = [], 0
        run.append(seal)
        rows += size
    if run:
        yield run


def _joins(one: Seal, other: Seal) -> bool:
    def shape(seal: Seal) -> tuple[str, dict[str, int]]:
        return seal.key_id, {table: sealed["columns"] for table, sealed in seal.tables.items()}

    return one.to_tx == other.from_tx and shape(one) == shape(other)


def _compare(run: list[Seal], result: Result) -> None:
    bounds = [run[0].from_tx, *(seal.to_tx for seal in run)]
    for table, shape in run[0].tables.items():
        columns = seals.columns_of(table)[: shape["columns"]]
        found = seals.digest_batches(table, bounds=bounds, columns=columns, key_id=run[0].key_id)
        for seal, (rows, digest) in zip(run, found, strict=True):
            sealed = seal.tables[table]
            result.rows += rows
            if rows != sealed["rows"]:
                kind = Kind.MISSING if rows < sealed["rows"] else Kind.EXTRA
            elif digest != sealed["digest"]:
                kind = Kind.CHANGED
            else:
                continue
            result.differences.append(Difference(kind, seal.number, table, sealed["rows"], rows))


def _count_waiting(table: str, from_tx: int, result: Result) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(id::text)::uuid FROM {table} WHERE tx >= %s::xid8", [str(from_tx)])
        rows, oldest = cursor.fetchone()
    if rows:
        # The first 48 bits of an id are its milliseconds.
        since = dt.datetime.fromtimestamp((oldest.int >> 80) / 1000, dt.UTC)
        result.waiting += rows
        result.waiting_since = min(since, result.waiting_since or since)
