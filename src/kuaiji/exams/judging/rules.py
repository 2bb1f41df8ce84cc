"""The ways to an exam as values, and the question that is judged by them (R7.3). Pure."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping

from kuaiji.common.errors import RuleBroken
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """Whether somebody may register: for which level, of which year's exam, and where, if that is said (a division)."""

    level: ExamLevel
    year: int
    division: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """R7.3: one way to the exam of a level: one of the grounds, and so many years of accounting work.

    ``schooling`` and ``degrees`` are codes of GB/T 4658 and GB/T 6864; the code of a group stands for all in it.
    ``years_from`` and ``years_to`` are the first and the last year of the exam that it holds for; the last may be
    open. ``name`` is what a refusal calls it: 按本科学历.
    """

    level: ExamLevel
    way: str
    name: str
    schooling: tuple[str, ...]
    degrees: tuple[str, ...]
    other: OtherGround | None
    years: int
    counted_from: CountedFrom
    valid_from: int
    valid_to: int | None
    profile: str

    def holds_for(self, level: ExamLevel, year: int) -> bool:
        """Whether it is asked in that exam."""
        return self.level == level and self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


LAST_YEAR = 2099  # of the exam, for whoever says none
YEARS_AHEAD = 15  # how many years to come are answered for; beyond them nobody plans


@dataclasses.dataclass(frozen=True)
class RuleSet:
    """What one platform judges by: all rules that count there, of every year, and for how many months information is
    up to date (R4.6). Equal sets have equal names, also on two platforms.

    ``last_year`` is the last one that is answered for, and belongs to no name: a running period that is taken to go on
    into a year far ahead, which a slip of a digit may name, would make everybody eligible.
    """

    rules: tuple[Rule, ...]
    up_to_date_months: int
    last_year: int = dataclasses.field(default=LAST_YEAR, compare=False)

    @classmethod
    def of(cls, rules: Iterable[Rule], *, up_to_date_months: int, last_year: int = LAST_YEAR) -> "RuleSet":
        """The set of these rules, in whatever order they come."""
        return cls(tuple(sorted(rules, key=_order)), up_to_date_months, last_year)

    @functools.cached_property
    def name(self) -> str:
        """``r-`` and twelve digits of the set's digest."""
        told = [self.up_to_date_months, *(dataclasses.astuple(rule) for rule in self.rules)]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return f"r-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def asked(self, level: ExamLevel, year: int) -> tuple[Rule, ...]:
        """The ways to the exam of that level and year, by their letters; none where there are no rules for it."""
        found = self._asked.get((level, year))
        if found is None:
            found = tuple([rule for rule in self.rules if rule.holds_for(level, year) and year <= self.last_year])
            if len(self._asked) < MOST_KEPT:
                self._asked[level, year] = found
        return found

    @functools.cached_property
    def _asked(self) -> dict[tuple[ExamLevel, int], tuple[Rule, ...]]:
        return {}


MOST_KEPT = 100  # levels and years whose ways a set looks up once


def rule_in(row: Mapping[str, str]) -> Rule:
    """The way in a row of exam_rules.csv. Raises ValueError for what is none, KeyError for a missing column."""
    return Rule(
        level=ExamLevel(int(row["level"])),
        way=row["way"],
        name=row["name"],
        schooling=codes_in(row["schooling"]),
        degrees=codes_in(row["degrees"]),
        other=OtherGround(row["other"]) if row["other"] else None,
        years=int(row["years"]),
        counted_from=CountedFrom(row["counted_from"]),
        valid_from=int(row["valid_from"]),
        valid_to=int(row["valid_to"]) if row["valid_to"] else None,
        profile=row["profile"],
    )


def codes_in(text: str) -> tuple[str, ...]:
    """``31;28`` as codes."""
    return tuple(code.strip() for code in text.split(";") if code.strip())


def _order(rule: Rule) -> tuple[object, ...]:
    return (rule.level, rule.way, rule.profile, rule.valid_from, repr(rule))


MOST_YEARS = 40
LONGEST_NAME = 10  # characters, so that a refusal has room for its figures
FIRST_YEAR = 1992  # of the exam


def check_rule(rule: Rule, *, schooling: Collection[str], degrees: Collection[str]) -> None:
    """Refuse a way that cannot be meant. ``schooling`` are the codes of GB/T 4658 that are graduations, ``degrees`` all
    of GB/T 6864.

    Raises ``RuleBroken``: ``bad_way``, ``bad_name``, ``no_ground``, ``not_graduated``, ``unknown_degree``,
    ``bad_years``, ``bad_count``, ``validity_backwards``, ``credits_not_kept``.
    """
    for broken in _faults(rule, schooling, degrees):
        raise broken


def _faults(rule: Rule, schooling: Collection[str], degrees: Collection[str]) -> Iterable[RuleBroken]:
    if not (len(rule.way) == 1 and "a" <= rule.way <= "z"):
        yield RuleBroken("bad_way", f"途径须为一个小写字母 a–z，现在是“{rule.way}”", "way")
    if not 0 < len(rule.name) <= LONGEST_NAME:
        yield RuleBroken("bad_name", f"名称须为 1–{LONGEST_NAME} 个字，现在是 {len(rule.name)} 个", "name")
    if rule.other == OtherGround.EDUCATION_CREDITS:
        yield RuleBroken("credits_not_kept", "本平台还没有继续教育，不能要求继续教育学分，请去掉", "other")
    if not (rule.schooling or rule.degrees or rule.other):
        yield RuleBroken("no_ground", "学历、学位和其他条件至少要有一项", "schooling")
    if wrong := sorted(set(rule.schooling) - set(schooling)):
        yield RuleBroken("not_graduated", f"“{wrong[0]}”不是毕业学历的代码（education_levels.csv）", "schooling")
    if wrong := sorted(set(rule.degrees) - set(degrees)):
        yield RuleBroken("unknown_degree", f"没有学位代码“{wrong[0]}”（degrees.csv）", "degrees")
    if not 0 <= rule.years <= MOST_YEARS:
        yield RuleBroken("bad_years", f"年限须为 0–{MOST_YEARS}，现在是 {rule.years}", "years")
    if (rule.level == ExamLevel.SENIOR) != (rule.counted_from == CountedFrom.TITLE):
        yield RuleBroken("bad_count", "高级自取得职称起算（title），其他级别全部计算（all）", "counted_from")
    if rule.valid_from < FIRST_YEAR or (rule.valid_to is not None and rule.valid_to < rule.valid_from):
        yield RuleBroken("validity_backwards", f"适用年度须自 {FIRST_YEAR} 年起，且止年不早于起年", "valid_from")
