"""报名资格自查 says what the exam system is told: one judgement, and what it rests on, of anybody."""

import datetime as dt
import random

import pytest

from kuaiji.exams.enums import Condition, ExamLevel, ExamStatus, VerdictCode
from kuaiji.exams.judging.codes import VERDICTS, WHILE_NOT_CHANGEABLE
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import judge
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.rules import Window
from kuaiji.exams.services.rulebook import Rulebook
from kuaiji.standing.exam.display import REMEDIES, TITLES, Answer, answer_to, notice_of
from kuaiji.standing.exam.questions import MISSING, first_question, missing_words, years_offered
from tests.support.exam_people import drawn
from tests.support.exam_rules import AT, here, judged, person, schooled, shipped, titled

BOOK = Rulebook(shipped(), here())
PEOPLE = 5_000
LONG = [["2000-07-01", None]]  # working since long ago
FOUR_MONTHS_SHORT = [["2024-04-30", None]]  # of the four years at the end of 2027


def asked(facts: Facts, level: int = 2, year: int = 2027) -> Answer:
    return answer_to(Question(ExamLevel(level), year), facts, BOOK, at=AT)


def pairs(answer: Answer, condition: Condition) -> list[tuple[str, str]]:
    [shown] = [one for one in answer.shown if one.verdict.condition == condition]
    return list(shown.evidence.pairs)


def window(level: ExamLevel, begins: dt.date) -> Window:
    ends = begins + dt.timedelta(days=20)
    by = dt.datetime(ends.year, ends.month, ends.day, tzinfo=dt.UTC)
    return Window(begins.year, (level,), "440000", begins, ends, by, "示例")


def with_windows(*windows: Window) -> Rulebook:
    known = here()
    return Rulebook(shipped(), Here(known.territory, known.labels, known.places, windows))


def test_the_page_judges_as_the_exam_system_is_told() -> None:
    """5,000 people at every level, the years in turn; and nothing that the page adds fails on any of them."""
    draw = random.Random(15)
    eligible = 0
    for number in range(PEOPLE):
        facts, year = drawn(draw), 2026 + number % 6
        for level in ExamLevel:
            question = Question(level, year)
            told = judge(facts, question, shipped(), at=AT, here=here())
            answer = answer_to(question, facts, BOOK, at=AT)
            assert answer.judgement == told
            assert [one.verdict for one in answer.shown] == list(told.verdicts)
            assert bool(answer.missing) is not told.eligible
            eligible += told.eligible
    assert PEOPLE // 10 < eligible < 2 * PEOPLE, "both answers are drawn often"


def test_every_stretch_of_days_is_among_the_words() -> None:
    draw = random.Random(16)
    for _ in range(500):
        answer = asked(drawn(draw))
        work = answer.judgement.work
        told = [what for what, _ in pairs(answer, Condition.YEARS)]
        if told and told != ["会计工作经历"]:
            kinds = (("计入", work.counted), ("待补入学时间", work.unsure), ("全日制在校，不计", work.left_out))
            assert [told.count(what) for what, _ in kinds] == [len(spans) for _, spans in kinds]


@pytest.mark.parametrize("code", [code for code in VerdictCode if not VERDICTS[code].met])
def test_every_refusal_has_its_few_words_and_a_page_that_mends_it(code: VerdictCode) -> None:
    assert code in MISSING
    assert VERDICTS[code].remedy in {"", *REMEDIES}


def test_every_condition_has_a_title_and_every_way_round_a_page() -> None:
    assert TITLES.keys() == set(Condition)
    assert REMEDIES.keys() >= set(WHILE_NOT_CHANGEABLE.values())


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        (person(periods=FOUR_MONTHS_SHORT), 2, ["年限4个月"]),
        (person(), 2, ["年限4年"]),
        (person(education={}), 2, ["学历"]),
        (person(), 3, ["会计类中级资格"]),
        (person(status=ExamStatus.DRAFT), 2, ["信息采集"]),
        (person(status=ExamStatus.CLAIM_UNDER_REVIEW), 2, ["调入审核"]),
        (person(status=ExamStatus.TRANSFERRING_OUT, periods=LONG), 2, ["调出办结"]),
        (person(confirmed_at=AT - dt.timedelta(days=400), periods=FOUR_MONTHS_SHORT), 2, ["更新信息", "年限4个月"]),
        (person(held_elsewhere="深圳"), 1, ["跨省调转"]),
        (person(periods=LONG), 2, []),
    ],
)
def test_what_is_missing_is_said_in_a_few_words_once(facts: Facts, level: int, words: list[str]) -> None:
    assert missing_words(judged(facts, level)) == words


def test_years_are_told_stretch_by_stretch_with_the_gaps() -> None:
    study = schooled("21", graduated="2010-06-30", enrolled_on="2006-09-01")
    work: list[list[str | None]] = [["2005-01-01", "2007-12-31"], ["2012-01-01", "2013-12-31"], ["2020-07-01", None]]
    answer = asked(person(education={"full_time": study}, periods=work), 2, 2027)
    assert pairs(answer, Condition.YEARS) == [
        ("计入", "2005年1月1日至2006年8月31日，1年8个月"),
        ("全日制在校，不计", "2006年9月1日至2007年12月31日，1年4个月"),
        ("没有会计工作", "2008年1月1日至2011年12月31日，4年"),
        ("计入", "2012年1月1日至2013年12月31日，2年"),
        ("没有会计工作", "2014年1月1日至2020年6月30日，6年6个月"),
        ("计入", "2020年7月1日至2027年12月31日，7年6个月（今天以后的按继续工作推算）"),
        ("合计计入", "11年2个月"),
        ("算到", "2027年12月31日（图中红线）"),
    ]
    [years] = [one for one in answer.shown if one.verdict.condition == Condition.YEARS]
    assert years.evidence.timeline and len(years.evidence.timeline.lanes) == 2


