"""Reading, filling and changing the ways to the exam (ADR 0085)."""

import dataclasses
import uuid
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from kuaiji.audit.services import Operation, record_events
from kuaiji.codelists.services import entries
from kuaiji.common.errors import RuleBroken
from kuaiji.common.locks import lock
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround
from kuaiji.exams.events import ExamRuleAdded, ExamRuleEnded
from kuaiji.exams.judging.rules import Rule, check_rule, rule_in
from kuaiji.exams.models import ExamRule
from kuaiji.exams.services.shipped import FOLDER, Shipped, fill, read_shipped

SHIPPED = FOLDER / "exam_rules.csv"
_FIELDS = [field.name for field in dataclasses.fields(Rule)]


def rule_of(row: ExamRule) -> Rule:
    """A row as rules see it."""
    return Rule(
        level=ExamLevel(row.level),
        way=row.way,
        name=row.name,
        schooling=tuple(row.schooling),
        degrees=tuple(row.degrees),
        other=OtherGround(row.other) if row.other else None,
        years=row.years,
        counted_from=CountedFrom(row.counted_from),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        profile=row.profile,
    )


@transaction.atomic
def add_exam_rule(*, operation: Operation, rule: Rule, source: str) -> ExamRule:
    """Write a way down, as a notice tells it.

    Raises ``RuleBroken``: ``rule_known`` where one of this letter counts in one of its years already, and as
    ``check_rule``.
    """
    check_rule(rule, schooling=_graduations(), degrees=_codes("degrees"))
    lock("exams.rule", f"{int(rule.level)}{rule.way}{rule.profile}".encode())
    alike = ExamRule.objects.filter(level=rule.level, way=rule.way, profile=rule.profile, ended_at=None)
    alike = alike.filter(Q(valid_to=None) | Q(valid_to__gte=rule.valid_from))
    if rule.valid_to is not None:
        alike = alike.filter(valid_from__lte=rule.valid_to)
    if alike.exists():
        raise RuleBroken("rule_known", "这一级别在这些年度已有同一字母的途径，请先停用原来的", "way")
    row = _row(rule, source=source)
    row.save(force_insert=True)
    record_events(operation, _added(row))
    return row


@transaction.atomic
def end_exam_rule(*, operation: Operation, rule_id: uuid.UUID) -> ExamRule:
    """Let a way no longer count. Raises ``RuleBroken``: ``unknown_rule``, also for one that has ended."""
    row = ExamRule.objects.select_for_update(no_key=True).filter(pk=rule_id, ended_at=None).first()
    if row is None:
        raise RuleBroken("unknown_rule", "没有这条报名条件，或者已经停用", "rule_id")
    row.ended_at = operation.at
    row.save(update_fields=["ended_at"])
    record_events(operation, ExamRuleEnded(subject_id=row.pk, level=row.level, way=row.way, profile=row.profile))
    return row


def fill_exam_rules() -> int:
    """The first filling, as ``fill``, at every update of the database."""
    return fill(ExamRule, shipped_rules(), lambda told, name: [_row(told.rule, source=told.source, shipped_as=name)])


@dataclasses.dataclass(frozen=True, slots=True)
class SourcedRule:
    """A way, and the notice that says so."""

    rule: Rule
    source: str


def shipped_rules(path: Path = SHIPPED) -> list[Shipped[SourcedRule]]:
    """The shipped file. Raises ValueError for what is no rule."""
    return read_shipped(path, _read)


def _read(row: dict[str, str]) -> SourcedRule:
    return SourcedRule(rule_in(row), row["source"])


def _codes(list_name: str) -> frozenset[str]:
    return frozenset(entry.code for entry in entries(list_name))


def _graduations() -> frozenset[str]:
    """The rows of GB/T 4658 that are schooling: only …毕业 is."""
    return frozenset(entry.code for entry in entries("education_levels") if entry.name.endswith("毕业"))


def _row(rule: Rule, *, source: str, shipped_as: str | None = None) -> ExamRule:
    values = {name: getattr(rule, name) for name in _FIELDS}
    return ExamRule(**values | {"other": rule.other or ""}, source=source, shipped_as=shipped_as)


def _added(row: ExamRule) -> ExamRuleAdded:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(ExamRuleAdded)[1:]}
    return ExamRuleAdded(subject_id=row.pk, **values)
