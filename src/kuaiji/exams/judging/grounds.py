"""Which ways to an exam are open to somebody, and which is the most favourable (R7, ADR 0085). Pure."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from kuaiji.common.dates import KnownDate
from kuaiji.common.spans import days_of
from kuaiji.exams.enums import CountedFrom, OtherGround
from kuaiji.exams.judging.facts import Facts, Schooling, Title
from kuaiji.exams.judging.rules import Rule
from kuaiji.exams.judging.work import Work

ACCOUNTING = "01"  # 会计类, of qualification_categories.csv
_OTHER_CATEGORIES = frozenset({"02", "03", "04"})  # 经济类, 审计类, 统计类
_MIDDLE, _BY_EXAM = "2", "2"  # of qualification_levels.csv and qualification_methods.csv


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """A way that is open to somebody, by which of their schoolings or titles, and how far its years are.

    ``work`` is the accounting work that counts for it.
    """

    rule: Rule
    ground: Schooling | Title
    work: Work

    @property
    def is_met(self) -> bool:
        """Whether sure days make the years."""
        return self.work.days >= days_of(self.rule.years)

    @property
    def needs_study_dates(self) -> bool:
        """Whether only the unsure days would make them."""
        return not self.is_met and self.work.most_days >= days_of(self.rule.years)

    @property
    def order(self) -> tuple[object, ...]:
        """The most favourable first: what is met, by the fewest years; then what lacks the least."""
        missing = max(0, days_of(self.rule.years) - self.work.days)
        return (not self.is_met, not self.needs_study_dates and missing, self.rule.years, self.rule.way)


def accounting_titles(facts: Facts) -> list[Title]:
    """会计类中级 or higher, the one with the earliest date first, those without one last."""
    held = [one for one in facts.qualifications if one.category == ACCOUNTING and one.level >= _MIDDLE]
    return sorted(held, key=lambda one: (one.obtained.day if one.obtained else dt.date.max, one.level))


def ways_open(
    facts: Facts, rules: Iterable[Rule], *, cutoff: dt.date, work: Work, after_title: Work | None
) -> list[Reached]:
    """The ways with a ground that somebody had by ``cutoff``, the most favourable first. ``after_title`` is None where
    no title carries years."""
    found = []
    for rule in rules:
        counting = work if rule.counted_from == CountedFrom.ALL else after_title
        ground = _ground(facts, rule, cutoff)
        if ground is not None:
            found.append(Reached(rule, ground, counting if counting is not None else Work((), (), ())))
    return sorted(found, key=lambda reached: reached.order)


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
