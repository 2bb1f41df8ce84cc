"""One timeline of everything about a person, the newest first, page by page.

Each source tells moments of one table. A place is where a page ended: a time, which source, and which row, so that no
moment is told twice or left out, whatever else happened in the same microsecond.
"""

import dataclasses
import datetime as dt
import functools
import heapq
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Self

from django.db.models import Q, QuerySet

from kuaiji.common.ids import as_uuid
from kuaiji.desk.record.enums import MomentKind
from kuaiji.desk.record.guards import Subject
from kuaiji.keys.models import KeyDestroyed

PAGE = 30
ERASED = "内容已随个人信息删除"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class Place(NamedTuple):
    """Where a moment stands in the order of all; compared as it is written."""

    at: dt.datetime
    rank: int
    row: uuid.UUID

    @property
    def text(self) -> str:
        """As an address carries it."""
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.rank}.{self.row.hex}"

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """The place that ``text`` names; None for what is none."""
        at, _, rest = text.partition(".")
        rank, _, row = rest.partition(".")
        found = as_uuid(row)
        if found is None or not (at.isascii() and at.isdigit() and rank.isascii() and rank.isdigit()):
            return None
        try:
            return cls(EPOCH + int(at) * MICROSECOND, int(rank), found)
        except OverflowError:
            return None


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """What happened: in a few words, by whom, and more lines; ``link`` leads on to ``address``."""

    at: dt.datetime
    row: uuid.UUID
    title: str
    by: str = ""
    words: tuple[str, ...] = ()
    address: str = ""
    link: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A moment on the page: what it is about, and its place."""

    kind: MomentKind
    moment: Moment
    place: Place


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table of the timeline: its ``rows`` of somebody, by which column they stand in time, and their words.

    ``tells`` gets some rows at once, so that it reads what they have in common once.
    """

    kind: MomentKind
    rows: Callable[[Subject], QuerySet[Any] | None]
    tells: Callable[[Subject, list[Any]], Iterable[Moment]]
    at: str = "at"


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Some moments, and where the older ones begin, if there are any."""

    told: list[Told]
    older: str


def page_of(
    subject: Subject, sources: Iterable[Source], *, kind: MomentKind | None = None, before: Place | None = None
) -> Page:
    """The newest moments from ``sources``, of one kind or all; with ``before`` those that are older than that place."""
    streams = [
        _stream(subject, source, rank, before)
        for rank, source in enumerate(sources)
        if kind is None or source.kind == kind
    ]
    merged = heapq.merge(*streams, key=lambda told: told.place, reverse=True)
    found = list(itertools.islice(merged, PAGE + 1))
    shown = found[:PAGE]
    return Page(shown, shown[-1].place.text if len(found) > PAGE else "")


def _stream(subject: Subject, source: Source, rank: int, before: Place | None) -> Iterator[Told]:
    """The first of one source, the newest first."""
    rows = source.rows(subject)
    if rows is None:
        return iter(())
    if before is not None:
        rows = rows.filter(_older(source.at, rank, before))
    found = list(rows.order_by(f"-{source.at}", "-pk")[: PAGE + 1])
    try:
        moments = list(source.tells(subject, found)) if found else []
    except KeyDestroyed:
        moments = [Moment(_when(row, source.at), row.pk, ERASED) for row in found]
    return iter([Told(source.kind, moment, Place(moment.at, rank, moment.row)) for moment in moments])


def _when(row: Any, at: str) -> dt.datetime:
    when: dt.datetime = functools.reduce(getattr, at.split("__"), row)
    return when


def _older(at: str, rank: int, place: Place) -> Q:
    earlier = Q(**{f"{at}__lt": place.at})
    if rank > place.rank:
        return earlier
    if rank < place.rank:
        return Q(**{f"{at}__lte": place.at})
    return earlier | Q(**{at: place.at}, pk__lt=place.row)
