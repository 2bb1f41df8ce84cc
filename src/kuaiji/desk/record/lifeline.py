"""Schooling and work over an axis of years, as far as a record tells them. Pure; the lists beside it say the same."""

import datetime as dt
from collections.abc import Sequence

from kuaiji.common.dates import Precision, month_end
from kuaiji.common.spans import Span, union
from kuaiji.exams.judging.facts import Facts, Period, Schooling
from kuaiji.exams.judging.grounds import ACCOUNTING
from kuaiji.standing.exam.timeline import Day, Kind, Timeline, draw

STUDY = (("全日制学习", True), ("非全日制学习", False))


def lifeline_of(facts: Facts, today: dt.date) -> Timeline | None:
    """The drawing; None of a record without schooling and work. Marked is the first title in accounting."""
    lanes = [
        (name, {Kind.STUDY: [span for one in facts.education if one.full_time is full and (span := _study(one))]})
        for name, full in STUDY
    ]
    worked = [span for period in facts.periods if (span := _work(period, today))]
    titles = [one.obtained.day for one in facts.qualifications if one.category == ACCOUNTING and one.obtained]
    marks = {Day.TITLE: min(titles)} if titles else {}
    return draw([*lanes, ("会计工作", {Kind.WORK: union(worked)})], marks=marks, today=today)


def told(facts: Facts) -> Sequence[tuple[str, str]]:
    """What the drawing shows, in words."""
    pairs = []
    for name, full in STUDY:
        for one in facts.education:
            if one.full_time is full and one.graduated:
                begun = f"{one.enrolled.words}入学，" if one.enrolled else ""
                pairs.append((name, f"{begun}{one.graduated.words}毕业"))
    for period in facts.periods:
        pairs.append(("会计工作", f"{period.start.words}至{period.end.words if period.end else '今'}"))
    return pairs


def _study(one: Schooling) -> Span | None:
    """From entering to graduating; where only the end is told, the month of it."""
    if one.graduated is None:
        return None
    end = one.graduated.day
    begin = one.enrolled.day if one.enrolled else end.replace(day=1)
    last = end if one.graduated.precision == Precision.DAY else month_end(end)
    return (min(begin, last), last)


def _work(period: Period, today: dt.date) -> Span | None:
    end = period.end.day if period.end else today
    return (period.start.day, end) if period.start.day <= end else None
