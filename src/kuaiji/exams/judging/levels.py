"""Which levels of the exam concern somebody, and which registration comes next for them. Pure."""

import datetime as dt
from collections.abc import Collection

from kuaiji.exams.enums import Condition, ExamLevel
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.grounds import ACCOUNTING
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import judge
from kuaiji.exams.judging.rules import Question, RuleSet
from kuaiji.exams.rules import Window, levels_ahead, next_window, places_above

HAD = frozenset({Condition.SCHOOLING, Condition.YEARS, Condition.QUALIFICATION})


def levels_above(facts: Facts) -> tuple[ExamLevel, ...]:
    """Those above the highest 会计类 title somebody holds."""
    held = [int(one.level) for one in facts.qualifications if one.category == ACCOUNTING]
    return levels_ahead(max(held, default=None))


def levels_able(facts: Facts, year: int, ruleset: RuleSet, *, at: dt.datetime, here: Here) -> tuple[ExamLevel, ...]:
    """Of those the ones for which schooling, years and title would do in the exam of ``year``, wherever the record
    stands: that can be mended in time."""
    asked = [Question(level, year) for level in levels_above(facts) if ruleset.asked(level, year)]
    return tuple([one.level for one in asked if _has_what_it_takes(facts, one, ruleset, at, here)])


def window_for(facts: Facts, levels: Collection[ExamLevel], *, at: dt.datetime, here: Here) -> Window | None:
    """The registration for one of ``levels`` that comes next where the record is; None where none is known."""
    places = places_above(facts.division_code or here.territory, territory=here.territory)
    return next_window(here.windows, places=places, levels=levels, at=at)


def _has_what_it_takes(facts: Facts, question: Question, ruleset: RuleSet, at: dt.datetime, here: Here) -> bool:
    verdicts = judge(facts, question, ruleset, at=at, here=here).verdicts
    return all(one.met for one in verdicts if one.condition in HAD)
