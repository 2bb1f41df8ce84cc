"""The conditions about what somebody has: schooling, years of accounting work, a title (R7, ADR 0085, 0086). Pure."""

import dataclasses
import datetime as dt
from typing import TypeAlias

from kuaiji.common.dates import format_date
from kuaiji.common.spans import month_words, months_until
from kuaiji.exams.enums import Condition, CountedFrom, ExamLevel, OtherGround, VerdictCode
from kuaiji.exams.judging.facts import Facts, Schooling, Title
from kuaiji.exams.judging.grounds import Reached, fits, is_later
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.rules import Rule
from kuaiji.exams.judging.work import Work

Found: TypeAlias = tuple[VerdictCode, dict[str, str]]
_NOT_GRADUATED = ("结业", "肄业")


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """What the three conditions are judged by. ``titles`` are those of 会计类 from 中级 up, the earliest first,
    ``ways`` the open ones, the most favourable first, ``work`` all accounting work to ``cutoff`` and ``after_title``
    that since the title, if one carries years."""

    facts: Facts
    level: ExamLevel
    rules: tuple[Rule, ...]
    cutoff: dt.date
    titles: list[Title]
    ways: list[Reached]
    work: Work
    after_title: Work | None
    here: Here

    @property
    def asks_title(self) -> bool:
        """Whether somebody has to hold an accounting title, from which years are counted."""
        return self.level == ExamLevel.SENIOR

    def title_name(self, title: Title) -> str:
        """中级."""
        return self.here.label("qualification_levels", title.level)


def schooling(case: Case) -> Found:
    """Whether a way is open at all."""
    if not case.ways:
        return _no_way(case)
    reached = case.ways[0]
    if isinstance(reached.ground, Title):
        category = case.here.label("qualification_categories", reached.ground.category)
        return VerdictCode.SCHOOLING_NOT_ASKED, {
            "ground": f"有{category}{case.title_name(reached.ground)}资格（考试取得）"
        }
    ground = _ground_words(reached.ground, reached.rule, case.here)
    return VerdictCode.SCHOOLING_MET, {"ground": ground, "level": case.level.label}


def years(case: Case) -> Found:
    """Whether the most favourable way has its years; of those that lack some the one that lacks the least is told."""
    if case.rules and not any(rule.years for rule in case.rules):
        return VerdictCode.YEARS_NOT_ASKED, {}
    if case.asks_title and (refused := title(case))[0] != VerdictCode.TITLE_HELD:
        return refused
    if not case.ways:
        return VerdictCode.SCHOOLING_FIRST, {}
    reached = case.ways[0]
    if not reached.rule.years:
        return VerdictCode.YEARS_NOT_ASKED, {}
    if reached.needs_study_dates:
        return VerdictCode.STUDY_DATES_NEEDED, {}
    return (VerdictCode.YEARS_MET if reached.is_met else VerdictCode.YEARS_SHORT), _figures(reached, case.cutoff)


def title(case: Case) -> Found:
    """Whether somebody holds 会计类中级 or higher, with the date from which years are counted."""
    if not case.titles:
        return VerdictCode.TITLE_MISSING, {"level": case.level.label}
    held = case.titles[0]
    if held.obtained is None:
        return VerdictCode.TITLE_DATE_MISSING, {"title": case.title_name(held)}
    if is_later(held.obtained, case.cutoff):
        return VerdictCode.TITLE_LATER, {"cutoff": format_date(case.cutoff)}
    return VerdictCode.TITLE_HELD, {"title": case.title_name(held), "obtained": held.obtained.words}


CONDITIONS = {Condition.SCHOOLING: schooling, Condition.YEARS: years, Condition.QUALIFICATION: title}


def _no_way(case: Case) -> Found:
    """Why no way is open."""
    education, here = case.facts.education, case.here
    if any(fits(one, rule) for one in education for rule in case.rules):
        return VerdictCode.SCHOOLING_LATER, {"cutoff": format_date(case.cutoff)}
    named = [here.label("education_levels", one.level) for one in education]
    for name in named:
        if name.endswith(_NOT_GRADUATED):
            return VerdictCode.SCHOOLING_NOT_GRADUATED, {"schooling": name}
    lowest = next((rule.name for rule in case.rules if rule.schooling), "")
    told = named[0] if named else "无"
    return VerdictCode.SCHOOLING_TOO_LOW, {"level": case.level.label, "lowest": lowest, "schooling": told}


def _ground_words(ground: Schooling, rule: Rule, here: Here) -> str:
    """What of a schooling opens the way: itself, its degree, or the second one."""
    if ground.level in rule.schooling:
        return here.label("education_levels", ground.level)
    if rule.degrees and ground.degree.startswith(rule.degrees):
        return here.label("degrees", ground.degree)
    return OtherGround.SECOND_DEGREE.label


def _figures(reached: Reached, cutoff: dt.date) -> dict[str, str]:
    """How much is asked, how much there is, and how much is missing: both together make what is asked."""
    rule, work = reached.rule, reached.work
    asked, found = rule.years * 12, months_until(work.days, cutoff)
    # Both round differently by a day at most: what makes the years is never told as less.
    there = max(found, asked) if reached.is_met else found
    return {
        "way": rule.name,
        "after": "职称后" if rule.counted_from == CountedFrom.TITLE else "",
        "years": str(rule.years),
        "cutoff": format_date(cutoff),
        "end": f"{cutoff.year}年底",
        "there": month_words(there),
        "missing": month_words(asked - there) if there < asked else "",
        "unsure": "，毕业前未计" if work.unsure else "",
    }
