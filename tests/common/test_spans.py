"""Days of spans, each once, and how they are told."""

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.dates import months_after
from kuaiji.common.spans import Span, days_in, days_of, month_words, months_until, union, within, without, years_of

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
SPANS = st.lists(st.tuples(DAYS, DAYS), max_size=6)
DAY = dt.timedelta(days=1)


def each(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    """The days of spans, by their numbers."""
    return {day for first, last in spans for day in range(first.toordinal(), last.toordinal() + 1)}


@given(SPANS)
def test_a_union_has_every_day_once(spans: list[Span]) -> None:
    merged = union(spans)
    assert each(merged) == each(spans) and days_in(merged) == len(each(spans))
    assert all((second[0] - first[1]).days > 1 for first, second in itertools.pairwise(merged))


@given(SPANS, st.randoms())
def test_a_union_knows_no_order(spans: list[Span], chance: random.Random) -> None:
    mixed = list(spans)
    chance.shuffle(mixed)
    assert union(mixed) == union(spans)


@given(st.tuples(DAYS, DAYS).map(sorted), st.tuples(DAYS, DAYS).map(sorted))
def test_what_is_taken_out_and_what_is_left_make_the_whole(one: list[dt.date], gap: list[dt.date]) -> None:
    span, taken = (one[0], one[1]), (gap[0], gap[1])
    left, inside = without(span, taken), within(span, taken)
    assert each(left) == each([span]) - each([taken])
    assert each([inside] if inside else []) == each([span]) & each([taken])


@given(st.integers(0, 60))
def test_the_fewest_days_of_so_many_years(years: int) -> None:
    assert years_of(days_of(years)) >= years
    assert years == 0 or years_of(days_of(years) - 1) == years - 1


@given(DAYS, st.integers(0, 600))
def test_months_of_a_calendar_are_told_whole(last: dt.date, months: int) -> None:
    first = months_after(last + DAY, -months)
    if (last + DAY).day <= 28:  # else the month it began in may be shorter
        assert months_until((last - first).days + 1, last) == months
        assert months == 0 or months_until((last - first).days, last) == months - 1


@pytest.mark.parametrize(
    ("months", "words"), [(0, "0个月"), (1, "1个月"), (12, "1年"), (40, "3年4个月"), (131, "10年11个月")]
)
def test_months_in_words(months: int, words: str) -> None:
    assert month_words(months) == words
