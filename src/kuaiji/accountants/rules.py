"""Decisions about a record, over plain values."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence

from kuaiji.accountants.enums import EmploymentStatus
from kuaiji.common.errors import RuleBroken

WORKING_AGE = 16
Period = tuple[dt.date, dt.date | None]

# Rows of GB/T 4658 by what they presuppose.
UNDERGRADUATE_OR_HIGHER = ("1", "2")
BELOW_VOCATIONAL = ("6", "7", "8")
NO_DEGREE = "0"


def birthday(birth_date: dt.date, age: int) -> dt.date:
    """The day somebody turns ``age``; those born on 29 February do on 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return dt.date(birth_date.year + age, 3, 1)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def check_past(day: dt.date, *, today: dt.date, field: str, label: str) -> None:
    """Raises ``in_future``."""
    if day > today:
        raise RuleBroken("in_future", f"{label}不能晚于今天，请核对", field)


def check_working_age(day: dt.date, *, birth_date: dt.date, field: str, label: str) -> None:
    """Raises ``before_working_age``: nobody works before 16."""
    if day < birthday(birth_date, WORKING_AGE):
        raise RuleBroken("before_working_age", f"{label}早于年满 {WORKING_AGE} 周岁，请核对", field)


def check_degree(level: str, degree: str, *, field: str) -> None:
    """Raises ``degree_without_level``: a degree presupposes 本科 or more."""
    if degree != NO_DEGREE and not level.startswith(UNDERGRADUATE_OR_HIGHER):
        raise RuleBroken("degree_without_level", "本科以下学历没有学位，请选“无学位”或核对学历", field)


def check_second_degree(level: str, *, field: str) -> None:
    """Raises ``second_degree_without_level``: 第二学士学位或研究生班 comes after 本科."""
    if not level.startswith(UNDERGRADUATE_OR_HIGHER):
        raise RuleBroken("second_degree_without_level", "本科及以上学历才有第二学士学位或研究生班", field)


def asks_major(level: str) -> bool:
    """专业 is asked from 中专 up."""
    return not level.startswith(BELOW_VOCATIONAL)


def check_periods(periods: Sequence[Period]) -> list[tuple[int, str]]:
    """Positions and messages of periods that run backwards or overlap an earlier one."""
    faults = []
    for position, (start, end) in enumerate(periods):
        if end is not None and end < start:
            faults.append((position, "结束时间早于开始时间，请核对"))
        for other, (other_start, other_end) in enumerate(periods[:position]):
            if start <= (other_end or dt.date.max) and other_start <= (end or dt.date.max):
                faults.append((position, f"与第 {other + 1} 段时间重叠，请核对"))
                break
    return faults


def accounting_years(periods: Iterable[Period], *, until: dt.date) -> int:
    """Whole years of accounting work up to and including ``until`` (R3.4, R7.1): the days of all periods together."""
    days = sum(
        (min(end or until, until) - start).days + 1 for start, end in periods if start <= min(end or until, until)
    )
    # 365.2425 days make a year on average; a day is forgiven so that n calendar years never fall short of n.
    return int((days + 1) / 365.2425)


def check_obliged(employment_status: str, qualifications: int) -> None:
    """Raises ``not_an_accountant``: who submits works in accounting or holds a qualification (R1.5)."""
    if employment_status != EmploymentStatus.ACCOUNTING_POST and not qualifications:
        raise RuleBroken(
            "not_an_accountant",
            "您不在会计工作岗位，也没有填写专业技术资格：不属于采集对象，无须进行信息采集",
        )
