"""报名资格自查: what the page shows of a judgement."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.common.clock import day_of
from kuaiji.exams.display import ExamNotice
from kuaiji.exams.enums import Condition, VerdictCode
from kuaiji.exams.judging.codes import (
    CHANGES,
    COLLECTION,
    EDUCATION,
    EMPLOYMENT,
    PROFESSIONAL,
    STATUS,
    TRANSFERS,
)
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.judge import Judgement, first_year, judge
from kuaiji.exams.judging.levels import levels_above, window_for
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.judging.verdicts import Verdict
from kuaiji.exams.rules import deadline_words, words
from kuaiji.exams.services.rulebook import Rulebook
from kuaiji.standing.exam.evidence import Evidence, evidence_of
from kuaiji.standing.exam.questions import missing_words

TITLES: Mapping[Condition, str] = MappingProxyType(
    {
        Condition.COLLECTED: "信息采集",
        Condition.TERRITORY: "所属地区",
        Condition.UP_TO_DATE: "信息是否最新",
        Condition.NO_OPEN_TRANSFER: "跨省调转",
        Condition.SCHOOLING: "学历",
        Condition.YEARS: "会计工作年限",
        Condition.QUALIFICATION: "会计类资格",
    }
)
# Nothing is known yet, for want of something else that is told above.
WAITING = frozenset({VerdictCode.NOT_SUBMITTED, VerdictCode.SCHOOLING_FIRST})
_MARKS = {"符合": "k-met", "不符合": "k-unmet", "还不能判断": "k-unknown"}
# What one does on the page where something is mended.
REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        COLLECTION: "去信息采集",
        STATUS: "查看采集状态",
        CHANGES: "变更或确认信息",
        TRANSFERS: "查看调出",
        EDUCATION: "变更学历信息",
        EMPLOYMENT: "变更工作信息",
        PROFESSIONAL: "变更专业技术信息",
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class ShownVerdict:
    """One condition: what was found, what that rests on, and where it is mended; ``remedy_words`` are empty where
    nothing is to be mended, or where another condition above leads to the same page."""

    title: str
    verdict: Verdict
    evidence: Evidence
    remedy_words: str

    @property
    def found(self) -> str:
        """What a screen reader says behind the title."""
        return "符合" if self.verdict.met else "还不能判断" if self.verdict.code in WAITING else "不符合"

    @property
    def mark(self) -> str:
        """The class of its row."""
        return _MARKS[self.found]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """可以报名2027年度中级吗: the answer, in a few words and condition by condition.

    ``missing`` are the few words of what is not met. ``first_year`` is the first in which schooling, years and title
    would all do; None where no year in sight would.
    """

    question: Question
    at: dt.datetime
    judgement: Judgement
    missing: list[str]
    first_year: int | None
    shown: list[ShownVerdict]

    @property
    def state(self) -> str:
        """The words of the pill."""
        return state_of(self.judgement)

    @property
    def first_words(self) -> str:
        """From which year on nothing but time would be missing; nothing where that is the year asked about."""
        if self.first_year is None:
            return "先补齐学历、资格或会计工作经历，才能算出最早哪一年可以报名。"
        if self.first_year > self.question.year:
            return f"按现有信息，最早可以报名{self.first_year}年度。"
        return ""

    @property
    def collect_by_words(self) -> str:
        """Until when what is updated counts for this exam; nothing where nobody has told yet."""
        until = self.judgement.collect_by
        if until is None:
            return ""
        by = deadline_words(until, day_of(self.at))
        if self.at >= until:
            return f"信息更新已于{by}截止。"
        return f"信息须在{by}前更新，报名系统以截止时的信息为准。"

    @property
    def is_unsubmitted(self) -> bool:
        """Whether nothing is submitted yet, so that nothing else can be said."""
        return any(one.code == VerdictCode.NOT_SUBMITTED for one in self.judgement.verdicts)


def state_of(judgement: Judgement) -> str:
    """The words of the pill."""
    return "可以报名" if judgement.eligible else "还不能报名"


def answer_to(question: Question, facts: Facts, book: Rulebook, *, at: dt.datetime) -> Answer:
    """The same judgement as the exam system is given, with what it rests on."""
    ruleset, here = book.ruleset, book.here
    judgement = judge(facts, question, ruleset, at=at, here=here)
    today, leading = day_of(at), _leading(judgement.verdicts)
    return Answer(
        question,
        at,
        judgement,
        missing_words(judgement),
        first_year(facts, question.level, ruleset, at=at, here=here),
        [
            ShownVerdict(
                TITLES[one.condition],
                one,
                evidence_of(one.condition, one.code, facts, judgement, here, today=today),
                REMEDIES[one.remedy] if one in leading else "",
            )
            for one in judgement.verdicts
        ],
    )


def _leading(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """The first that leads to each of the pages where something is mended."""
    first: dict[str, Verdict] = {}
    for one in verdicts:
        if one.remedy and not one.met:
            first.setdefault(one.remedy, one)
    return list(first.values())


def notice_of(facts: Facts, book: Rulebook, *, at: dt.datetime) -> ExamNotice | None:
    """The registration that concerns somebody next, and whether they may register; None where none is known."""
    window = window_for(facts, levels_above(facts), at=at, here=book.here)
    if window is None:
        return None
    question = Question(max(window.levels), window.year)
    return ExamNotice(words(window, at), window.takes_updates(at), _own_words(question, facts, book, at))


def _own_words(question: Question, facts: Facts, book: Rulebook, at: dt.datetime) -> str:
    if not book.ruleset.asked(question.level, question.year):
        return ""
    judgement = judge(facts, question, book.ruleset, at=at, here=book.here)
    return "您目前可以报名" if judgement.eligible else f"您还差：{'、'.join(missing_words(judgement))}"
