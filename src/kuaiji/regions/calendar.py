"""Working days (工作日) with holidays and 调休 as published; a year not published yet counts by the week."""

import dataclasses
import datetime as dt
import uuid

import chinese_calendar
import structlog
from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.regions import rules
from kuaiji.regions.events import CalendarEntered
from kuaiji.regions.holidays import Day, Reading, read_notice
from kuaiji.regions.models import CalendarNotice, Workday

log = structlog.get_logger(__name__)

NOTICE_MONTH = 11  # in which the notice about the next year comes


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
    """Write every day that the library knows to differ from its day of the week; rows are updated, never removed.

    A year whose notice staff entered stays as they did.
    """
    worked = chinese_calendar.workdays
    entered = set(CalendarNotice.objects.values_list("year", flat=True))
    rows = [
        Workday(day=day, is_working=day in worked, name=chinese_calendar.Holiday(name).chinese)
        for day, name in (chinese_calendar.holidays | worked).items()
        if day.year not in entered
    ]
    Workday.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name"]
    )
    return len(rows)


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarChange:
    """A notice beside what counts now: days that come, and days that go or are the other way round."""

    reading: Reading
    added: tuple[Day, ...]
    removed: tuple[Day, ...]


def preview_notice(text: str) -> CalendarChange:
    """What entering this text would change."""
    reading = read_notice(text)
    first = min([day.day for day in reading.days], default=dt.date(reading.year or 1, 1, 1))
    standing = {
        row.day: Day(row.day, row.is_working, row.name)
        for row in Workday.objects.filter(day__gte=first, day__year__lte=reading.year)
        if not (row.day.month == 12 and row.day.year == reading.year and "元旦" in row.name)  # the next notice's
    }
    coming = {day.day: day for day in reading.days}
    return CalendarChange(
        reading,
        tuple(day for day in reading.days if not _same(standing.get(day.day), day)),
        tuple(day for at, day in sorted(standing.items()) if not _same(coming.get(at), day)),
    )


@transaction.atomic
def enter_notice(
    *, operation: Operation, text: str, source: str, name: str, member_id: uuid.UUID | None = None
) -> CalendarNotice:
    """The days of a year are those of this text from now on. The same text once more gives the notice that stands.

    Raises RuleBroken ``source_missing`` at ``source``, ``notice_faulty`` at ``text``.
    """
    if not source.strip():
        raise RuleBroken("source_missing", "请填写文号，例如：国办发明电〔2026〕1号", "source")
    lock("calendar")
    change = preview_notice(text)
    reading = change.reading
    if reading.faults:
        raise RuleBroken("notice_faulty", "通知有读不通的地方，没有录入；请对照下面列出的问题", "text")
    last = CalendarNotice.objects.filter(year=reading.year).first()
    if last and (last.text, last.source) == (text, source.strip()):
        return last
    Workday.objects.filter(day__in=[day.day for day in change.removed]).delete()
    Workday.objects.bulk_create(Workday(**dataclasses.asdict(day)) for day in change.added)
    notice = CalendarNotice.objects.create(
        year=reading.year,
        source=source.strip(),
        text=text,
        entered_at=operation.at,
        entered_by=member_id,
        entered_name=name,
    )
    event = CalendarEntered(
        subject_id=notice.pk,
        year=reading.year,
        source=notice.source,
        added=[_told(day) for day in change.added],
        removed=[_told(day) for day in change.removed],
    )
    record_events(operation, event)
    return notice


def missing_year(today: dt.date) -> int | None:
    """The next year, where its notice is to be expected (from November on) and its days are not known."""
    until = published_until()
    return today.year + 1 if today.month >= NOTICE_MONTH and (until is None or until.year <= today.year) else None


def _same(one: Day | None, other: Day) -> bool:
    """What the holiday is called may differ: 清明, 清明节."""
    return one is not None and one.is_working == other.is_working


def _told(day: Day) -> str:
    return f"{day.day} {'worked' if day.is_working else 'off'}"


def _exceptions(first: dt.date, last: dt.date) -> dict[dt.date, bool]:
    return dict(Workday.objects.filter(day__gte=first, day__lte=last).values_list("day", "is_working"))
