"""The nine topics, the envelope they travel in, and how one becomes the other."""

import datetime as dt
import enum
import uuid
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, JsonValue

from kuaiji_signed import canonical
from kuaiji_wire.archive import AnyArchive, AnyPastVersion, Archive, History, Pictures
from kuaiji_wire.archive_2 import Archive2, History2
from kuaiji_wire.errors import UnknownTopic, UnknownVersion
from kuaiji_wire.people import Person
from kuaiji_wire.proofs import ClaimProofs
from kuaiji_wire.shapes import Count, DivisionCode, LongText, Moment, PlatformCode, Shape


class Topic(enum.StrEnum):
    """What a message tells."""

    RECORD_REPORTED = "record.reported"
    TRANSFER_RELEASED = "transfer.released"
    TRANSFER_WITHDRAWN = "transfer.withdrawn"
    TRANSFER_CLAIMED = "transfer.claimed"
    TRANSFER_CLAIM_REJECTED = "transfer.claim_rejected"
    TRANSFER_RECEIVED = "transfer.received"
    TRANSFER_RETURNED = "transfer.returned"
    TRANSFER_CODE_RENEWED = "transfer.code_renewed"
    TRANSFER_ATTEMPTS_REFUSED = "transfer.attempts_refused"


class Message(Shape):
    """A body that ``topic`` and ``version`` describe."""

    topic: ClassVar[Topic]
    version: ClassVar[int] = 1


class AnyRecordReported(Message):
    """信息采集上报, in any version."""

    topic: ClassVar[Topic] = Topic.RECORD_REPORTED

    record_id: uuid.UUID
    person: Person
    previous: Person | None
    archive: AnyArchive


class RecordReported(AnyRecordReported):
    """信息采集上报: a platform holds this person, and this is the newest of what it knows (S13).

    ``previous`` is who the person was before this version, when name or document changed with it; else null.
    """

    archive: Archive


class RecordReported2(AnyRecordReported):
    """信息采集上报 with what version 2 adds to the archive."""

    version: ClassVar[int] = 2

    archive: Archive2


class AnyTransferReleased(Message):
    """审核通过 of 调出, in any version."""

    topic: ClassVar[Topic] = Topic.TRANSFER_RELEASED

    transfer_id: uuid.UUID
    record_id: uuid.UUID
    person: Person
    origin: PlatformCode
    destination: PlatformCode
    destination_division: DivisionCode | None
    reason: LongText
    approved_at: Moment
    archive: AnyArchive
    history: tuple[AnyPastVersion, ...]
    pictures: Pictures


class TransferReleased(AnyTransferReleased):
    """审核通过 of 调出: the origin lets the person go to one destination, and hands over what it knows.

    ``destination_division`` is null for a platform without divisions. ``history`` has all versions, oldest first.
    """

    archive: Archive
    history: History


class TransferReleased2(AnyTransferReleased):
    """审核通过 of 调出 with what version 2 adds to the archive, and what proves a claim: null, where nothing does."""

    version: ClassVar[int] = 2

    archive: Archive2
    history: History2
    proofs: ClaimProofs | None = None


class TransferWithdrawn(Message):
    """撤回: the origin takes the release back; refused once the person is received."""

    topic: ClassVar[Topic] = Topic.TRANSFER_WITHDRAWN

    transfer_id: uuid.UUID
    at: Moment
    reason: LongText


class TransferClaimed(Message):
    """确认调入: the person asked the destination for it, whose review begins."""

    topic: ClassVar[Topic] = Topic.TRANSFER_CLAIMED

    transfer_id: uuid.UUID
    claim_id: uuid.UUID
    person: Person
    destination_division: DivisionCode | None
    claimed_at: Moment


class TransferClaimRejected(Message):
    """The claim did not pass, or was not decided in time (then the hub says so): the person is still released."""

    topic: ClassVar[Topic] = Topic.TRANSFER_CLAIM_REJECTED

    transfer_id: uuid.UUID
    claim_id: uuid.UUID
    at: Moment
    code: Literal["review_refused", "not_confirmed", "cancelled"]
    reason: LongText


