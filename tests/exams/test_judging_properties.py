"""What holds of the judgement whoever is asked about."""

import dataclasses
import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.dates import KnownDate
from kuaiji.common.spans import Span
from kuaiji.exams.enums import Condition, ExamLevel, VerdictCode
from kuaiji.exams.judging.codes import SHORT, VERDICTS
from kuaiji.exams.judging.facts import Facts, Period, Schooling
from kuaiji.exams.judging.judge import Judgement, first_year
from kuaiji.exams.judging.verdicts import Verdict
from kuaiji.exams.judging.work import work_until
from tests.support.exam_rules import AT, here, judged, shipped
from tests.support.exam_strategies import PEOPLE, PERIODS

LEVELS, YEARS = st.sampled_from([1, 2, 3]), st.integers(2021, 2035)
HAD = (Condition.SCHOOLING, Condition.YEARS, Condition.QUALIFICATION)


def of(judgement: Judgement, condition: Condition) -> Verdict:
    return next(one for one in judgement.verdicts if one.condition == condition)


def each(spans: tuple[Span, ...]) -> set[int]:
    return {day for first, last in spans for day in range(first.toordinal(), last.toordinal() + 1)}


def same_month(one: KnownDate, other: KnownDate) -> bool:
    return one.text[:7] == other.text[:7]


def counted_slowly(facts: Facts, cutoff: dt.date) -> tuple[set[int], set[int]]:
    """Day by day: those that are no study in any case, and those that are, or may be."""
    study = next((one for one in facts.education if one.full_time), None)
    sure: set[int] = set()
    during: set[int] = set()
    for period in facts.periods:
        last = min(period.end.day, cutoff) if period.end else cutoff
        touches = (
            study is not None
            and study.graduated is not None
            and (
                same_month(period.start, study.graduated)
                or (study.enrolled is not None and period.end is not None and same_month(period.end, study.enrolled))
            )
        )
        for number in range(period.start.day.toordinal(), last.toordinal() + 1):
            begun = study is None or study.enrolled is None or study.enrolled.day.toordinal() <= number
            studied = study is not None and study.graduated is not None and begun
            if studied and study and study.graduated and number <= study.graduated.day.toordinal() and not touches:
                during.add(number)
            else:
                sure.add(number)
    return sure, during - sure


@given(PEOPLE, YEARS)
def test_days_are_those_that_one_counts_by_hand(facts: Facts, year: int) -> None:
    cutoff = dt.date(year, 12, 31)
    work, (sure, during) = work_until(facts, cutoff), counted_slowly(facts, cutoff)
    assert each(work.counted) == sure
    assert each(work.unsure) | each(work.left_out) == during and not (work.unsure and work.left_out)
    assert work.days == len(sure) and work.most_days == len(sure) + len(each(work.unsure))


@given(PEOPLE, LEVELS, YEARS, st.sampled_from([None, "440100", "440103", "441400"]))
def test_every_answer_is_whole(facts: Facts, level: int, year: int, division: str | None) -> None:
    found = judged(facts, level, year, division)
    assert [one.condition for one in found.verdicts] == [
        one for one in Condition if level == 3 or one != Condition.QUALIFICATION
    ]
    for one in found.verdicts:
        assert 0 < len(one.text) < SHORT and "{" not in one.text and "…" not in one.text
        meaning = VERDICTS[one.code]
        assert one.condition in meaning.conditions and one.met is meaning.met
        assert bool(one.remedy) != one.met
    assert found.eligible is all(one.met for one in found.verdicts)
    assert found.ruleset == shipped().name


@given(PEOPLE, LEVELS, YEARS, PERIODS)
def test_more_work_never_makes_it_worse(facts: Facts, level: int, year: int, more: Period) -> None:
    before, after = judged(facts, level, year), judged(_with(facts, more), level, year)
    assert after.accounting_years >= before.accounting_years
    assert (after.years_after_title or 0) >= (before.years_after_title or 0)
    # An unsure day makes nothing worse either, but what was short may now hang on 入学时间.
    assert of(after, Condition.YEARS).met or not of(before, Condition.YEARS).met


