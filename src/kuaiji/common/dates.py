"""Dates as people write them, to the day or to the month (ADR 0076), and whole years between two dates."""

import calendar
import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from typing import Any

from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact, half_width

_LONGEST = 40  # characters; room for blanks between the parts
_DAYS = (
    re.compile(r"([0-9]{4}|[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})[日号]?"),
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
_MONTHS = (
    re.compile(r"([0-9]{4}|[0-9]{2})年([0-9]{1,2})(?:月份?)?"),
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})"),
    # 202071 may be any of three days, 920701 a year without its century.
    re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])"),
)
_BLANK_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])\s+(?=[0-9])")


class Precision(enum.StrEnum):
    """How precisely a date is known. It stands beside the date; the date itself is always a whole day."""

    DAY = "day"
    MONTH = "month"


class Edge(enum.StrEnum):
    """Which day stands for a month: its first where something begins, its last where something ends."""

    FIRST = "first"
    LAST = "last"


@dataclasses.dataclass(frozen=True, slots=True)
class KnownDate:
    """A date and how precisely it is known. ``day`` is what rules reckon with."""

    day: dt.date
    precision: Precision = Precision.DAY

    @classmethod
    def in_answers(cls, answers: Mapping[str, Any], name: str) -> "KnownDate | None":
        """The date called ``name`` among JSON answers, with the precision beside it; None where there is none."""
        if not (day := answers.get(name)):
            return None
        return cls(dt.date.fromisoformat(day), Precision(answers.get(beside(name)) or Precision.DAY))

    def as_answers(self, name: str) -> dict[str, str]:
        """The same as JSON answers."""
        return {name: self.day.isoformat(), beside(name): self.precision.value}

    @property
    def latest(self) -> dt.date:
        """The last day that can be meant."""
        return self.day if self.precision == Precision.DAY else month_end(self.day)

    @classmethod
    def from_text(cls, text: str) -> "KnownDate":
        """The date in a ``text``; raises ValueError for another."""
        if len(text) == len("2020-07"):
            return cls(dt.date.fromisoformat(f"{text}-01"), Precision.MONTH)
        return cls(dt.date.fromisoformat(text))

    @property
    def text(self) -> str:
        """``2020-07-01``, or ``2020-07``: date and precision in one, where there is no place for two."""
        return self.day.isoformat() if self.precision == Precision.DAY else f"{self.day:%Y-%m}"

    def may_be(self, other: "KnownDate") -> bool:
        """Whether both can mean the same day: they agree as far as the less precise one goes."""
        if Precision.MONTH in (self.precision, other.precision):
            return (self.day.year, self.day.month) == (other.day.year, other.day.month)
        return self.day == other.day

    @property
    def words(self) -> str:
        """``2020年7月1日``, or ``2020年7月``."""
        return format_date(self.day, self.precision)


def beside(name: str) -> str:
    """What the precision of the date called ``name`` is called, in answers, columns and on the wire."""
    return f"{name}_precision"


def read_date(raw: str, *, field: str, label: str, today: dt.date, month: Edge | None = None) -> KnownDate:
    """The date meant by 2020-07-01, 2020年7月1日 or 1号, 2020/7/1, 2020.7.1, 20200701; full width digits and blanks are
    forgiven.

    Where ``month`` says which day stands for one, also by 2020年7月, 2020-07, 2020/7, 2020.7, 202007; the last day of
    the month of ``today`` is then today. A year of two digits before 年 is the last such year that has begun.
    Raises ``RuleBroken``: ``required``, ``unreadable_date``, ``impossible_date``, ``day_needed``.
    """
    texts = _readings(raw)
    if not texts[0]:
        raise RuleBroken("required", f"请填写{label}", field)
    if parts := _parts(texts, _DAYS):
        return KnownDate(_day(parts, field, label, today))
    if not (parts := _parts(texts, _MONTHS)):
        raise RuleBroken("unreadable_date", _how_to_write(label, month), field)
    first = _day((*parts, "1"), field, label, today)
    if month is None:
        raise RuleBroken("day_needed", f"{label}要写到日，例如2020年7月1日", field)
    day = first if month == Edge.FIRST else month_end(first)
    return KnownDate(today if first <= today < day else day, Precision.MONTH)


def format_date(day: dt.date, precision: Precision = Precision.DAY) -> str:
    """``2020年7月1日``, or ``2020年7月`` of a date known to the month."""
    words = f"{day.year}年{day.month}月"
    return words if precision == Precision.MONTH else f"{words}{day.day}日"


def month_end(day: dt.date) -> dt.date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= 28:
        return dt.date(year, month + 1, day.day)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_years(start: dt.date, until: dt.date) -> int:
    """Complete years from ``start`` to ``until``; 29 February counts from 1 March in other years.

    Negative when ``until`` lies before ``start``.
    """
    return until.year - start.year - ((until.month, until.day) < (start.month, start.day))


def _readings(raw: str) -> list[str]:
    """What was typed without its blanks, and with those between digits as what they part."""
    if len(raw) > _LONGEST:
        return [raw]
    return [compact(raw), compact(_BLANK_BETWEEN_DIGITS.sub("-", half_width(raw)))]


def _parts(texts: list[str], forms: tuple[re.Pattern[str], ...]) -> tuple[str, ...] | None:
    found = (match for text in texts for form in forms if (match := form.fullmatch(text)))
    return next((match.groups() for match in found), None)


def _day(parts: tuple[str, ...], field: str, label: str, today: dt.date) -> dt.date:
    year, month, day = map(int, parts)
    if len(parts[0]) == 2:
        year += 2000 if 2000 + year <= today.year else 1900
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise RuleBroken("impossible_date", f"{_fault(year, month, day)}，请核对{label}", field) from None


def _how_to_write(label: str, month: Edge | None) -> str:
    if month is None:
        return f"{label}请按2020年7月1日的样子填写"
    return f"{label}写到年月即可，例如2020年7月或202007"


def _fault(year: int, month: int, day: int) -> str:
    if year == 0:
        return "没有公元0年"
    if not 1 <= month <= 12:
        return f"没有{month}月"
    if (month, day) == (2, 29):
        return f"{year}年2月没有29日"
    return f"{month}月没有{day}日"
