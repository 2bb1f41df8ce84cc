"""What a judgement rests on, in words and drawn: schooling, titles, days of accounting work. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from kuaiji.common.dates import format_date
from kuaiji.common.spans import Span, days_in, month_words, months_until, union, within
from kuaiji.exams.enums import Condition, VerdictCode
from kuaiji.exams.judging.facts import Facts, Period, Schooling
from kuaiji.exams.judging.grounds import ACCOUNTING
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.judging.work import Work
from kuaiji.exams.rules import local_day
from kuaiji.standing.exam.timeline import Day, Kind, Timeline, draw

Pair = tuple[str, str]  # what it is, and its words
_DAY = dt.timedelta(days=1)
_NO_DEGREE = "0"
_WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.COUNTED: "计入",
        Kind.UNSURE: "待补入学时间",
        Kind.STUDY: "全日制在校，不计",
        Kind.BEFORE: "取得资格前，不计",
    }
)
_GAP = "没有会计工作"


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What stands under a verdict; ``timeline`` under that of the years."""

    pairs: tuple[Pair, ...] = ()
    timeline: Timeline | None = None


def evidence_of(
    condition: Condition, code: VerdictCode, facts: Facts, judgement: Judgement, here: Here, *, today: dt.date
) -> Evidence:
    """What the verdict about ``condition`` rests on; nothing where it rests on nothing told."""
    if code == VerdictCode.NOT_SUBMITTED:
        return Evidence()
    if condition == Condition.YEARS:
        return Evidence() if code == VerdictCode.YEARS_NOT_ASKED else _years(facts, judgement, today)
    found = _PAIRS.get(condition)
    return Evidence(tuple(found(facts, judgement, here))) if found else Evidence()


def _territory(facts: Facts, judgement: Judgement, here: Here) -> list[Pair]:
    return [("归属", here.place(facts.division_code))] if facts.division_code else []


def _up_to_date(facts: Facts, judgement: Judgement, here: Here) -> list[Pair]:
    if facts.confirmed_at is None:
        return []
    return [("最近更新", format_date(local_day(facts.confirmed_at)))]


def _schooling(facts: Facts, judgement: Judgement, here: Here) -> list[Pair]:
    used = judgement.reached.ground if judgement.reached else None
    return [
        ("全日制" if one.full_time else "非全日制", _schooling_words(one, here) + ("（采用）" if one is used else ""))
        for one in facts.education
    ]


def _schooling_words(one: Schooling, here: Here) -> str:
    words = [here.label("education_levels", one.level)]
    if one.degree and one.degree != _NO_DEGREE:
        words.append(here.label("degrees", one.degree))
    if one.second_degree:
        words.append("第二学士学位或研究生班")
    if one.enrolled:
        words.append(f"{one.enrolled.words}入学")
    if one.graduated:
        words.append(f"{one.graduated.words}毕业")
    return "，".join(words)


def _titles(facts: Facts, judgement: Judgement, here: Here) -> list[Pair]:
    return [
        (
            f"会计类{here.label('qualification_levels', one.level)}",
            (f"{one.obtained.words}取得" if one.obtained else "没有填写取得时间")
            + ("（采用）" if one is judgement.title else ""),
        )
        for one in facts.qualifications
        if one.category == ACCOUNTING
    ]


_PAIRS: Mapping[Condition, Callable[[Facts, Judgement, Here], list[Pair]]] = MappingProxyType(
    {
        Condition.TERRITORY: _territory,
        Condition.UP_TO_DATE: _up_to_date,
        Condition.SCHOOLING: _schooling,
        Condition.QUALIFICATION: _titles,
    }
)


def _years(facts: Facts, judgement: Judgement, today: dt.date) -> Evidence:
    cutoff = judgement.cutoff
    kinds = _kinds(judgement)
    told = [span for one in facts.periods if (span := _told(one, cutoff))]
    marks = {Day.CUTOFF: cutoff}
    if judgement.title and judgement.title.obtained and judgement.title.obtained.day <= cutoff:
        marks[Day.TITLE] = judgement.title.obtained.day
    timeline = draw([("会计工作", {Kind.WORK: union(told)}), ("其中计入年限", kinds)], marks=marks, today=today)
    counted = kinds[Kind.COUNTED]
    if timeline is None:
        return Evidence((("会计工作经历", "没有填写"),))
    total = [("合计计入", _length(days_in(counted), cutoff)), ("算到", f"{format_date(cutoff)}（图中红线）")]
    if Day.TITLE in marks:
        total.append(("取得资格", f"{format_date(marks[Day.TITLE])}（图中虚线）"))
    return Evidence((*_stretches(kinds, today), *total), timeline)


def _kinds(judgement: Judgement) -> Mapping[Kind, Sequence[Span]]:
    """The days of accounting work by what becomes of them; for 高级 those before the title count for nothing."""
    work: Work = judgement.work
    before: tuple[Span, ...] = ()
    if any(one.condition == Condition.QUALIFICATION for one in judgement.verdicts):
        title = judgement.title.obtained if judgement.title else None
        before = work.counted if title is None else _until(work.counted, title.day - _DAY)
        work = Work((), (), ()) if title is None else work.since(title.day)
    return {
        Kind.COUNTED: work.counted,
        Kind.UNSURE: work.unsure,
        Kind.STUDY: work.left_out,
        Kind.BEFORE: before,
    }


def _until(spans: Sequence[Span], last: dt.date) -> tuple[Span, ...]:
    return tuple([part for span in spans if (part := within(span, (dt.date.min, last)))])


def _told(period: Period, cutoff: dt.date) -> Span | None:
    if period.start.day > cutoff:
        return None
    return period.start.day, min(period.end.day, cutoff) if period.end else cutoff


def _stretches(kinds: Mapping[Kind, Sequence[Span]], today: dt.date) -> list[Pair]:
    """All stretches and the gaps between them, the earliest first: what the drawing shows, in words."""
    told = sorted((span, kind) for kind, spans in kinds.items() for span in spans)
    pairs: list[Pair] = []
    last: dt.date | None = None
    for (first, end), kind in told:
        if last and first > last + _DAY:
            pairs.append((_GAP, _range(last + _DAY, first - _DAY)))
        ahead = "（今天以后的按继续工作推算）" if kind == Kind.COUNTED and end > today else ""
        pairs.append((_WORDS[kind], _range(first, end) + ahead))
        last = end
    return pairs


def _range(first: dt.date, last: dt.date) -> str:
    return f"{format_date(first)}至{format_date(last)}，{_length((last - first).days + 1, last)}"


def _length(days: int, last: dt.date) -> str:
    months = months_until(days, last) if days else 0
    return month_words(months) if months or not days else f"{days}天"