class TransferReceived(Message):
    """The destination's review passed: from the moment the hub accepts this it holds the person, as ``record_id``."""

    topic: ClassVar[Topic] = Topic.TRANSFER_RECEIVED

    transfer_id: uuid.UUID
    claim_id: uuid.UUID
    record_id: uuid.UUID
    at: Moment


class TransferReturned(Message):
    """已退回: the destination, or the hub after 90 days without a claim, ended it; the origin lifts its lock."""

    topic: ClassVar[Topic] = Topic.TRANSFER_RETURNED

    transfer_id: uuid.UUID
    at: Moment
    code: Literal["destination_refused", "unclaimed"]
    reason: LongText


class TransferCodeRenewed(Message):
    """新的调转码: ``proofs`` take the place of those of the release, or of an earlier renewal."""

    topic: ClassVar[Topic] = Topic.TRANSFER_CODE_RENEWED
    version: ClassVar[int] = 2

    transfer_id: uuid.UUID
    at: Moment
    proofs: ClaimProofs


class TransferAttemptsRefused(Message):
    """Somebody tried to claim and could not prove it: how often from ``since`` to ``until``, by wrong codes and by
    wrong places. ``is_closed_to_others``: only the bound phone and the destination's bureau are left."""

    topic: ClassVar[Topic] = Topic.TRANSFER_ATTEMPTS_REFUSED
    version: ClassVar[int] = 2

    transfer_id: uuid.UUID
    since: Moment
    until: Moment
    wrong_codes: Count
    wrong_divisions: Count
    is_closed_to_others: bool


MODELS: dict[tuple[str, int], type[Message]] = {
    (model.topic.value, model.version): model
    for model in (
        RecordReported,
        RecordReported2,
        TransferReleased,
        TransferReleased2,
        TransferWithdrawn,
        TransferClaimed,
        TransferClaimRejected,
        TransferReceived,
        TransferReturned,
        TransferCodeRenewed,
        TransferAttemptsRefused,
    )
}
VERSIONS = (1, 2)  # of the wire: whoever reads one reads those before it


def version_of(topic: Topic | str, *, at_most: int) -> int | None:
    """The newest version of ``topic`` up to ``at_most``; None when there is no such topic in it."""
    return max((version for known, version in MODELS if known == topic and version <= at_most), default=None)


class Envelope(Shape):
    """A message on its way. ``id`` names it for good: sent again it has the same id and the same body."""

    id: uuid.UUID
    topic: Annotated[str, Field(pattern=r"^[a-z_.]{1,60}$")]
    version: Annotated[int, Field(ge=1, le=1000)]
    sent_at: Moment
    body: dict[str, JsonValue]

    @classmethod
    def of(cls, message: Message, *, id: uuid.UUID, sent_at: dt.datetime) -> Self:
        """The envelope of ``message``."""
        return cls(id=id, topic=message.topic, version=message.version, sent_at=sent_at, body=message.plain())


def read_envelope(data: bytes) -> Envelope:
    """The envelope in a request's body. Raises BadJson, BadMessage. What is in it: ``parse``."""
    canonical.load(data)
    return Envelope.read(data)


def parse(envelope: Envelope) -> Message:
    """The typed body. Raises UnknownTopic, UnknownVersion, BadMessage, BadJson."""
    model = MODELS.get((envelope.topic, envelope.version))
    if model is None:
        known = envelope.topic in {topic for topic, _ in MODELS}
        raise UnknownVersion("version") if known else UnknownTopic("topic")
    return model.read(canonical.dump(envelope.body), under="body")


def digest(envelope: Envelope) -> str:
    """What an id stands for, as 64 hexadecimal digits: equal for equal topic, version and body, whenever sent."""
    said: dict[str, Any] = {"topic": envelope.topic, "version": envelope.version, "body": envelope.body}
    return canonical.sha256(said)
