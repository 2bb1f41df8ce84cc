"""What a platform may ask: who holds a person, and whether the person is released to it (R1.4, R8.2)."""

from kuaiji_hub import sealing
from kuaiji_hub.models import OPEN, Person, Transfer
from kuaiji_hub.services import people
from kuaiji_wire.answers import Lookup, Match, MatchQuestion, OpenTransfer, Question, TransferState

FIELD = "person"


def look_up(question: Question) -> Lookup:
    """Who holds the person. Another name is told that it is another, and nothing else. Raises BadDocument."""
    sealing.check_document(question.person, FIELD)
    person = people.of_document(question.person, FIELD).first()
    if person is None:
        return Lookup(verdict="not_found", held_by=None, transfer=None)
    if not people.is_named(person, question.person.name):
        return Lookup(verdict="name_mismatch", held_by=None, transfer=None)
    transfer = _under_way(person)
    return Lookup(verdict="found", held_by=person.holder.title, transfer=_told(transfer) if transfer else None)


def match(question: MatchQuestion, *, asker: str) -> Match:
    """Is the person released to the asker, to that division? Raises BadDocument."""
    sealing.check_document(question.person, FIELD)
    person = people.of_document(question.person, FIELD).first()
    if person is None:
        return _verdict("not_found")
    if not people.is_named(person, question.person.name):
        return _verdict("name_mismatch")
    if person.holder_id == asker:
        return _verdict("held_here")
    transfer = _under_way(person)
    if transfer is None:
        return Match(verdict="not_released", transfer_id=None, origin=None, held_by=person.holder.title)
    if transfer.destination_id != asker:
        return _verdict("other_destination")
    if transfer.destination_division != question.division_code:
        return _verdict("wrong_division")
    if transfer.state == TransferState.CLAIMED:
        return _verdict("already_claimed")
    return Match(verdict="matched", transfer_id=transfer.id, origin=transfer.origin.title, held_by=None)


def _under_way(person: Person) -> Transfer | None:
    return person.transfers.filter(state__in=OPEN).select_related("origin", "destination").first()


def _told(transfer: Transfer) -> OpenTransfer:
    return OpenTransfer(
        transfer_id=transfer.id,
        state="claimed" if transfer.state == TransferState.CLAIMED else "released",
        origin=transfer.origin.title,
        destination=transfer.destination.title,
        destination_division=transfer.destination_division,
        released_at=transfer.released_at,
    )


def _verdict(verdict: str) -> Match:
    return Match.model_validate({"verdict": verdict, "transfer_id": None, "origin": None, "held_by": None})
