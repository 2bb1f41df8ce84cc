"""Years of accounting work as a drawing: lanes of stretches over an axis of years. Pure; ``_timeline.html`` draws it.

Places are percents of the drawing's width, as texts, so that the drawing widens with the page and its words do not.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence

from kuaiji.common.spans import Span

LANE = 3.1  # em: a line of words and the bars under it
MOST_TICKS = 5  # years marked on the axis; written, more would run into each other at 320 px
ROOM = 0.55  # a year that begins later would be written into the words at the end of the axis
_STEPS = (1, 2, 5, 10, 20, 50)


class Kind(enum.StrEnum):
    """What a stretch is; the value is its class in the style sheet."""

    WORK = "k-axis-work"  # as it is told in the record
    COUNTED = "k-axis-counted"
    AHEAD = "k-axis-ahead"  # counted, and still to come
    UNSURE = "k-axis-unsure"  # counts, if it was no full-time study
    STUDY = "k-axis-study"  # full-time, which is no work
    BEFORE = "k-axis-before"  # before the title that years are counted from


class Day(enum.StrEnum):
    """What a day decides; the value is its class likewise."""

    CUTOFF = "k-axis-cut"  # the last that counts
    TITLE = "k-axis-title"  # from which years are counted


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as it is drawn."""

    kind: Kind
    left: str
    width: str


@dataclasses.dataclass(frozen=True, slots=True)
class Lane:
    """One line of bars and its name; ``top`` counts lanes from the upper one, from 0. Heights are in em."""

    name: str
    top: int
    bars: tuple[Bar, ...]

    @property
    def words_at(self) -> str:
        """Where the name stands."""
        return _em(self.top * LANE + 1)

    @property
    def bars_at(self) -> str:
        """Where the bars begin, each 1 em high."""
        return _em(self.top * LANE + 1.5)


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A day that decides something, as a line across the lanes."""

    left: str
    kind: Day


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """A year on the axis, where it begins; ``words`` are empty where there is no room for them."""

    left: str
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing."""

    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    end: str  # the words at the end of the axis

    @property
    def bars_end(self) -> str:
        """Below the lowest bars."""
        return _em((len(self.lanes) - 1) * LANE + 2.5)

    @property
    def axis_at(self) -> str:
        """Where the axis runs."""
        return _em(len(self.lanes) * LANE)

    @property
    def years_at(self) -> str:
        """Where the years stand under it."""
        return _em(len(self.lanes) * LANE + 1.4)

    @property
    def height(self) -> str:
        """Of all of it."""
        return _em(len(self.lanes) * LANE + 2)


def draw(
    lanes: Sequence[tuple[str, Mapping[Kind, Sequence[Span]]]], *, marks: Mapping[Day, dt.date], today: dt.date
) -> Timeline | None:
    """The drawing of ``lanes`` with something in them; None where no lane has anything.

    The axis goes from the beginning of the first year to the end of the last. Of a counted stretch that reaches past
    ``today`` the part to come is a bar of its own.
    """
    told = [(name, [(kind, span) for kind, spans in kinds.items() for span in spans]) for name, kinds in lanes]
    filled = [(name, stretches) for name, stretches in told if stretches]
    if not filled:
        return None
    days = [day for _, stretches in filled for _, span in stretches for day in span]
    days += marks.values()
    axis = _Axis(min(days).year, max(days).year)
    return Timeline(
        lanes=tuple(
            Lane(name, top, tuple(bar for kind, span in stretches for bar in _bars(axis, kind, span, today)))
            for top, (name, stretches) in enumerate(filled)
        ),
        marks=tuple(Mark(axis.at(day), kind) for kind, day in marks.items()),
        ticks=tuple(axis.tick(year) for year in axis.years()),
        end=f"{axis.last}年底",
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Axis:
    """Whole years from ``first`` to ``last``, both drawn to their end."""

    first: int
    last: int

    def at(self, day: dt.date) -> str:
        return _percent(self._share(day.toordinal()))

    def wide(self, begin: dt.date, end: dt.date) -> str:
        return _percent(self._share(end.toordinal() + 1) - self._share(begin.toordinal()))

    def years(self) -> range:
        count = self.last - self.first + 1
        step = next((step for step in _STEPS if count <= step * MOST_TICKS), _STEPS[-1])
        return range(self.first, self.last + 1, step)

    def tick(self, year: int) -> Tick:
        share = self._share(dt.date(year, 1, 1).toordinal())
        return Tick(_percent(share), str(year) if share <= ROOM else "")

    def _share(self, ordinal: int) -> float:
        begin = dt.date(self.first, 1, 1).toordinal()
        return (ordinal - begin) / (dt.date(self.last, 12, 31).toordinal() + 1 - begin)


def _bars(axis: _Axis, kind: Kind, span: Span, today: dt.date) -> list[Bar]:
    begin, end = span
    if kind != Kind.COUNTED or end <= today:
        return [_bar(axis, kind, begin, end)]
    bars = [_bar(axis, Kind.AHEAD, max(begin, today + dt.timedelta(days=1)), end)]
    if begin <= today:
        bars.insert(0, _bar(axis, kind, begin, today))
    return bars


def _bar(axis: _Axis, kind: Kind, begin: dt.date, end: dt.date) -> Bar:
    return Bar(kind, axis.at(begin), axis.wide(begin, end))


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _em(size: float) -> str:
    return f"{size:.1f}em"
