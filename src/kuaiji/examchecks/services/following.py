"""Which saves the exam check reads, by the events they leave: after each, refusals are looked for (docs/adr/0092)."""

from collections.abc import Mapping, Sequence

from kuaiji.accountants import events as of_records
from kuaiji.audit.services import DomainEvent, Operation
from kuaiji.collection.events import NoticeAgreed, SubmissionDecided, SubmissionMade
from kuaiji.examchecks.services.repairs import note_saved
from kuaiji.identity.events import CheckAnswered
from kuaiji.transfers.events import TransferApplied, TransferClaimed, TransferMoved

_RECORD = "SELECT user_id FROM accountants_record WHERE id = %(subject)s"
_OUT = (
    "SELECT r.user_id FROM transfers_transferout o JOIN accountants_record r ON r.id = o.record_id"
    " WHERE o.id = %(subject)s"
)
_IN = "SELECT user_id FROM transfers_transferin WHERE id = %(subject)s"
_SUBMISSION = "SELECT user_id FROM collection_submission WHERE id = %(subject)s"

# Whom the subject of an event belongs to. A step of a transfer changes the status of its record too, and says so last.
OWNERS: Mapping[type[DomainEvent], str] = {
    of_records.RecordCollected: _RECORD,
    of_records.SectionChanged: _RECORD,
    of_records.NameChanged: _RECORD,
    of_records.RecordConfirmed: _RECORD,
    of_records.RecordCorrected: _RECORD,
    of_records.TextsMended: _RECORD,
    of_records.RecordArrived: _RECORD,
    of_records.RecordCompleted: _RECORD,
    of_records.RegionFollowed: _RECORD,
    NoticeAgreed: "SELECT user_id FROM collection_draft WHERE id = %(subject)s",
    SubmissionMade: _SUBMISSION,
    SubmissionDecided: _SUBMISSION,
    CheckAnswered: "SELECT %(subject)s::uuid",
    TransferApplied: _OUT,
    TransferClaimed: _IN,
    TransferMoved: f"SELECT coalesce(({_OUT}), ({_IN}))",
}


def follow(operation: Operation, events: Sequence[DomainEvent]) -> None:
    """Look for refusals that these events have overtaken. In the transaction that records them."""
    for event in events:
        if owner := OWNERS.get(type(event)):
            note_saved(owner=owner, subject_id=event.subject_id, at=operation.at)
