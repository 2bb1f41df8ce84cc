"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.dates import (
    Edge,
    KnownDate,
    Precision,
    format_date,
    month_end,
    months_after,
    read_date,
    whole_years,
)
from tests.support.refusals import refusal

FORMS = [
    "{0:04}-{1:02}-{2:02}",
    "{0:04}-{1}-{2}",
    "{0:04}年{1}月{2}日",
    "{0:04}年{1:02}月{2:02}日",
    "{0:04}年{1}月{2}号",
    "{0:04} 年 {1} 月 {2} 日",
    "{0:04}/{1}/{2}",
    "{0:04}.{1}.{2}",
    "{0:04}—{1:02}—{2:02}",
    "{0:04}{1:02}{2:02}",
    "\u3000{0:04}-{1}-{2}\n",
]
TO_FULL_WIDTH = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789-/."}


TODAY = dt.date(2026, 11, 21)
MONTH_FORMS = [
    "{0:04}年{1}月",
    "{0:04}年{1:02}月",
    "{0:04}年{1}月份",
    "{0:04}年{1}",
    "{0:04} 年 {1} 月 ",
    "{0:04}-{1:02}",
    "{0:04}-{1}",
    "{0:04}/{1}",
    "{0:04}/{1:02}",
    "{0:04}.{1}",
    "{0:04}—{1:02}",
    "{0:04}{1:02}",
    "{0:04} {1:02}",
    "{0:04} {1}",
    "\u3000{0:04}年{1}月\n",
]


def parse(raw: str, month: Edge | None = None) -> KnownDate:
    return read_date(raw, field="graduated_on", label="毕业时间", today=TODAY, month=month)


@given(st.dates(), st.sampled_from(FORMS), st.booleans(), st.sampled_from([None, *Edge]))
def test_every_date_in_every_form(day: dt.date, form: str, wide: bool, month: Edge | None) -> None:
    written = form.format(day.year, day.month, day.day)
    assert parse(written.translate(TO_FULL_WIDTH) if wide else written, month) == KnownDate(day)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(MONTH_FORMS), st.booleans())
def test_every_month_in_every_form_stands_for_its_first_day_or_its_last(day: dt.date, form: str, wide: bool) -> None:
    written = form.format(day.year, day.month)
    written = written.translate(TO_FULL_WIDTH) if wide else written
    first, last = (parse(written, edge) for edge in Edge)
    assert first == KnownDate(day.replace(day=1), Precision.MONTH)
    assert last.precision == Precision.MONTH
    is_this_month = (day.year, day.month) == (TODAY.year, TODAY.month)
    assert (last.day == TODAY) if is_this_month else ((last.day + dt.timedelta(days=1)).day == 1)
    assert first.day <= day and (day <= last.day or is_this_month)
    assert first.latest == month_end(day)
    assert first.may_be(KnownDate(day)) and KnownDate(day).may_be(last) and first.may_be(last)
    assert refusal(parse, written).code == "day_needed"


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.sampled_from(Precision))
def test_what_is_shown_can_be_typed_and_what_is_kept_read(day: dt.date, precision: Precision) -> None:
    known = parse(format_date(day, precision), Edge.FIRST)
    assert known == KnownDate(day if precision == Precision.DAY else day.replace(day=1), precision)
    assert KnownDate.from_text(known.text) == known
    assert KnownDate.in_answers(known.as_answers("x"), "x") == known


@pytest.mark.parametrize("raw", ["2020年7月1", "2020 7 1", "2020 07 01", "20年7月1号", "2020 0701"])
def test_days_written_loosely(raw: str) -> None:
    assert parse(raw) == KnownDate(dt.date(2020, 7, 1))


@pytest.mark.parametrize(
    ("raw", "year"), [("92年7月", 1992), ("07年7月", 2007), ("26年7月", 2026), ("27年7月", 1927), ("００年7月", 2000)]
)
def test_a_year_of_two_digits_is_the_last_that_has_begun(raw: str, year: int) -> None:
    assert parse(raw, Edge.FIRST).day == dt.date(year, 7, 1)


