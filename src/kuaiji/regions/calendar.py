"""Working days (工作日) with holidays and 调休 as published; a year not published yet counts by the week."""

import datetime as dt

import chinese_calendar
import structlog

from kuaiji.common.clock import CHINA
from kuaiji.regions import rules
from kuaiji.regions.models import Workday

log = structlog.get_logger(__name__)


def is_working_day(day: dt.date) -> bool:
    """Whether people work on ``day``."""
    return rules.is_worked(day, _exceptions(day, day))


def add_working_days(start: dt.datetime, days: int) -> dt.datetime:
    """The time of day of ``start`` on the ``days``-th working day after it, in China time.

    From a day off it is the end of that working day: who comes on Saturday waits no shorter than who came on Friday.
    Raises ValueError for less than one day or a naive time.
    """
    if days < 1 or start.tzinfo is None:
        raise ValueError("working days are counted forward from an aware time")
    begun = start.astimezone(CHINA)
    day = working_day_after(begun.date(), days)
    if is_working_day(begun.date()):
        return dt.datetime.combine(day, begun.timetz())
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), CHINA)


def working_day_after(day: dt.date, days: int) -> dt.date:
    """The ``days``-th working day after ``day``; the log says so when its year is not published."""
    # No run of days off is longer than two weeks, so this window is wide enough.
    found = rules.working_day_after(day, days, _exceptions(day, day + dt.timedelta(days=2 * days + 14)))
    if found > (published_until() or day):
        log.warning("working_days_unpublished", reason=str(found.year))
    return found


def published_until() -> dt.date | None:
    """The last day of the last year that is published; None before any is loaded."""
    last = Workday.objects.order_by("-day").values_list("day", flat=True).first()
    return last.replace(month=12, day=31) if last else None


def shipped_until() -> dt.date:
    """The last day that ``load`` writes anything about, put to the end of its year."""
    last: dt.date = max(chinese_calendar.holidays)
    return last.replace(month=12, day=31)


def load_workdays() -> int:
    """Write every day that the library knows to differ from its day of the week; rows are updated, never removed."""
    worked = chinese_calendar.workdays
    rows = [
        Workday(day=day, is_working=day in worked, name=chinese_calendar.Holiday(name).chinese)
        for day, name in (chinese_calendar.holidays | worked).items()
    ]
    Workday.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name"]
    )
    return len(rows)


def _exceptions(first: dt.date, last: dt.date) -> dict[dt.date, bool]:
    return dict(Workday.objects.filter(day__gte=first, day__lte=last).values_list("day", "is_working"))