def test_unsure_days_are_told_apart() -> None:
    answer = asked(person(education={"full_time": schooled(graduated="2024-06-30")}, periods=[["2019-01-01", None]]))
    assert ("待补入学时间", "2019年1月1日至2024年6月30日，5年6个月") in pairs(answer, Condition.YEARS)


def test_for_a_senior_what_lies_before_the_title_does_not_count() -> None:
    work = [["2010-01-01", None]]
    titled_one = asked(person(periods=work, titles=[titled(on="2020-09-01")]), 3)
    assert pairs(titled_one, Condition.YEARS)[0] == ("取得资格前，不计", "2010年1月1日至2020年8月31日，10年8个月")
    untitled = asked(person(periods=work), 3)
    assert pairs(untitled, Condition.YEARS) == [
        ("取得资格前，不计", "2010年1月1日至2027年12月31日，18年"),
        ("合计计入", "0个月"),
        ("算到", "2027年12月31日（图中红线）"),
    ]


def test_the_schooling_that_decided_is_marked() -> None:
    both = {
        "full_time": schooled("31", graduated="2008-06-30"),
        "part_time": schooled("21", "4", graduated="2015-06-30"),
    }
    said = dict(pairs(asked(person(education=both, periods=[["2010-01-01", None]])), Condition.SCHOOLING))
    assert "（采用）" in said["非全日制"] and "（采用）" not in said["全日制"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (person(periods=[["2025-01-01", None]]), "按现有信息，最早可以报名2028年度。"),
        (person(periods=[["2020-01-01", None]]), ""),
        (person(), "先补齐学历、资格或会计工作经历，才能算出最早哪一年可以报名。"),
    ],
)
def test_the_first_year_is_told(facts: Facts, words: str) -> None:
    assert asked(facts).first_words == words


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        (person(), (1, 2027)),
        (person(periods=LONG), (2, 2027)),
        (person(titles=[titled(level="1")]), (2, 2027)),
        (person(titles=[titled()]), (3, 2027)),
        (person(titles=[titled(level="3")]), (3, 2027)),
        (person(status=ExamStatus.NOT_STARTED), (1, 2027)),
    ],
)
def test_without_a_known_registration_the_likely_question_comes_first(facts: Facts, question: tuple[int, int]) -> None:
    first = first_question(facts, shipped(), here(), at=AT)
    assert (first.level, first.year) == question


@pytest.mark.parametrize(("hour", "year"), [(4, 2027), (20, 2028)])
def test_the_year_goes_on_when_registration_is_usually_over(hour: int, year: int) -> None:
    at = dt.datetime(2027, 7, 31, hour, tzinfo=dt.UTC)
    facts = person(titles=[titled(level="1")], confirmed_at=at)
    assert first_question(facts, shipped(), here(), at=at).year == year


def test_the_next_registration_that_concerns_somebody_comes_first() -> None:
    book = with_windows(window(ExamLevel.JUNIOR, dt.date(2027, 1, 5)), window(ExamLevel.MIDDLE, dt.date(2027, 6, 12)))
    able, junior = person(periods=LONG), person(titles=[titled(level="1")])
    assert first_question(able, book.ruleset, book.here, at=AT).level == ExamLevel.JUNIOR
    assert first_question(junior, book.ruleset, book.here, at=AT).level == ExamLevel.MIDDLE


@pytest.mark.parametrize(("periods", "own"), [(FOUR_MONTHS_SHORT, "您还差：年限4个月"), (LONG, "您目前可以报名")])
def test_the_notice_says_it_of_the_next_registration(periods: list[list[str | None]], own: str) -> None:
    book = with_windows(window(ExamLevel.MIDDLE, dt.date(2027, 6, 12)))
    notice = notice_of(person(titles=[titled(level="1")], periods=periods), book, at=AT)
    assert notice and notice.own == own and notice.words.startswith("中级报名 2027年6月12日开始")


def test_no_notice_where_no_registration_is_known_or_none_is_left() -> None:
    assert notice_of(person(), BOOK, at=AT) is None
    book = with_windows(window(ExamLevel.SENIOR, dt.date(2027, 1, 5)))
    assert notice_of(person(titles=[titled(level="3")]), book, at=AT) is None


def test_years_are_offered_as_far_as_there_are_rules() -> None:
    assert years_offered(shipped(), at=AT) == list(range(2026, 2037))


def test_the_end_of_the_collection_is_told_before_and_after() -> None:
    book = with_windows(window(ExamLevel.MIDDLE, dt.date(2027, 6, 12)))
    question = Question(ExamLevel.MIDDLE, 2027)
    before = answer_to(question, person(), book, at=AT)
    after = answer_to(question, person(), book, at=dt.datetime(2027, 8, 1, tzinfo=dt.UTC))
    assert before.collect_by_words == "信息须在2027年7月2日08:00前更新，报名系统以截止时的信息为准。"
    assert after.collect_by_words == "信息更新已于7月2日08:00截止。"
