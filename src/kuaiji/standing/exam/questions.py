"""Which exam somebody is asked about first, and what is still missing for it in a few words. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType

from kuaiji.common.spans import month_words, months_until
from kuaiji.exams.enums import ExamLevel, VerdictCode
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import Judgement, judge
from kuaiji.exams.judging.levels import levels_above, window_for
from kuaiji.exams.judging.rules import Question, RuleSet
from kuaiji.exams.rules import Window, local_day

YEARS_AHEAD = 10  # how far ahead somebody may ask
# The month in which people have registered for it in every year so far: the next exam is that of the next year then.
LAST_MONTH: Mapping[ExamLevel, int] = MappingProxyType({ExamLevel.JUNIOR: 1, ExamLevel.MIDDLE: 7, ExamLevel.SENIOR: 1})
_V = VerdictCode
# What is missing, by what was found; nothing of what only waits for something else that is missing.
MISSING: Mapping[VerdictCode, str] = MappingProxyType(
    {
        _V.NOT_STARTED: "信息采集",
        _V.DRAFT: "信息采集",
        _V.UNDER_VERIFICATION: "身份核验",
        _V.UNDER_REVIEW: "财政部门审核",
        _V.RETURNED: "信息采集",
        _V.TRANSFERRED_OUT: "在调入地平台办理",
        _V.CLAIM_UNDER_REVIEW: "调入审核",
        _V.TO_COMPLETE: "完成采集",
        _V.ENDED: "恢复档案",
        _V.HELD_ELSEWHERE: "跨省调转",
        _V.NOT_SUBMITTED: "",
        _V.OTHER_CITY: "所属地区",
        _V.OUT_OF_DATE: "更新信息",
        _V.TRANSFER_OUT_OPEN: "调出办结",
        _V.TRANSFER_IN_OPEN: "",
        _V.SCHOOLING_NOT_GRADUATED: "学历",
        _V.SCHOOLING_TOO_LOW: "学历",
        _V.SCHOOLING_LATER: "学历",
        _V.TITLE_LATER: "会计类中级资格",
        _V.YEARS_SHORT: "年限",
        _V.STUDY_DATES_NEEDED: "入学时间",
        _V.SCHOOLING_FIRST: "",
        _V.TITLE_MISSING: "会计类中级资格",
        _V.TITLE_DATE_MISSING: "资格取得时间",
    }
)


def years_offered(ruleset: RuleSet, *, at: dt.datetime) -> list[int]:
    """The years that one may ask about: this one and some to come, as far as there are rules."""
    begin = local_day(at).year
    years = range(begin, begin + YEARS_AHEAD + 1)
    return [year for year in years if any(ruleset.asked(level, year) for level in ExamLevel)]


def first_question(facts: Facts, ruleset: RuleSet, here: Here, *, at: dt.datetime) -> Question:
    """What somebody most likely wants to know: the next registration that concerns them, of several levels the highest.

    Where none is known, the highest level above their title that they could register for next, else the lowest.
    """
    levels = levels_above(facts) or (ExamLevel.SENIOR,)
    if window := window_for(facts, levels, at=at, here=here):
        return Question(max(window.levels), window.year)
    questions = [Question(level, _next_year(level, here, at)) for level in levels]
    able = [one for one in questions if judge(facts, one, ruleset, at=at, here=here).eligible]
    return able[-1] if able else questions[0]


def missing_words(judgement: Judgement) -> list[str]:
    """学历, 年限8个月: what is missing, each once, in the order of the conditions; nothing where all is met."""
    said = [_missing(judgement, one.code) for one in judgement.verdicts if not one.met]
    return list(dict.fromkeys(words for words in said if words))


def _missing(judgement: Judgement, code: VerdictCode) -> str:
    if code == VerdictCode.YEARS_SHORT and judgement.reached:
        reached = judgement.reached
        months = reached.rule.years * 12 - months_until(reached.work.days, judgement.cutoff)
        return f"{MISSING[code]}{month_words(months)}"
    return MISSING[code]


def _next_year(level: ExamLevel, here: Here, at: dt.datetime) -> int:
    """The year of the next exam whose registration nobody has told yet."""
    today = local_day(at)
    told = {window.year for window in _of(here.windows, level)}
    return today.year + (today.month > LAST_MONTH[level] or today.year in told)


def _of(windows: Collection[Window], level: ExamLevel) -> list[Window]:
    return [window for window in windows if level in window.levels]
