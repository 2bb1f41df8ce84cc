"""The ways to an exam as values, and the question that is judged by them (R7.3). Pure."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable

from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """Whether somebody may register: for which level, of which year's exam, and where, if that is said (a division)."""

    level: ExamLevel
    year: int
    division: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One way to the exam of a level: one of the grounds, and so many years of accounting work.

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


@dataclasses.dataclass(frozen=True)
class RuleSet:
    """What one platform judges by: all rules that count there, of every year, and for how many months information is
    up to date (R4.6). Equal sets have equal names, also on two platforms."""

    rules: tuple[Rule, ...]
    up_to_date_months: int

    @classmethod
    def of(cls, rules: Iterable[Rule], *, profile: str, up_to_date_months: int) -> "RuleSet":
        """The set of the platform ``profile`` out of all ``rules`` that count."""
        ours = [rule for rule in rules if rule.profile in ("", profile)]
        return cls(tuple(sorted(ours, key=_order)), up_to_date_months)

    @functools.cached_property
    def name(self) -> str:
        """``r-`` and twelve digits of the set's digest."""
        told = [self.up_to_date_months, *(dataclasses.astuple(rule) for rule in self.rules)]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return f"r-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def asked(self, level: ExamLevel, year: int) -> tuple[Rule, ...]:
        """The ways to the exam of that level and year, by their letters; none where there are no rules for it."""
        return tuple([rule for rule in self.rules if rule.holds_for(level, year)])


def _order(rule: Rule) -> tuple[object, ...]:
    return (rule.level, rule.way, rule.profile, rule.valid_from, repr(rule))
