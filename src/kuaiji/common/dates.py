"""Dates as people write them, and whole years between two dates."""

import datetime as dt
import re

from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact

_LONGEST = 40  # characters; room for blanks between the parts
_FORMS = (
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]"),
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)


def parse_date(raw: str, *, field: str, label: str) -> dt.date:
    """The day meant by 2020-07-01, 2020年7月1日 or 1号, 2020/7/1, 2020.7.1 or 20200701, full width digits included.

    Raises ``RuleBroken``: ``required``, ``unreadable_date``, ``impossible_date``.
    """
    text = compact(raw) if len(raw) <= _LONGEST else raw
    if not text:
        raise RuleBroken("required", f"请填写{label}", field)
    match = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    if match is None:
        raise RuleBroken("unreadable_date", f"{label}请按2020年7月1日的样子填写", field)
    year, month, day = map(int, match.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise RuleBroken("impossible_date", f"{_fault(year, month, day)}，请核对{label}", field) from None


def format_date(day: dt.date) -> str:
    """``2020年7月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def whole_years(start: dt.date, until: dt.date) -> int:
    """Complete years from ``start`` to ``until``; 29 February counts from 1 March in other years.

    Negative when ``until`` lies before ``start``.
    """
    return until.year - start.year - ((until.month, until.day) < (start.month, start.day))


def _fault(year: int, month: int, day: int) -> str:
    if year == 0:
        return "没有公元0年"
    if not 1 <= month <= 12:
        return f"没有{month}月"
    if (month, day) == (2, 29):
        return f"{year}年2月没有29日"
    return f"{month}月没有{day}日"
