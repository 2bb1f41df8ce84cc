"""Verdicts of before, by the rules of then: nothing of them is stored, all of it follows from what is."""

import functools
import operator
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from kuaiji.accountants.models import RecordVersion
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck
from kuaiji.examchecks.services.facts import facts_of
from kuaiji.examchecks.services.lookups import Row
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.judging.facts import Facts, of_version
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import Judgement, judge
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.services.rulebook import rulebook, ruleset_named
from kuaiji.transfers.models import TransferOut


def judgement_of(check: ExamCheck) -> Judgement | None:
    """What the exam system was told at ``check``; None where it was told of nobody: not found, or another name.

    Raises ``UnknownRuleSet`` for rules that were never written down.
    """
    return judgements_of([check])[0]


def judgements_of(checks: Sequence[ExamCheck]) -> list[Judgement | None]:
    """The same of many, in their order. Each version and each transfer that they name is read once."""
    here = rulebook().here
    found = [check for check in checks if check.outcome == Outcome.FOUND]
    facts = dict(zip((check.pk for check in found), _facts(found, here), strict=True))
    return [judged(check, facts[check.pk], here) if check.pk in facts else None for check in checks]


def judged(check: ExamCheck, facts: Facts, here: Here) -> Judgement:
    """``facts`` under the question, the rules and the moment of ``check``."""
    return judge(facts, question_of(check), ruleset_named(check.ruleset), at=check.at, here=here)


def question_of(check: ExamCheck) -> Question:
    """What was asked."""
    return Question(ExamLevel(int(check.level)), check.year, check.division or None)


def facts_then(check: ExamCheck, here: Here) -> Facts:
    """A person who was found, as things stood at ``check``: from its row, and the version of the record it names."""
    return _facts([check], here)[0]


def _facts(checks: Sequence[ExamCheck], here: Here) -> list[Facts]:
    contents, transfers = _versions(checks), _transfers(checks)
    plain = [facts_of(_row(check, transfers.get(check.transfer_id)), here) for check in checks]
    return [
        one if check.record_id is None else of_version(one, contents[check.record_id, check.version])
        for check, one in zip(checks, plain, strict=True)
    ]


def _versions(checks: Sequence[ExamCheck]) -> Mapping[tuple[Any, Any], Mapping[str, Any]]:
    """What stands in the versions that are named, by record and number."""
    named = {(check.record_id, check.version) for check in checks if check.record_id is not None}
    if not named:
        return {}
    wanted = functools.reduce(operator.or_, (Q(record=record, number=number) for record, number in named))
    versions = RecordVersion.objects.select_related("person_key").filter(wanted)
    return {(version.record_id, version.number): version.content for version in versions}


def _transfers(checks: Sequence[ExamCheck]) -> Mapping[Any, TransferOut]:
    named = {check.transfer_id for check in checks if check.transfer_id is not None}
    return TransferOut.objects.in_bulk(named) if named else {}


def _row(check: ExamCheck, transfer: TransferOut | None) -> Row:
    """What the look-up said, but for what stands in the version."""
    return Row(
        id=check.pk,
        outcome=check.outcome,
        user_id=check.user_id,
        record_id=check.record_id,
        version=check.version,
        status=check.status,
        division_code=check.division_code,
        confirmed_at=check.confirmed_at,
        updated_at=None,
        name_change_pending=check.name_change_pending,
        qualifications=None,
        education=None,
        accounting_periods=None,
        holder_code=check.holder_code,
        transfer_id=check.transfer_id,
        destination=transfer.destination_id if transfer else None,
        destination_division=transfer.destination_division if transfer else None,
    )
