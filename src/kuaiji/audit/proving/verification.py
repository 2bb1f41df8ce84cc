"""Comparing the audit tables with their seals, and the seals with their copy outside the database."""

import contextlib
import dataclasses
import datetime as dt
import enum
import math
import time
from collections.abc import Iterator

from django.db import connection

from kuaiji.audit import offsite_seals, seals
from kuaiji.audit.models import Seal
from kuaiji.audit.proving import witness
from kuaiji.audit.proving.digests import NotRead, columns_of, digest_batches, named
from kuaiji.audit.proving.marks import START, Mark, Place
from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.common import clock

ROWS_AT_ONCE = 20_000
BATCHES_AT_ONCE = 2_000
TURNS = 30  # in how many times what was compared once is compared again
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
    NOT_READ = "not_read"  # the database gave up, by its own limits of time: nothing is known
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
    """What was compared, what was not sealed yet and so not compared, and what does not fit.

    ``since`` is the batch after which all were compared; ``mark`` is to be kept, None when something differs in them.
    """

    since: int = 0
    mark: Mark | None = None
    batches: int = 0
    rows: int = 0
    waiting: int = 0
    waiting_since: dt.datetime | None = None
    differences: list[Difference] = dataclasses.field(default_factory=list)


def verify(since: Mark | None = None) -> Result:
    """Compare everything, as the app role, in statements of some seconds. Raises SealingBusy.

    ``since`` a mark: only what was sealed after it, and in its turn a part of what it says was compared, so that after
    ``TURNS`` times all of that was compared anew. A mark that the seals do not bear out counts as none.
    """
    last, copied = _heads()
    result = Result()
    mark = _borne_out(since, last, copied)
    result.since = mark.compared.number
    compared = _compare_from(mark.compared, last.number if last else 0, copied, result)
    turn = _take_turn(mark, result)
    if compared and turn:
        result.mark = Mark(compared, turn, clock.now())
    for table in sealed_tables():
        with _noted(result):
            if ahead := seals.rows_ahead(table):
                result.differences.append(Difference(Kind.AHEAD, table=table, found=ahead))
            _count_waiting(table, last.to_tx if last else 0, result)
    result.differences += _seen_by_the_witness()
    return result


def _borne_out(mark: Mark | None, last: Seal | None, copied: int) -> Mark:
    """The mark, where both books reach it and its seal is the one that was compared; else one at the beginning."""
    if mark is None or last is None or copied < mark.compared.copied:
        return Mark()
    same = Seal.objects.filter(number=mark.compared.number, to_tx=mark.compared.to_tx, mac=mark.compared.mac)
    return mark if same.exists() else Mark()


def _take_turn(mark: Mark, result: Result) -> Place | None:
    """Compare the next part of what was compared before; where to go on next time, or None when something differs."""
    end = mark.compared.number
    if not end:
        return START
    start = mark.turn if mark.turn.number < end else START
    reached = min(start.number + math.ceil(end / TURNS), end)
    return _compare_from(start, reached, None, result)


def _compare_from(start: Place, number: int, copied: int | None, result: Result) -> Place | None:
    """Compare rows, seals and copy from a place to the seal ``number``; the copy to its end where ``copied`` says it.

    The place that was reached, or None when something differs.
    """
    before, walk = len(result.differences), _Walk(start, number, copied, result)
    for run in _runs(walk.genuine()):
        _compare(run, result)
    return walk.place if len(result.differences) == before else None


@contextlib.contextmanager
def _noted(result: Result, number: int = 0) -> Iterator[None]:
    """What could not be read in the block is a difference like any other, with its name."""
    try:
        yield
    except NotRead as error:
        result.differences.append(Difference(Kind.NOT_READ, number, error.table))


def _seen_by_the_witness() -> Iterator[Difference]:
    if not witness.is_attached():
        yield Difference(Kind.NO_WITNESS)
    if not witness.is_there():
        return
    try:
        with named("", 0):
            gaps, unlikes = [*witness.gaps()], [*witness.unlike_when_sealed(), *witness.unlike_now()]
    except NotRead:
        yield Difference(Kind.NOT_READ)
        return
    for gap in gaps:
        yield Difference(Kind.WITNESS, number=gap.number)
    for unlike in unlikes:
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


class _Walk:
    """Along the seals and their copy, from one place to another. Notes breaks in both."""

    def __init__(self, start: Place, number: int, copied: int | None, result: Result) -> None:
        self.place, self._until, self._result = start, number, result
        self._copies = offsite_seals.lines(offsite_seals.size() if copied is None else copied, after=start.copied)
        self._to_the_end = copied is not None

    def genuine(self) -> Iterator[Seal]:
        """The seals whose MAC holds; what the others say of rows is worth nothing."""
        differs, batches = 0, 0
        rows = Seal.objects.filter(number__gt=self.place.number, number__lte=self._until).order_by("number")
        for seal in rows.iterator():
            at, genuine = self.place, seals.is_genuine(seal)
            if not genuine or (seal.number, seal.from_tx, seal.previous) != (at.number + 1, at.to_tx, at.mac):
                self._result.differences.append(Difference(Kind.CHAIN, number=seal.number))
            line = b"" if differs else next(self._copies, b"")
            if not differs and line != seal.line:
                differs = seal.number
            self.place = Place(seal.number, seal.to_tx, seal.mac, at.copied + len(line))
            batches += 1
            if genuine:
                yield seal
        self._result.batches += batches
        if differs or (self._to_the_end and next(self._copies, b"")):
            self._result.differences.append(Difference(Kind.SECOND_PLACE, number=differs or self.place.number + 1))


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
    for table in set(sealed_tables()) - run[0].tables.keys():  # it came later: these batches have no row of it
        for seal, found in _found(table, run, ["id"], result):
            if found[0]:
                result.differences.append(Difference(Kind.EXTRA, seal.number, table, 0, found[0]))
    for table, shape in run[0].tables.items():
        columns = columns_of(table)[: shape["columns"]]
        for seal, found in _found(table, run, columns, result):
            sealed = seal.tables[table]
            result.rows += found[0]
            if found[0] != sealed["rows"]:
                kind = Kind.MISSING if found[0] < sealed["rows"] else Kind.EXTRA
            elif found[1] != sealed["digest"]:
                kind = Kind.CHANGED
            else:
                continue
            result.differences.append(Difference(kind, seal.number, table, sealed["rows"], found[0]))


def _found(table: str, run: list[Seal], columns: list[str], result: Result) -> Iterator[tuple[Seal, tuple[int, str]]]:
    """What there is of each batch. Of a run that is not read in time each batch is tried by itself."""
    bounds = [run[0].from_tx, *(seal.to_tx for seal in run)]
    try:
        yield from zip(run, digest_batches(table, bounds=bounds, columns=columns, key_id=run[0].key_id), strict=True)
    except NotRead:
        if len(run) == 1:
            result.differences.append(Difference(Kind.NOT_READ, run[0].number, table))
            return
        for seal in run:
            yield from _found(table, [seal], columns, result)


def _count_waiting(table: str, from_tx: int, result: Result) -> None:
    with named(table, from_tx), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(id::text)::uuid FROM {table} WHERE tx >= %s::xid8", [str(from_tx)])
        rows, oldest = cursor.fetchone()
    if rows:
        # The first 48 bits of an id are its milliseconds.
        since = dt.datetime.fromtimestamp((oldest.int >> 80) / 1000, dt.UTC)
        result.waiting += rows
        result.waiting_since = min(since, result.waiting_since or since)
