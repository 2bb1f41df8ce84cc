"""Working days against the notices as printed, and what holds for every day."""

import datetime as dt
from unittest.mock import ANY

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kuaiji.common.clock import CHINA
from kuaiji.regions import rules
from kuaiji.regions.calendar import add_working_days, is_working_day, load_workdays, shipped_until, working_day_after
from kuaiji.regions.models import Workday

pytestmark = pytest.mark.django_db

DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 6, 30))
COUNTS = st.integers(1, 40)
EXCEPTIONS = st.dictionaries(st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 31)), st.booleans(), max_size=30)
SPRING = st.dates(dt.date(2026, 1, 1), dt.date(2026, 2, 10))


def at(text: str) -> dt.datetime:
    """A time on a Chinese wall clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: at("2026-01-01") + dt.timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2026-10-01", False),
        ("2026-10-10", True),  # a Saturday, worked for 国庆节
        ("2026-09-20", True),  # a Sunday
        ("2026-02-16", False),
        ("2026-02-28", True),
        ("2026-11-20", True),
        ("2026-11-21", False),
    ],
)
def test_days_are_those_of_the_notice(day: str, is_working: bool) -> None:
    assert is_working_day(dt.date.fromisoformat(day)) is is_working


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-19T15:30", 1, "2026-11-20T15:30"),
        ("2026-11-20T15:30", 1, "2026-11-23T15:30"),
        ("2026-11-20T15:30", 2, "2026-11-24T15:30"),
        ("2026-11-21T09:00", 1, "2026-11-24T00:00"),  # Saturday: all of Monday
        ("2026-11-22T23:59", 1, "2026-11-24T00:00"),
        ("2026-09-30T10:00", 1, "2026-10-08T10:00"),
        ("2026-10-09T10:00", 2, "2026-10-12T10:00"),  # over the Saturday that is worked
    ],
)
def test_working_days_are_counted_over_holidays(start: str, days: int, end: str) -> None:
    found = add_working_days(at(start).astimezone(dt.UTC), days)
    assert found == at(end) and found.tzinfo is CHINA


@given(moment=MOMENTS, later=MOMENTS, days=st.integers(1, 15))
def test_who_comes_later_is_not_due_earlier(moment: dt.datetime, later: dt.datetime, days: int) -> None:
    first, second = sorted([moment, later])
    ends = add_working_days(first, days), add_working_days(second, days)
    assert first < ends[0] <= ends[1] and ends[0] < add_working_days(first, days + 1)


@given(day=SPRING, first=st.integers(0, 20), second=st.integers(0, 20), exceptions=EXCEPTIONS)
def test_counts_add_up(day: dt.date, first: int, second: int, exceptions: dict[dt.date, bool]) -> None:
    on_the_way = rules.working_day_after(day, first, exceptions)
    end = rules.working_day_after(on_the_way, second, exceptions)
    assert end == rules.working_day_after(day, first + second, exceptions)
    passed = [day + dt.timedelta(days=n + 1) for n in range((end - day).days)]
    assert sum(rules.is_worked(one, exceptions) for one in passed) == first + second
    assert end == day or rules.is_worked(end, exceptions)


@given(day=DAYS, days=COUNTS)
def test_the_rows_read_are_enough(day: dt.date, days: int) -> None:
    every = dict(Workday.objects.values_list("day", "is_working"))
    assert working_day_after(day, days) == rules.working_day_after(day, days, every)


@pytest.mark.parametrize(("start", "days"), [(at("2026-11-20T10:00"), 0), (dt.datetime(2026, 11, 20), 1)])  # noqa: DTZ001
def test_no_days_and_no_zone_are_refused(start: dt.datetime, days: int) -> None:
    with pytest.raises(ValueError, match="counted forward from an aware time"):
        add_working_days(start, days)


def test_a_year_without_a_notice_counts_by_the_week_and_says_so() -> None:
    Workday.objects.filter(day__year__gt=2026).delete()
    with capture_logs() as lines:
        assert add_working_days(at("2026-12-30T10:00"), 1) == at("2026-12-31T10:00")
    assert not lines
    with capture_logs() as lines:
        assert add_working_days(at("2026-12-31T10:00"), 1) == at("2027-01-01T10:00")
    assert lines == [{"event": "working_days_unpublished", "reason": "2027", "log_level": "warning"}]


def test_readiness_and_the_check_before_a_release_say_until_when_holidays_are_known(client: Client) -> None:
    Workday.objects.filter(day__year__gt=2026).delete()
    assert client.get("/readyz").json() == {
        "database": True,
        "migrations": True,
        "queue_age_seconds": ANY,
        "working_days_known_until": "2026-12-31",
        "status": "ready",
    }
    end = dt.datetime.combine(shipped_until(), dt.time(), CHINA)
    with time_machine.travel(end - dt.timedelta(days=30), tick=False):
        assert not _warnings()
    with time_machine.travel(end - dt.timedelta(days=29), tick=False):
        assert _warnings() == [f"Holidays are known until {end.date()} only"]
        Workday.objects.create(day=end.date() + dt.timedelta(days=1), is_working=False, name="元旦")
        assert not _warnings()


def test_loading_again_keeps_what_was_entered_and_changes_nothing() -> None:
    Workday.objects.create(day=dt.date(2099, 1, 1), is_working=False, name="元旦")
    before = Workday.objects.count()
    assert load_workdays() == before - 1 == Workday.objects.count() - 1


def _warnings() -> list[str]:
    return [str(one.msg) for one in run_checks(include_deployment_checks=True) if one.id == "regions.W001"]
