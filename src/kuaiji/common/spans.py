"""Spans of whole days: each day counts once, and days are told as years and months."""

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.date, dt.date]  # its first and its last day

_DAY = dt.timedelta(days=1)
# 365.2425 days make a year on average, in ten thousandths of a day.
_YEAR, _PARTS = 3_652_425, 10_000


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The days that lie in any of the spans, as spans apart, the earliest first; a span that ends before it begins has
    none."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if first > last:
            continue
        if merged and (first - merged[-1][1]).days <= 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def without(span: Span, gap: Span) -> list[Span]:
    """The days of ``span`` that do not lie in ``gap``."""
    (first, last), (gap_first, gap_last) = span, gap
    if gap_last < first or last < gap_first:
        return [span]
    before = [(first, gap_first - _DAY)] if first < gap_first else []
    return [*before, (gap_last + _DAY, last)] if gap_last < last else before


def within(span: Span, limits: Span) -> Span | None:
    """The days of ``span`` that lie in ``limits``; None where there are none."""
    first, last = max(span[0], limits[0]), min(span[1], limits[1])
    return (first, last) if first <= last else None


def days_in(spans: Iterable[Span]) -> int:
    """How many days spans have that do not overlap."""
    return sum((last - first).days + 1 for first, last in spans)


def years_of(days: int) -> int:
    """Whole years. A day is forgiven, so that n years of a calendar never fall short of n (ADR 0065)."""
    return (days + 1) * _PARTS // _YEAR


def days_of(years: int) -> int:
    """The fewest days that make so many ``years``, at least 0."""
    return max(0, -(-years * _YEAR // _PARTS) - 1)


def months_until(days: int, last: dt.date) -> int:
    """Whole months of a calendar in the ``days`` that end with ``last``."""
    begin, end = last - dt.timedelta(days=days - 1), last + _DAY
    return (end.year - begin.year) * 12 + end.month - begin.month - (end.day < begin.day)


def month_words(months: int) -> str:
    """``3年4个月``, ``3年``, ``4个月``; ``0个月`` for none."""
    years, rest = divmod(months, 12)
    return "".join([f"{years}年" if years else "", f"{rest}个月" if rest or not years else ""])