def test_days_that_differ_are_not_the_same_and_months_only_by_themselves() -> None:
    day, other = KnownDate(dt.date(2020, 7, 1)), KnownDate(dt.date(2020, 7, 2))
    assert not day.may_be(other) and day.latest == day.day
    assert not KnownDate(dt.date(2020, 8, 1), Precision.MONTH).may_be(day)
    assert not KnownDate(dt.date(2019, 7, 1), Precision.MONTH).may_be(KnownDate(dt.date(2020, 7, 1), Precision.MONTH))


def test_what_says_no_precision_is_to_the_day() -> None:
    assert KnownDate.in_answers({"x": "2020-07-01"}, "x") == KnownDate(dt.date(2020, 7, 1))
    assert KnownDate.in_answers({"x": None, "x_precision": "day"}, "x") is None


def test_the_form_shown() -> None:
    assert format_date(dt.date(2020, 7, 1)) == "2020年7月1日"
    assert KnownDate(dt.date(2020, 7, 31), Precision.MONTH).words == "2020年7月"


TO_THE_DAY = "毕业时间请按2020年7月1日的样子填写"
TO_THE_MONTH = "毕业时间写到年月即可，例如2020年7月或202007"


@pytest.mark.parametrize("month", [None, *Edge])
@pytest.mark.parametrize(
    ("raw", "code", "message"),
    [
        ("", "required", "请填写毕业时间"),
        ("\u3000", "required", "请填写毕业时间"),
        ("2020-02-30", "impossible_date", "2月没有30日，请核对毕业时间"),
        ("2020年4月31日", "impossible_date", "4月没有31日，请核对毕业时间"),
        ("2023/2/29", "impossible_date", "2023年2月没有29日，请核对毕业时间"),
        ("20201301", "impossible_date", "没有13月，请核对毕业时间"),
        ("2020.0.1", "impossible_date", "没有0月，请核对毕业时间"),
        ("2020-1-0", "impossible_date", "1月没有0日，请核对毕业时间"),
        ("0000-01-01", "impossible_date", "没有公元0年，请核对毕业时间"),
        ("2020年13月", "impossible_date", "没有13月，请核对毕业时间"),
        *((raw, "unreadable_date", "") for raw in (
            "2020", "2020年", "20-7-1", "2020-7/1", "1/7/2020", "7/2020", "去年", "202071", "920701", "199213", "20207",
            "2020-07-01T00:00", "٢٠٢٠-٠٧-٠١", "二〇二〇年七月一日", "2" * 10_000, " " * 10_000,
        )),
    ],
)  # fmt: skip
def test_a_bad_date_is_named(raw: str, code: str, message: str, month: Edge | None) -> None:
    broken = refusal(parse, raw, month)
    assert (broken.code, broken.field) == (code, "graduated_on")
    assert broken.message == (message or (TO_THE_MONTH if month else TO_THE_DAY))


@given(st.dates(min_value=dt.date(1900, 1, 1)), st.dates(min_value=dt.date(1900, 1, 1)))
def test_whole_years_grow_by_one_on_each_anniversary(start: dt.date, until: dt.date) -> None:
    start, until = sorted((start, until))
    years = whole_years(start, until)
    assert anniversary(start, years) <= until < anniversary(start, years + 1)


def anniversary(start: dt.date, years: int) -> dt.date:
    if start.year + years > dt.MAXYEAR:
        return dt.date.max
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return dt.date(start.year + years, 3, 1)


@pytest.mark.parametrize(
    ("start", "until", "years"),
    [
        (dt.date(2010, 7, 1), dt.date(2020, 6, 30), 9),
        (dt.date(2010, 7, 1), dt.date(2020, 7, 1), 10),
        (dt.date(2012, 2, 29), dt.date(2026, 2, 28), 13),
        (dt.date(2012, 2, 29), dt.date(2026, 3, 1), 14),
        (dt.date(2020, 7, 1), dt.date(2020, 7, 1), 0),
        (dt.date(2020, 7, 2), dt.date(2020, 7, 1), -1),
    ],
)
def test_whole_years_at_their_edges(start: dt.date, until: dt.date, years: int) -> None:
    assert whole_years(start, until) == years


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
    ],
)
def test_months_after(day: dt.date, months: int, expected: dt.date) -> None:
    assert months_after(day, months) == expected
