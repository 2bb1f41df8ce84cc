"""How often each platform does what has a quota, and what was refused: a row a platform, day and kind.

A row is counted last in its transaction, or by one of its own, so that nobody waits for more than a commit.
"""

import datetime as dt
import logging

from django.db import connection, transaction
from django.db.models import Max

from kuaiji.common import clock
from kuaiji_hub import rules
from kuaiji_hub.models import Announcement, DayCount, Person, Platform
from kuaiji_hub.rules import Quota
from kuaiji_wire.answers import Refusal
from kuaiji_wire.errors import OverQuota

log = logging.getLogger(__name__)

KEPT = dt.timedelta(days=400)  # a year can be compared with the one before


class Impossible(Exception):
    """What an operator asked for cannot be. The message says why."""


def use(platform: str, quota: Quota, *, at: dt.datetime) -> None:
    """Count one use of today's. Raises OverQuota when there is none left.

    The row stays locked until the transaction ends: exactly so many come through, however many ask at once.
    """
    day = clock.day_of(at)
    count = _take(platform, quota, day)
    if count is None:
        _begin(platform, quota, day)
        _raise(platform, quota, day)
        count = _take(platform, quota, day)  # also where somebody else began the day meanwhile
    if count is None:
        raise OverQuota(quota.value)
    used, most = count
    if used == int(most * rules.QUOTA_NEAR):
        transaction.on_commit(lambda: log.warning("quota_near", extra={"platform": platform, "kind": quota.value}))


def asked(platform: str, verdict: str, *, at: dt.datetime) -> None:
    """A question that was answered; another name than the known one is a refused attempt as well. Raises OverQuota."""
    use(platform, Quota.QUESTIONS, at=at)
    if verdict == Refusal.NAME_MISMATCH:
        refused(platform, verdict, at=at)


def refused(platform: str, code: str, *, at: dt.datetime) -> None:
    """Count a refusal; the first over a quota on a day is an alarm. In the caller's transaction, at its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kuaiji_hub_daycount AS known (platform_id, day, kind, count) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (platform_id, day, kind) DO UPDATE SET count = known.count + 1 RETURNING count",
            [platform, clock.day_of(at), code],
        )
        [count] = cursor.fetchone()
    if code == OverQuota.code and count == 1:
        transaction.on_commit(lambda: log.error("quota_reached", extra={"platform": platform}))


def announce(platform: str, quota: Quota, most: int, *, until: dt.date, reason: str) -> Announcement:
    """More a day until that day, from the next use on. Raises Impossible."""
    if not Platform.objects.filter(pk=platform).exists():
        raise Impossible(f"there is no platform {platform}")
    if not 1 <= most < 2**31 or until < clock.today() or not reason.strip():
        raise Impossible("more is a number from 1, until today or later, and for a reason")
    return Announcement.objects.create(
        platform_id=platform, kind=quota, most=most, until=until, reason=reason.strip(), made_at=clock.now()
    )


def forget() -> None:
    """Counts of the year before last, and what was announced for then."""
    day = clock.today() - KEPT
    DayCount.objects.filter(day__lt=day).delete()
    Announcement.objects.filter(until__lt=day).delete()


def announced(platform: str, quota: Quota, day: dt.date) -> int:
    """The most that was announced for that day; 0 when nothing was."""
    rows = Announcement.objects.filter(platform=platform, kind=quota, until__gte=day)
    return int(rows.aggregate(most=Max("most"))["most"] or 0)


def most_of(platform: str, quota: Quota, day: dt.date) -> int:
    """A day's most as it is reckoned now."""
    held = Person.objects.filter(holder=platform).count()
    return max(rules.most_a_day(quota, held=held), announced(platform, quota, day))


def _take(platform: str, quota: Quota, day: dt.date) -> tuple[int, int] | None:
    """Uses and most after this one; None when there is no row yet, or no use left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kuaiji_hub_daycount SET count = count + 1"
            " WHERE platform_id = %s AND day = %s AND kind = %s AND count < most RETURNING count, most",
            [platform, day, quota],
        )
        found: tuple[int, int] | None = cursor.fetchone()
        return found


def _begin(platform: str, quota: Quota, day: dt.date) -> None:
    """The day's row, with what is reckoned once a day, unless it is there."""
    if DayCount.objects.filter(platform=platform, day=day, kind=quota).exists():
        return
    row = DayCount(platform_id=platform, day=day, kind=quota, most=most_of(platform, quota, day))
    DayCount.objects.bulk_create([row], ignore_conflicts=True)


def _raise(platform: str, quota: Quota, day: dt.date) -> None:
    """Let more through where more was announced since the day's first use."""
    more = announced(platform, quota, day)
    DayCount.objects.filter(platform=platform, day=day, kind=quota, most__lt=more).update(most=more)
