"""A year's days off as one reads them: a line a holiday."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from kuaiji.regions.holidays import Day

_WEEK = "一二三四五六日"


@dataclasses.dataclass(frozen=True, slots=True)
class HolidayLine:
    """春节: 2月15日（周日）至23日（周一），9 天; the weekend days that are worked instead."""

    name: str
    off: str
    number: int
    worked: str


def lines_of(days: Iterable[Day]) -> list[HolidayLine]:
    """The holidays of these days, in the order of their first day off."""
    by_name: dict[str, list[Day]] = {}
    for day in days:
        by_name.setdefault(day.name, []).append(day)
    lines = []
    for name, found in by_name.items():
        off = sorted(day.day for day in found if not day.is_working)
        worked = sorted(day.day for day in found if day.is_working)
        line = HolidayLine(name, "、".join(map(_run, _runs(off))), len(off), "、".join(map(written, worked)))
        lines.append((off[0] if off else worked[0], line))
    return [line for _, line in sorted(lines, key=lambda each: each[0])]


def written(day: dt.date) -> str:
    """2月15日（周日）."""
    return f"{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"


def _run(run: Sequence[dt.date]) -> str:
    return written(run[0]) if len(run) == 1 else f"{written(run[0])}至{written(run[-1])}"


def _runs(days: Sequence[dt.date]) -> list[list[dt.date]]:
    """Days one after the other, together."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == dt.timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
