"""A record as the exam check judges it, without what other systems say of its person."""

from kuaiji.accountants.models import ExamRow
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, of_row


def facts_of(row: ExamRow) -> Facts:
    """What the row says; nothing of a transfer or of another holder."""
    facts = Facts(
        ExamStatus(row.status),
        division_code=row.division_code,
        confirmed_at=row.confirmed_at,
        name_change_pending=row.name_change_pending,
    )
    return of_row(facts, qualifications=row.qualifications, education=row.education, periods=row.accounting_periods)
