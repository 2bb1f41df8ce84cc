"""The one judgement: may somebody register for an exam, and if not, why, and where is it mended (R7). Pure.

The exam system's door, the person's own page and what is shown of an answer of before all ask here.
"""

import dataclasses
import datetime as dt

from kuaiji.common.spans import years_of
from kuaiji.exams.enums import Condition, ExamLevel, VerdictCode
from kuaiji.exams.judging.conditions import CONDITIONS, Case
from kuaiji.exams.judging.facts import Facts, Title
from kuaiji.exams.judging.grounds import Reached, accounting_titles, ways_open
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.rules import YEARS_AHEAD, Question, RuleSet
from kuaiji.exams.judging.standing import UNSUBMITTED, current_until, standing_verdicts
from kuaiji.exams.judging.verdicts import Verdict, verdict
from kuaiji.exams.judging.work import Work, is_projected, work_until
from kuaiji.exams.rules import local_day, nearest_window, places_above


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """R7.1: the verdicts in the order of ``Condition``, and what they rest on.

    ``way`` is the letter of the way that decided, or that is the nearest; None where none is open. ``accounting_years``
    and ``years_after_title`` are whole years of sure days to ``cutoff``, 31 December of the exam's year; the latter is
    None where the level does not count from a title, or none has a date. ``projected`` says that days still to come
    are among them. ``collect_by`` informs and never decides.

    The evidence: ``reached`` is the way with the schooling or title that opens it, ``title`` the one from which years
    are counted, ``work`` all days of accounting work, ``current_until`` the last day the record is up to date.
    """

    verdicts: tuple[Verdict, ...]
    way: str | None
    projected: bool
    accounting_years: int
    years_after_title: int | None
    collect_by: dt.datetime | None
    ruleset: str
    cutoff: dt.date
    reached: Reached | None
    title: Title | None
    work: Work
    current_until: dt.date | None

    @property
    def eligible(self) -> bool:
        """Whether every verdict is met."""
        return all(one.met for one in self.verdicts)

    @property
    def up_to_date(self) -> bool:
        """Whether the record is (R4.6)."""
        return any(one.condition == Condition.UP_TO_DATE and one.met for one in self.verdicts)


def judge(facts: Facts, question: Question, ruleset: RuleSet, *, at: dt.datetime, here: Here) -> Judgement:
    """May they register (R7.0)? ``at`` is when it is asked, aware. Raises ValueError for a level and year without
    rules; doors ask ``RuleSet.asked`` before."""
    case = _case(facts, question, ruleset, here)
    today, months = local_day(at), ruleset.up_to_date_months
    until = current_until(facts.confirmed_at, months) if facts.confirmed_at else None
    standing = standing_verdicts(facts, question.division, until=until, today=today, months=months, here=here)
    best = case.ways[0] if case.ways else None
    return Judgement(
        verdicts=(*standing, *_verdicts(case)),
        way=best.rule.way if best else None,
        projected=is_projected(facts, today=today, cutoff=case.cutoff),
        accounting_years=years_of(case.work.days),
        years_after_title=years_of(case.after_title.days) if case.after_title else None,
        collect_by=_collect_by(facts, question, here),
        ruleset=ruleset.name,
        cutoff=case.cutoff,
        reached=best,
        title=case.titles[0] if case.asks_title and case.titles else None,
        work=case.work,
        current_until=until,
    )


def first_year(facts: Facts, level: ExamLevel, ruleset: RuleSet, *, at: dt.datetime, here: Here) -> int | None:
    """The first year, from that of ``at`` on, in whose exam schooling, years and title would all do, if nothing changes
    and a running period goes on. None where no year within ``YEARS_AHEAD`` would, or nothing is submitted.

    Where the record stands is no matter of years: it can be mended today.
    """
    begin = local_day(at).year
    for year in range(begin, begin + YEARS_AHEAD + 1):
        if ruleset.asked(level, year):
            case = _case(facts, Question(level, year), ruleset, here)
            if all(one.met for one in _verdicts(case)):
                return year
    return None


def _case(facts: Facts, question: Question, ruleset: RuleSet, here: Here) -> Case:
    rules = ruleset.asked(question.level, question.year)
    if not rules:
        raise ValueError(f"no rules for level {int(question.level)} in {question.year}")
    cutoff = dt.date(question.year, 12, 31)
    work = work_until(facts, cutoff)
    titles = accounting_titles(facts)
    begin = titles[0].obtained if titles and question.level == ExamLevel.SENIOR else None
    after_title = work.since(begin.day) if begin else None
    ways = ways_open(facts, rules, cutoff=cutoff, work=work, after_title=after_title)
    return Case(facts, question.level, rules, cutoff, titles, ways, work, after_title, here)


def _verdicts(case: Case) -> tuple[Verdict, ...]:
    """Of what somebody has; of who has submitted nothing, that nothing says it."""
    status = case.facts.status
    asked = [one for one in CONDITIONS if one != Condition.QUALIFICATION or case.asks_title]
    if status in UNSUBMITTED:
        return tuple([verdict(one, VerdictCode.NOT_SUBMITTED, status) for one in asked])
    found = {one: CONDITIONS[one](case) for one in asked}
    return tuple([verdict(one, code, status, **values) for one, (code, values) in found.items()])


def _collect_by(facts: Facts, question: Question, here: Here) -> dt.datetime | None:
    """Until when information counts for that exam: where it is taken, if that is said, else where the record is."""
    place = question.division or facts.division_code or here.territory
    window = nearest_window(
        here.windows, places=places_above(place, territory=here.territory), level=question.level, year=question.year
    )
    return window.collect_by if window else None
