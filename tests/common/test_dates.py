"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.dates import format_date, parse_date, whole_years
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


def parse(raw: str) -> dt.date:
    return parse_date(raw, field="graduated_on", label="毕业时间")


@given(st.dates(), st.sampled_from(FORMS), st.booleans())
def test_every_date_in_every_form(day: dt.date, form: str, wide: bool) -> None:
    written = form.format(day.year, day.month, day.day)
    assert parse(written.translate(TO_FULL_WIDTH) if wide else written) == day


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_what_is_shown_can_be_typed(day: dt.date) -> None:
    assert parse(format_date(day)) == day


def test_the_form_shown() -> None:
    assert format_date(dt.date(2020, 7, 1)) == "2020年7月1日"


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
        *((raw, "unreadable_date", "毕业时间请按2020年7月1日的样子填写") for raw in (
            "2020", "2020-07", "20-7-1", "2020-7/1", "2020年7月1", "1/7/2020", "去年", "202071", "2020-07-01T00:00",
            "٢٠٢٠-٠٧-٠١", "二〇二〇年七月一日", "2" * 10_000, " " * 10_000,
        )),
    ],
)  # fmt: skip
def test_a_bad_date_is_named(raw: str, code: str, message: str) -> None:
    broken = refusal(parse, raw)
    assert (broken.code, broken.message, broken.field) == (code, message, "graduated_on")


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
