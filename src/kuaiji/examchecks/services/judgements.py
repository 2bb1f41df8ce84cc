"""Verdicts of before, by the rules of then: nothing of them is stored, all of it follows from what is."""

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
    if check.outcome != Outcome.FOUND:
        return None
    here = rulebook().here
    return judged(check, facts_then(check, here), here)


def judged(check: ExamCheck, facts: Facts, here: Here) -> Judgement:
    """``facts`` under the question, the rules and the moment of ``check``."""
    return judge(facts, question_of(check), ruleset_named(check.ruleset), at=check.at, here=here)


def question_of(check: ExamCheck) -> Question:
    """What was asked."""
    return Question(ExamLevel(int(check.level)), check.year, check.division or None)


def facts_then(check: ExamCheck, here: Here) -> Facts:
    """A person who was found, as things stood at ``check``: from its row, and the version of the record it names."""
    plain = facts_of(_row(check), here)
    if check.record_id is None or check.version is None:
        return plain
    versions = RecordVersion.objects.select_related("person_key")
    return of_version(plain, versions.get(record=check.record_id, number=check.version).content)


def _row(check: ExamCheck) -> Row:
    """What the look-up said, but for what stands in the version."""
    transfer = TransferOut.objects.filter(pk=check.transfer_id).first() if check.transfer_id else None
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
