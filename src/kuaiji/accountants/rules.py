"""Decisions about a record, over plain values."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kuaiji.accountants.enums import EmploymentStatus, HoldKind, SectionSlug
from kuaiji.common.dates import KnownDate, Precision, beside
from kuaiji.common.errors import RuleBroken
from kuaiji.common.spans import days_in, union, years_of

WORKING_AGE = 16
SCHOOL_AGE = 10  # nobody has left a school of the list before
Period = tuple[dt.date, dt.date | None]
Answers = Mapping[str, Any]

LOCKED = {"gender": "性别", "country": "国籍（地区）"}  # of the answers; number and type are no answers (R4.1)

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


def asks_degree(level: str) -> bool:
    """学位 is asked from 本科 up: below there is none."""
    return level.startswith(UNDERGRADUATE_OR_HIGHER)


def asks_major(level: str) -> bool:
    """专业 is asked from 中专 up."""
    return not level.startswith(BELOW_VOCATIONAL)


def check_schooling(begun: dt.date, graduated: dt.date, *, birth_date: dt.date | None, field: str) -> None:
    """Raises ``enrolled_after_graduation``, or ``too_early`` for who was not born yet."""
    if begun > graduated:
        raise RuleBroken("enrolled_after_graduation", "入学时间晚于毕业时间，请核对", field)
    if birth_date and begun < birth_date:
        raise RuleBroken("too_early", "入学时间早于出生日期，请核对", field)


def worked_before_graduation(started: KnownDate, graduated: KnownDate) -> bool:
    """Whether work began in a month before that of the graduation: who left school and began to work in one month did
    not do both at once."""
    return (started.day.year, started.day.month) < (graduated.day.year, graduated.day.month)


def study_dates_wanted(education: Answers, since: KnownDate | None) -> bool:
    """Whether the years of who has worked in accounting ``since`` then depend on a 入学时间 that is not told: full-time
    study is no work, and what lies before it counts only when it is known."""
    graduated = KnownDate.in_answers(education, "full_time_graduated_on")
    if since is None or graduated is None or education.get("full_time_enrolled_on"):
        return False
    return worked_before_graduation(since, graduated)


def check_forwards(start: dt.date, end: dt.date, *, field: str) -> None:
    """Raises ``ends_before_start``."""
    if end < start:
        raise RuleBroken("ends_before_start", "结束时间早于开始时间，请核对", field)


def accounting_years(periods: Iterable[Period], *, until: dt.date) -> int:
    """Whole years of accounting work up to and including ``until`` (R3.4, R7.1): the days that lie in any of the
    periods, each counted once (ADR 0065)."""
    return years_of(days_in(union((start, min(end or until, until)) for start, end in periods)))


def most_years(birth_date: dt.date, today: dt.date) -> int:
    """Years since the sixteenth birthday, counted as years of work are."""
    return accounting_years([(birthday(birth_date, WORKING_AGE), None)], until=today)


def check_years(years: int, *, birth_date: dt.date, today: dt.date, field: str) -> None:
    """Raises ``impossible_years`` for more years of work than there are since the sixteenth birthday."""
    if years > (most := most_years(birth_date, today)):
        raise RuleBroken("impossible_years", f"年满 {WORKING_AGE} 周岁至今只有 {most} 年，请核对年限", field)


def check_year_of_life(year: int, *, birth_date: dt.date, age: int, field: str, label: str) -> None:
    """Raises ``too_early`` for a year in which somebody was not ``age`` years old on any day."""
    if year < birth_date.year + age:
        limit = f"年满 {age} 周岁" if age else "出生年份"
        raise RuleBroken("too_early", f"{label}早于{limit}，请核对", field)


def check_obliged(employment_status: str, qualifications: int) -> None:
    """Raises ``not_an_accountant``: who submits works in accounting or holds a qualification (R1.1, R1.5)."""
    if employment_status != EmploymentStatus.ACCOUNTING_POST and not qualifications:
        raise RuleBroken(
            "not_an_accountant",
            "您不在会计工作岗位，也没有填写专业技术资格：不属于采集对象，无须进行信息采集",
        )


def region_locked(holds: Collection[str]) -> bool:
    """Whether 行政区划 has to stay as it is (R4.3)."""
    return HoldKind.CONTINUING_EDUCATION in holds


def check_locked(before: Answers, after: Answers) -> None:
    """Raises ``locked_field``: what only a bureau corrects, for every type of document (R4.1)."""
    for name, label in LOCKED.items():
        if name in before and before[name] != after.get(name):
            raise RuleBroken("locked_field", f"{label}不能变更；有误的请申请更正", name)


def check_birth_date(
    answers: Mapping[SectionSlug, Answers], *, stood: dt.date, birth_date: dt.date, today: dt.date
) -> None:
    """Raises ``birth_date_contradicts`` for another birth date with which an answer of another section is no longer
    possible that is so with the one that ``stood``: the same rules by which their forms refuse it."""
    before = _impossible(answers, stood, today)
    if new := [words for words in _impossible(answers, birth_date, today) if words not in before]:
        raise RuleBroken("birth_date_contradicts", f"与{new[0]}不符，请核对", "birth_date")


def _impossible(answers: Mapping[SectionSlug, Answers], birth_date: dt.date, today: dt.date) -> list[str]:
    """What of the answers somebody born then cannot have done yet, by section and label."""
    work, school = answers[SectionSlug.EMPLOYMENT], answers[SectionSlug.EDUCATION]
    skill, awards = answers[SectionSlug.PROFESSIONAL], answers[SectionSlug.AWARDS]
    days = [
        ("工作信息的开始从事会计工作时间", work, "accounting_start_date", WORKING_AGE),
        ("工作信息的聘任时间", work, "technical_post_appointed_on", WORKING_AGE),
        *(("工作信息的会计工作经历", row, "started_on", WORKING_AGE) for row in work["periods"]),
        *(("学历信息的毕业时间", school, f"{mode}_graduated_on", SCHOOL_AGE) for mode in ("full_time", "part_time")),
        *(("专业技术信息的取得时间", row, "obtained_on", WORKING_AGE) for row in skill["qualifications"]),
    ]
    years = [
        *(("专业技术信息的入选年度", row["selected_year"], WORKING_AGE) for row in skill["talents"]),
        *(("奖励信息的获奖年度", row["year"], 0) for row in awards["awards"]),
    ]
    known = [(label, KnownDate.in_answers(answers, name), age) for label, answers, name, age in days]
    found = [label for label, day, age in known if day and day.latest < birthday(birth_date, age)]
    found += [label for label, year, age in years if year and year < birth_date.year + age]
    if (work["accounting_years"] or 0) > most_years(birth_date, today):
        found.append("工作信息的从事会计工作年限")
    return found


def months_kept(before: Answers, after: Answers) -> dict[str, Any]:
    """``after``, but where both say the same month, with the day that stood for it: of a month that was not over the
    day was another one, and time alone is no change."""
    return {name: _kept(before, after, name) for name in after}


def _kept(before: Answers, after: Answers, name: str) -> Any:
    value = after[name]
    if isinstance(value, list):
        return [next((row for row in before.get(name, ()) if months_kept(row, given) == row), given) for given in value]
    if beside(name) not in after:
        return value  # no date
    stood, given = KnownDate.in_answers(before, name), KnownDate.in_answers(after, name)
    if stood is None or given is None or not stood.precision == given.precision == Precision.MONTH:
        return value
    return before[name] if stood.may_be(given) else value


def kept_periods(before: Answers, after: Answers, *, today: dt.date) -> list[dict[str, Any]]:
    """Earlier accounting work as it stands after a change of the work section (R3.4).

    Who leaves an accounting post closes the running period; who takes one up keeps the closed ones. Times may overlap:
    their days count once (ADR 0065).
    """
    if after["employment_status"] == EmploymentStatus.ACCOUNTING_POST:
        return list(before["periods"])
    told = list(after["periods"])
    start = KnownDate.in_answers(before, "accounting_start_date")
    # What the person has typed of that time now says more than we know.
    typed = [row for row in told if row not in before["periods"]]
    if not start or any(dt.date.fromisoformat(row["ended_on"]) >= start.day for row in typed):
        return told
    return [*told, _closed(before, start, KnownDate(today))]


def periods_after_moving(before: Answers, after: Answers, *, today: dt.date) -> list[dict[str, Any]]:
    """Earlier accounting work after a transfer in: what came, and the time between two starts of accounting work.

    Who told a later start than the one that came has left the earlier post the day before.
    """
    started, anew = (KnownDate.in_answers(answers, "accounting_start_date") for answers in (before, after))
    if after["employment_status"] == EmploymentStatus.ACCOUNTING_POST and started and anew and started.day < anew.day:
        ended = KnownDate(anew.day - dt.timedelta(days=1), anew.precision)
        before = {**before, "periods": [*before["periods"], _closed(before, started, ended)]}
    return kept_periods(before, after, today=today)


def _closed(work: Answers, start: KnownDate, end: KnownDate) -> dict[str, Any]:
    """The running period of ``work`` as an earlier one."""
    return {**start.as_answers("started_on"), **end.as_answers("ended_on"), "employer_name": work["employer_name"]}
