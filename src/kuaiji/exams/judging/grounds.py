"""Which ways to an exam are open to somebody, and which is the most favourable (R7, ADR 0085). Pure."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from kuaiji.common.dates import KnownDate
from kuaiji.common.spans import days_of
from kuaiji.exams.enums import CountedFrom, OtherGround
from kuaiji.exams.judging.facts import Facts, Schooling, Title
from kuaiji.exams.judging.rules import Rule
from kuaiji.exams.judging.work import NO_WORK, Work

ACCOUNTING = "01"  # 会计类, of qualification_categories.csv
_OTHER_CATEGORIES = frozenset({"02", "03", "04"})  # 经济类, 审计类, 统计类
_MIDDLE, _BY_EXAM = "2", "2"  # of qualification_levels.csv and qualification_methods.csv


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """A way that is open to somebody, by which of their schoolings or titles, and how far its years are.

    ``work`` is the accounting work that counts for it; ``missing`` how many sure days it lacks, none where it is met;
    ``needs_study_dates``: with the unsure days it would lack none.
    """

    rule: Rule
    ground: Schooling | Title
    work: Work
    missing: int
    needs_study_dates: bool

    @property
    def is_met(self) -> bool:
        """Whether sure days make the years."""
        return not self.missing

    @property
    def order(self) -> tuple[int, int, str]:
        """The most favourable first: what is met, by the fewest years; then what lacks the least. All ways of a level
        count the same work, so that this one needs study dates at most where every other does."""
        return (self.missing, self.rule.years, self.rule.way)


def accounting_titles(facts: Facts) -> list[Title]:
    """会计类中级 or higher, the one with the earliest date first, those without one last."""
    held = [one for one in facts.qualifications if one.category == ACCOUNTING and one.level >= _MIDDLE]
    return sorted(held, key=lambda one: (one.obtained.day if one.obtained else dt.date.max, one.level))


def ways_open(
    facts: Facts, rules: Iterable[Rule], *, cutoff: dt.date, work: Work, after_title: Work | None
) -> list[Reached]:
    """The ways with a ground that somebody had by ``cutoff``, the most favourable first. ``after_title`` is None where
    no title carries years."""
    counted = {
        CountedFrom.ALL: (work, work.days, work.most_days),
        CountedFrom.TITLE: (after_title, after_title.days, after_title.most_days) if after_title else (NO_WORK, 0, 0),
    }
    found = []
    for rule in rules:
        ground = _ground(facts, rule, cutoff)
        if ground is not None:
            counting, days, most = counted[rule.counted_from]
            needed = days_of(rule.years)
            found.append(Reached(rule, ground, counting, max(0, needed - days), days < needed <= most))
    if len(found) > 1:
        found.sort(key=lambda reached: reached.order)
    return found


def _ground(facts: Facts, rule: Rule, cutoff: dt.date) -> Schooling | Title | None:
    """What of a person opens the way; None where nothing does."""
    if rule.other == OtherGround.TITLE_BY_EXAM:
        titles = [one for one in facts.qualifications if _is_by_exam(one) and not is_later(one.obtained, cutoff)]
        if titles:
            return min(titles, key=lambda one: one.category)
    for schooling in facts.education:
        if fits(schooling, rule) and not is_later(schooling.graduated, cutoff):
            return schooling
    return None


def fits(schooling: Schooling, rule: Rule) -> bool:
    """Whether a schooling, its degree or the second one is a ground of the way, whenever it was obtained."""
    return (
        schooling.level in rule.schooling
        or schooling.degree.startswith(rule.degrees)
        or (rule.other == OtherGround.SECOND_DEGREE and schooling.second_degree)
    )


def _is_by_exam(title: Title) -> bool:
    return title.category in _OTHER_CATEGORIES and title.level == _MIDDLE and title.method == _BY_EXAM


def is_later(day: KnownDate | None, cutoff: dt.date) -> bool:
    """Whether something was obtained only after ``cutoff``; what has no date was not."""
    return day is not None and day.day > cutoff
