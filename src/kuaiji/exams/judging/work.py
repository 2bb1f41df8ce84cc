"""Which days of accounting work count towards an exam (R7.1, ADR 0065, 0086). Pure."""

import dataclasses
import datetime as dt

from kuaiji.common.dates import KnownDate
from kuaiji.common.spans import Span, days_in, union, within, without
from kuaiji.exams.judging.facts import Facts, Period, Schooling


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """Accounting work up to a day. The three kinds of spans share no day.

    ``counted``: days that count in any case. ``unsure``: before a full-time graduation whose 入学时间 is not told, so
    that they may have been study. ``left_out``: during full-time study.
    """

    counted: tuple[Span, ...]
    unsure: tuple[Span, ...]
    left_out: tuple[Span, ...]

    @property
    def days(self) -> int:
        """Those that count in any case."""
        return days_in(self.counted)

    @property
    def most_days(self) -> int:
        """Those that count if nothing unsure was study."""
        return days_in(self.counted) + days_in(self.unsure)

    def since(self, day: dt.date) -> "Work":
        """The days from ``day`` on."""
        limits = (day, dt.date.max)
        cut = [
            tuple([part for span in spans if (part := within(span, limits))])
            for spans in (self.counted, self.unsure, self.left_out)
        ]
        return Work(*cut)


NO_WORK = Work((), (), ())


def work_until(facts: Facts, cutoff: dt.date) -> Work:
    """The days of the union of all periods, to ``cutoff`` inclusive; a running one is taken to go on till then.

    Full-time study is no work, part-time study stops none.
    """
    study = next((schooling for schooling in facts.education if schooling.full_time), None)
    counted, doubtful = [], []
    for period in facts.periods:
        span = (period.start.day, min(period.end.day, cutoff) if period.end else cutoff)
        free, during = _parted(span, period, study)
        counted += free
        doubtful += during
    sure = union(counted)
    rest = _beyond(union(doubtful), sure)
    return Work(sure, (), rest) if study and study.enrolled else Work(sure, rest, ())


def is_projected(facts: Facts, *, today: dt.date, cutoff: dt.date) -> bool:
    """Whether days are counted that are still to come."""
    return today < cutoff and any(
        period.start.day <= cutoff and (period.end is None or period.end.day > today) for period in facts.periods
    )


def _parted(span: Span, period: Period, study: Schooling | None) -> tuple[list[Span], list[Span]]:
    """The days of a period that lie outside full-time study, and those that lie in it, or may.

    Who began to work in the month of the graduation, or worked until the month of the enrolment, did not do both at
    once (ADR 0076).
    """
    if span[0] > span[1]:
        return [], []
    if study is None or study.graduated is None or _is_same_month(period.start, study.graduated):
        return [span], []
    if study.enrolled and period.end and _is_same_month(period.end, study.enrolled):
        return [span], []
    gap = (study.enrolled.day if study.enrolled else dt.date.min, study.graduated.day)
    during = within(span, gap)
    return without(span, gap), [during] if during else []


def _is_same_month(one: KnownDate, other: KnownDate) -> bool:
    return (one.day.year, one.day.month) == (other.day.year, other.day.month)


def _beyond(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    """The days of ``spans`` that are not in ``taken``."""
    left = list(spans)
    for gap in taken:
        left = [part for span in left for part in without(span, gap)]
    return tuple(left)
