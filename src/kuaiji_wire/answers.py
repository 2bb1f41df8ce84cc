"""What the hub answers, and what a platform may ask it."""

import enum
import uuid
from typing import Annotated, Literal, Self

from pydantic import Field

from kuaiji_wire.errors import WireError
from kuaiji_wire.messages import Envelope, Topic
from kuaiji_wire.people import Person
from kuaiji_wire.shapes import (
    DivisionCode,
    LongText,
    Moment,
    PlatformName,
    Shape,
    Slug,
    VersionNumber,
)

ACCEPTED = "ok"
FEED_LIMIT = 50  # entries of one answer, at most


class TransferState(enum.StrEnum):
    """Where a transfer stands at the hub; the last three are its end."""

    RELEASED = "released"
    CLAIMED = "claimed"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class Refusal(enum.StrEnum):
    """Why the hub did not do what a well-formed message of a known platform asked."""

    HELD_ELSEWHERE = "held_elsewhere"
    NOT_HOLDER = "not_holder"
    NAME_MISMATCH = "name_mismatch"
    DOCUMENT_TAKEN = "document_taken"
    TRANSFER_OPEN = "transfer_open"
    UNKNOWN_DESTINATION = "unknown_destination"
    DESTINATION_READS_1 = "destination_reads_1"
    UNKNOWN_TRANSFER = "unknown_transfer"
    WRONG_PERSON = "wrong_person"
    WRONG_DIVISION = "wrong_division"
    OTHER_CLAIM = "other_claim"
    NOT_CLAIMED = "not_claimed"
    ALREADY_CLAIMED = "already_claimed"
    ALREADY_RECEIVED = "already_received"
    ALREADY_WITHDRAWN = "already_withdrawn"
    ALREADY_RETURNED = "already_returned"


_ENDED = frozenset({Refusal.ALREADY_RECEIVED, Refusal.ALREADY_WITHDRAWN, Refusal.ALREADY_RETURNED})
_CLAIMANT = _ENDED | {Refusal.UNKNOWN_TRANSFER, Refusal.NOT_CLAIMED, Refusal.OTHER_CLAIM}
REFUSALS: dict[Topic, frozenset[Refusal]] = {
    Topic.RECORD_REPORTED: frozenset({Refusal.HELD_ELSEWHERE, Refusal.NAME_MISMATCH, Refusal.DOCUMENT_TAKEN}),
    Topic.TRANSFER_RELEASED: frozenset(
        {
            Refusal.NOT_HOLDER,
            Refusal.NAME_MISMATCH,
            Refusal.TRANSFER_OPEN,
            Refusal.UNKNOWN_DESTINATION,
            Refusal.DESTINATION_READS_1,
        }
    ),
    Topic.TRANSFER_WITHDRAWN: _ENDED | {Refusal.UNKNOWN_TRANSFER},
    Topic.TRANSFER_CLAIMED: _ENDED
    | {Refusal.UNKNOWN_TRANSFER, Refusal.WRONG_PERSON, Refusal.WRONG_DIVISION, Refusal.ALREADY_CLAIMED},
    Topic.TRANSFER_CLAIM_REJECTED: _CLAIMANT,
    Topic.TRANSFER_RECEIVED: _CLAIMANT,
    Topic.TRANSFER_RETURNED: _ENDED | {Refusal.UNKNOWN_TRANSFER, Refusal.ALREADY_CLAIMED},
    Topic.TRANSFER_CODE_RENEWED: _ENDED | {Refusal.UNKNOWN_TRANSFER, Refusal.DESTINATION_READS_1},
    Topic.TRANSFER_ATTEMPTS_REFUSED: _ENDED | {Refusal.UNKNOWN_TRANSFER},
}


class ReportResult(Shape):
    """Of record.reported: who holds the person, and the newest version of that record the hub has."""

    held_by: PlatformName
    newest_version: VersionNumber | None


class TransferResult(Shape):
    """Of every transfer topic: how it stands after this message, refused or not."""

    transfer_id: uuid.UUID
    state: TransferState
    held_by: PlatformName


class Answer(Shape):
    """To ``POST /wire/v1/messages``, with 200. ``code`` is ``ok``, or a Refusal; ``message`` is for people.

    The same id is answered with the same bytes for ever, whatever has happened since.
    """

    id: uuid.UUID
    status: Literal["accepted", "refused"]
    code: Slug
    message: LongText
    result: ReportResult | TransferResult | None

    def fits(self, topic: Topic) -> bool:
        """Whether a message of that topic can be answered so: a code of it, and its result unless refused."""
        wanted = ReportResult if topic == Topic.RECORD_REPORTED else TransferResult
        if self.status == "refused":
            return self.code in REFUSALS[topic] and (self.result is None or isinstance(self.result, wanted))
        return self.code == ACCEPTED and isinstance(self.result, wanted)


class Fault(Shape):
    """With any other status: the message, or the signature around it, was not taken. ``field`` names where."""

    code: Slug
    message: LongText
    field: Annotated[str, Field(max_length=200)] | None

    @classmethod
    def of(cls, error: WireError) -> Self:
        """What to answer, with ``error.status``."""
        return cls(code=error.code, message=error.message, field=error.field and error.field[:200])


class FeedEntry(Shape):
    """One thing the hub tells a platform. Numbers begin with 1 for each platform and have no gaps."""

    number: Annotated[int, Field(ge=1, le=2**53 - 1)]
    envelope: Envelope


class Feed(Shape):
    """To ``GET /wire/v1/feed?after=``: what follows, in order; ``more`` when there is more than was sent."""

    entries: Annotated[tuple[FeedEntry, ...], Field(max_length=FEED_LIMIT)]
    more: bool


class Question(Shape):
    """Of ``POST /wire/v1/lookups``."""

    person: Person


class OpenTransfer(Shape):
    """A transfer that is under way."""

    transfer_id: uuid.UUID
    state: Literal["released", "claimed"]
    origin: PlatformName
    destination: PlatformName
    destination_division: DivisionCode | None
    released_at: Moment


class Lookup(Shape):
    """Who holds this person. With ``name_mismatch`` (the document is known, the name another) nothing else is told."""

    verdict: Literal["found", "not_found", "name_mismatch"]
    held_by: PlatformName | None
    transfer: OpenTransfer | None


class MatchQuestion(Shape):
    """Of ``POST /wire/v1/transfer-matches``: is this person released to us, to this division (R8.2)?"""

    person: Person
    division_code: DivisionCode | None


class Match(Shape):
    """What the destination may know. ``transfer_id`` and ``origin`` only when ``matched``; ``held_by`` only when
    ``not_released``, so that the person can be told where to begin."""

    verdict: Literal[
        "matched", "not_found", "name_mismatch", "not_released", "other_destination", "wrong_division",
        "already_claimed", "held_here",
    ]  # fmt: skip
    transfer_id: uuid.UUID | None
    origin: PlatformName | None
    held_by: PlatformName | None
