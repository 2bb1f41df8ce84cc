"""What the exam check knows of somebody, as plain values (R7.0). Pure.

Two sources make the same facts: the row that the check reads, and the version that was in force when somebody was
answered; so an answer of before is judged again from what was kept.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kuaiji.common.dates import KnownDate, Precision
from kuaiji.exams.enums import ExamStatus

Row = Mapping[str, Any]
_MODES = (("full_time", True), ("part_time", False))
_PRECISIONS: Mapping[str | None, Precision] = {
    None: Precision.DAY,
    "": Precision.DAY,
    **{one.value: one for one in Precision},
}


@dataclasses.dataclass(frozen=True, slots=True)
class Schooling:
    """The highest schooling of one mode (ADR 0009), by the codes of GB/T 4658 and GB/T 6864."""

    full_time: bool
    level: str
    degree: str
    second_degree: bool
    enrolled: KnownDate | None
    graduated: KnownDate | None


@dataclasses.dataclass(frozen=True, slots=True)
class Title:
    """A qualification somebody holds, by the codes of qualification_*.csv; ``obtained`` is None where nobody told."""

    category: str
    level: str
    method: str
    obtained: KnownDate | None


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """A time of accounting work; ``end`` is None while it runs."""

    start: KnownDate
    end: KnownDate | None


@dataclasses.dataclass(frozen=True, slots=True)
class Transfer:
    """Where somebody goes, or has gone: the other platform's code and name, and the place there."""

    platform: str
    platform_name: str
    division_code: str = ""
    division_name: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """Somebody as the exam check sees them. ``held_elsewhere`` names the platform that has them by the hub's word while
    that conflict is open; ``transfer`` is one out that is open, or the one by which they have left.

    Who has no record here has a status, and nothing of what follows.
    """

    status: ExamStatus
    division_code: str = ""
    confirmed_at: dt.datetime | None = None
    name_change_pending: bool = False
    held_elsewhere: str | None = None
    transfer: Transfer | None = None
    qualifications: tuple[Title, ...] = ()
    education: tuple[Schooling, ...] = ()
    periods: tuple[Period, ...] = ()


def of_row(
    facts: Facts, *, qualifications: Iterable[Row], education: Mapping[str, Row], periods: Iterable[Sequence[Any]]
) -> Facts:
    """``facts`` with what the columns of an ``ExamRow`` say, as JSON has them."""
    return Facts(
        facts.status,
        facts.division_code,
        facts.confirmed_at,
        facts.name_change_pending,
        facts.held_elsewhere,
        facts.transfer,
        tuple([_title(row) for row in qualifications]),
        tuple([_schooling(education[mode], full_time) for mode, full_time in _MODES if mode in education]),
        tuple([_period(*row) for row in periods]),
    )


def of_version(facts: Facts, content: Mapping[str, Row]) -> Facts:
    """``facts`` with what the ``content`` of a ``RecordVersion`` says."""
    education, work = content["education"], content["employment"]
    schooling = {
        mode: {name.removeprefix(f"{mode}_"): value for name, value in education.items() if name.startswith(mode)}
        for mode, _ in _MODES
        if education.get(f"{mode}_level")
    }
    periods: list[Sequence[Any]] = [
        [row["started_on"], row["ended_on"], row.get("started_on_precision"), row.get("ended_on_precision")]
        for row in work.get("periods") or ()
    ]
    if start := work.get("accounting_start_date"):
        periods.append([start, None, work.get("accounting_start_date_precision"), None])
    return of_row(
        facts,
        qualifications=content["professional"].get("qualifications") or (),
        education=schooling,
        periods=periods,
    )


def _title(row: Row) -> Title:
    obtained = _known(row.get("obtained_on"), row.get("obtained_on_precision"))
    return Title(row["category"], row["level"], row["method"], obtained)


def _schooling(row: Row, full_time: bool) -> Schooling:
    return Schooling(
        full_time,
        row["level"],
        row.get("degree") or "",
        bool(row.get("second_degree")),
        _known(row.get("enrolled_on"), row.get("enrolled_on_precision")),
        _known(row.get("graduated_on"), row.get("graduated_on_precision")),
    )


def _period(
    start: str, end: str | None, start_precision: str | None = None, end_precision: str | None = None
) -> Period:
    """``[from, to, precision, precision]``; rows of before have the first two, which are to the day."""
    return Period(KnownDate(dt.date.fromisoformat(start), _PRECISIONS[start_precision]), _known(end, end_precision))


def _known(day: str | None, precision: str | None) -> KnownDate | None:
    """As ``KnownDate.in_answers``, a thousand times in a batch."""
    return KnownDate(dt.date.fromisoformat(day), _PRECISIONS[precision]) if day else None