def _with(facts: Facts, period: Period) -> Facts:
    return dataclasses.replace(facts, periods=(*facts.periods, period))


@given(PEOPLE, LEVELS, YEARS, st.integers(1, 4000))
def test_a_period_in_two_parts_is_the_same_work(facts: Facts, level: int, year: int, days: int) -> None:
    if not facts.periods:
        return
    first, *rest = facts.periods
    middle = KnownDate(first.start.day + dt.timedelta(days))
    last = first.end.day if first.end else dt.date(year, 12, 31)
    if middle.day >= last or any(_touches(middle, one) for one in facts.education):
        return
    parts = [Period(first.start, middle), Period(KnownDate(middle.day + dt.timedelta(1)), first.end)]
    again = dataclasses.replace(facts, periods=tuple(parts + rest))
    if any(_touches(parts[1].start, one) for one in facts.education):
        return
    whole, parted = judged(facts, level, year), judged(again, level, year)
    assert parted.verdicts == whole.verdicts and parted.work == whole.work


def _touches(day: KnownDate, schooling: Schooling) -> bool:
    """Whether a cut on that day would begin or end in a month of the study's ends."""
    return any(other is not None and same_month(day, other) for other in (schooling.enrolled, schooling.graduated))


@given(PEOPLE, LEVELS, YEARS, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_matter(facts: Facts, level: int, year: int, chance: random.Random) -> None:
    mixed = dataclasses.replace(
        facts,
        periods=tuple(chance.sample(facts.periods, len(facts.periods))),
        qualifications=tuple(chance.sample(facts.qualifications, len(facts.qualifications))),
    )
    one, other = judged(facts, level, year), judged(mixed, level, year)
    assert (one.verdicts, one.way, one.work) == (other.verdicts, other.way, other.work)


@given(PEOPLE, LEVELS, YEARS)
def test_a_year_later_there_is_no_less(facts: Facts, level: int, year: int) -> None:
    now, later = judged(facts, level, year), judged(facts, level, year + 1)
    assert later.accounting_years >= now.accounting_years
    for condition in HAD[: 2 + (level == 3)]:
        assert of(later, condition).met or not of(now, condition).met


@given(PEOPLE, LEVELS, YEARS)
def test_a_second_schooling_never_takes_a_way_away(facts: Facts, level: int, year: int) -> None:
    alone = dataclasses.replace(facts, education=tuple(one for one in facts.education if one.full_time))
    before, after = judged(alone, level, year), judged(facts, level, year)
    for condition in (Condition.SCHOOLING, Condition.YEARS):
        assert of(after, condition).met or not of(before, condition).met


@given(PEOPLE, LEVELS, YEARS)
def test_the_most_favourable_way_decides(facts: Facts, level: int, year: int) -> None:
    """Judged by each way alone, nobody does better than by all together."""
    found, rules = judged(facts, level, year), shipped()
    alone = [
        judged(facts, level, year, ruleset=dataclasses.replace(rules, rules=(rule,)))
        for rule in rules.asked(ExamLevel(level), year)
    ]
    for condition in HAD[:2]:
        assert of(found, condition).met or not any(of(one, condition).met and one.way for one in alone)


@given(PEOPLE, YEARS)
def test_telling_when_study_began_decides_what_was_in_doubt(facts: Facts, year: int) -> None:
    found = judged(facts, 2, year)
    if of(found, Condition.YEARS).code != VerdictCode.STUDY_DATES_NEEDED:
        return
    told = dataclasses.replace(facts, education=tuple(_as_if_begun_at_the_end(one) for one in facts.education))
    assert of(judged(told, 2, year), Condition.YEARS).met


def _as_if_begun_at_the_end(one: Schooling) -> Schooling:
    return dataclasses.replace(one, enrolled=one.graduated) if one.full_time else one


@given(PEOPLE, LEVELS)
def test_the_first_year_is_the_first_that_would_do(facts: Facts, level: int) -> None:
    year = first_year(facts, ExamLevel(level), shipped(), at=AT, here=here())
    met = [
        one
        for one in range(2026, 2042)
        if all(of(judged(facts, level, one), condition).met for condition in HAD[: 2 + (level == 3)])
    ]
    assert year == (met[0] if met else None)
