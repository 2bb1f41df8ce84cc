"""The current time; every other module asks here, and rules get it as a value."""

import datetime as dt
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The date on a Chinese wall calendar: deadlines and ages are counted in it."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """The date of ``moment`` on the same calendar."""
    return moment.astimezone(CHINA).date()
