"""What the exam check knows of a person, for the person."""

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.collection.enums import WaitsFor
from kuaiji.collection.progress import progress_of, waiting_submission
from kuaiji.examchecks.services.standing import facts_of_user
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, Transfer, of_row
from kuaiji.exams.judging.here import Here
from kuaiji.identity.enums import CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.transfers.display import ShownOut, TransferSummary


def own_facts(user: User, here: Here) -> Facts:
    """How somebody stands, by the part of the statement that the exam system is answered by."""
    facts = facts_of_user(user.pk, here)
    if facts is None:
        raise LookupError("who is signed in is a user")
    return facts


def facts_from(user: User, record: Record | None, moving: TransferSummary, holder: Check | None) -> Facts:
    """The same without a statement, of what a page has read already: ``record`` with its row for the exam check, and
    ``holder``, what the national platform said about who holds the person."""
    status = moving.status(record)
    held = holder if holder and holder.outcome == CheckOutcome.CONFLICT and holder.holder_code else None
    facts = Facts(
        ExamStatus(status.value) if status else _collecting(user),
        held_elsewhere=held.holder_name if held and status != CollectionStatus.CLAIM_UNDER_REVIEW else None,
    )
    if record is None:
        return facts
    row = record.exam_row
    facts = Facts(
        facts.status,
        division_code=row.division_code,
        confirmed_at=row.confirmed_at,
        name_change_pending=row.name_change_pending,
        held_elsewhere=facts.held_elsewhere,
        transfer=_transfer(moving.out),
    )
    return of_row(facts, qualifications=row.qualifications, education=row.education, periods=row.accounting_periods)


def _collecting(user: User) -> ExamStatus:
    if submission := waiting_submission(user):
        waits = WaitsFor(submission.waits_for)
        return ExamStatus.UNDER_VERIFICATION if waits == WaitsFor.IDENTITY else ExamStatus.UNDER_REVIEW
    return ExamStatus.DRAFT if progress_of(user).draft else ExamStatus.NOT_STARTED


def _transfer(out: ShownOut | None) -> Transfer | None:
    if out is None:
        return None
    row = out.row
    return Transfer(row.destination_id, row.destination.name, row.destination_division, out.destination)
