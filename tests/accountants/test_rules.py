"""The record's rules, as tables and properties."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.accountants import rules
from kuaiji.common.dates import months_after
from kuaiji.common.errors import RuleBroken
from tests.support.refusals import refusal

DAY = dt.date(2026, 11, 21)
days = st.dates(dt.date(1950, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(
    ("born", "age", "expected"),
    [
        (dt.date(1990, 7, 1), 16, dt.date(2006, 7, 1)),
        (dt.date(1992, 2, 29), 16, dt.date(2008, 2, 29)),
        (dt.date(1992, 2, 29), 18, dt.date(2010, 3, 1)),
    ],
)
def test_birthday(born: dt.date, age: int, expected: dt.date) -> None:
    assert rules.birthday(born, age) == expected


def test_future_and_too_young_are_refused_by_name() -> None:
    with pytest.raises(RuleBroken, match="in_future") as future:
        rules.check_past(DAY + dt.timedelta(days=1), today=DAY, field="x", label="取得时间")
    assert future.value.field == "x" and "取得时间" in future.value.message
    rules.check_past(DAY, today=DAY, field="x", label="取得时间")
    born = dt.date(2000, 5, 20)
    rules.check_working_age(dt.date(2016, 5, 20), birth_date=born, field="x", label="开始时间")
    with pytest.raises(RuleBroken, match="before_working_age"):
        rules.check_working_age(dt.date(2016, 5, 19), birth_date=born, field="x", label="开始时间")


@pytest.mark.parametrize(
    ("level", "degree", "refused"),
    [
        ("21", "4", False),
        ("11", "212", False),
        ("31", "0", False),
        ("31", "4", True),
        ("61", "312", True),
        ("90", "4", True),
    ],
)
def test_a_degree_presupposes_a_level(level: str, degree: str, refused: bool) -> None:
    if refused:
        with pytest.raises(RuleBroken, match="degree_without_level"):
            rules.check_degree(level, degree, field="d")
    else:
        rules.check_degree(level, degree, field="d")


@pytest.mark.parametrize(
    ("level", "asked"),
    [("11", True), ("21", True), ("31", True), ("41", True), ("61", False), ("71", False), ("81", False)],
)
def test_major_is_asked_from_vocational_school_up(level: str, asked: bool) -> None:
    assert rules.asks_major(level) is asked


@pytest.mark.parametrize(
    ("status", "qualifications", "refused"),
    [
        ("1", 0, False),
        ("1", 2, False),
        ("2", 1, False),
        ("3", 1, False),
        ("4", 1, False),
        ("2", 0, True),
        ("3", 0, True),
        ("4", 0, True),
    ],
)
def test_who_is_collected(status: str, qualifications: int, refused: bool) -> None:
    if refused:
        with pytest.raises(RuleBroken, match="not_an_accountant"):
            rules.check_obliged(status, qualifications)
    else:
        rules.check_obliged(status, qualifications)


def test_a_period_that_runs_backwards_is_refused() -> None:
    rules.check_forwards(dt.date(2012, 1, 1), dt.date(2012, 1, 1), field="ended_on")
    broken = refusal(rules.check_forwards, dt.date(2012, 1, 2), dt.date(2012, 1, 1), field="ended_on")
    assert (broken.code, broken.field) == ("ends_before_start", "ended_on")


@given(st.lists(st.tuples(days, st.none() | days), max_size=6), days)
def test_years_are_the_days_of_the_union_of_all_periods(periods: list[rules.Period], until: dt.date) -> None:
    """Counted day by day, whatever order, overlap or direction the periods have."""
    worked = {
        day
        for start, end in periods
        for day in range(start.toordinal(), min(end or until, until).toordinal() + 1)
    }  # fmt: skip
    assert rules.accounting_years(periods, until=until) == int((len(worked) + 1) / 365.2425)
    assert rules.accounting_years([*periods, *periods], until=until) == rules.accounting_years(periods, until=until)


def test_a_handover_day_and_two_jobs_at_once_count_once() -> None:
    day = dt.date
    first, second = (day(2010, 7, 1), day(2016, 6, 30)), (day(2016, 6, 30), day(2020, 6, 29))
    assert rules.accounting_years([first, second], until=day(2026, 1, 1)) == 10
    beside = (day(2012, 1, 1), day(2018, 12, 31))
    assert rules.accounting_years([first, second, beside], until=day(2026, 1, 1)) == rules.accounting_years(
        [(day(2010, 7, 1), day(2020, 6, 29))], until=day(2026, 1, 1)
    )


@given(born=days, start=st.integers(0, 40), today=days)
def test_years_counted_from_a_possible_start_are_possible(born: dt.date, start: int, today: dt.date) -> None:
    """What is counted is never refused as too much (ADR 0065)."""
    began = rules.birthday(born, rules.WORKING_AGE) + dt.timedelta(days=start)
    years = rules.accounting_years([(began, None)], until=today)
    rules.check_years(years, birth_date=born, today=today, field="accounting_years")
    most = rules.accounting_years([(rules.birthday(born, rules.WORKING_AGE), None)], until=today)
    assert refusal(
        rules.check_years, most + 1, birth_date=born, today=today, field="accounting_years"
    ).code == "impossible_years"  # fmt: skip


@given(start=days, years=st.integers(0, 40))
def test_whole_calendar_years_count_whole(start: dt.date, years: int) -> None:
    end = months_after(start, 12 * years) - dt.timedelta(days=1)
    if years:
        assert rules.accounting_years([(start, end)], until=dt.date(2099, 12, 31)) == years


@given(start=days, until=days)
def test_years_never_exceed_the_calendar(start: dt.date, until: dt.date) -> None:
    counted = rules.accounting_years([(start, None)], until=until)
    assert 0 <= counted <= max(0, until.year - start.year + 1)
    assert counted == 0 or start < until


BEFORE = {
    "employment_status": "1",
    "accounting_start_date": "2015-03-01",
    "employer_name": "甲",
    "periods": [{"started_on": "2010-01-01", "ended_on": "2012-12-31", "employer_name": "乙"}],
}
RUNNING = {"started_on": "2015-03-01", "ended_on": "2026-05-31", "employer_name": "甲"}
CLOSED = RUNNING | {"started_on_precision": "day", "ended_on_precision": "day"}  # by the platform, which knows the days


@pytest.mark.parametrize(
    ("status", "start", "told", "added"),
    [
        ("1", "2015-03-01", [], []),  # the same work, at another place: still running
        ("1", "2026-06-01", [], [CLOSED]),  # another one: the earlier time ended the day before
        ("1", "2014-01-01", [], []),  # told better
        ("3", None, BEFORE["periods"], [CLOSED | {"ended_on": "2026-11-22"}]),  # none any more: until today
        ("3", None, [*BEFORE["periods"], RUNNING], [RUNNING]),  # the person says when it ended
    ],
)
def test_accounting_work_outlives_a_move(
    status: str, start: str | None, told: list[dict[str, str]], added: list[dict[str, str]]
) -> None:
    after = {"employment_status": status, "accounting_start_date": start, "periods": told}
    kept = rules.periods_after_moving(BEFORE, after, today=dt.date(2026, 11, 22))
    assert kept == [*BEFORE["periods"], *added]
    total = [(row["started_on"], row["ended_on"]) for row in kept]
    assert total == sorted(total)


def test_work_known_to_the_month_is_closed_with_the_month_before_the_next() -> None:
    """docs/adr/0076."""
    before = BEFORE | {"accounting_start_date_precision": "month"}
    after = {
        "employment_status": "1",
        "accounting_start_date": "2026-06-01",
        "accounting_start_date_precision": "month",
        "periods": [],
    }
    *_, closed = rules.periods_after_moving(before, after, today=dt.date(2026, 11, 22))
    assert closed == RUNNING | {"started_on_precision": "month", "ended_on_precision": "month"}
