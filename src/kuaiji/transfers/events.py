"""What happens to a transfer."""

import dataclasses
import uuid

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class TransferApplied(DomainEvent):
    """申请调出: the record is locked, the review is queued."""

    record_id: uuid.UUID
    destination: str
    division_code: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class TransferClaimed(DomainEvent):
    """确认调入: the person asked this platform to take over; ``phone_known`` when the phone was theirs here before."""

    transfer_id: uuid.UUID
    origin: str
    division_code: str
    phone_known: bool
    road: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class TransferCodeMade(DomainEvent):
    """A 调转码 was drawn; ``renewal`` 1 goes with the release, each later one takes the place of the one before."""

    renewal: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClaimVouched(DomainEvent):
    """The first of two people of the bureau knows that a claim is the person's."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClaimPicturesSent(DomainEvent):
    """The claimant sent pictures of the document, for the bureau to compare."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AttemptsTold(DomainEvent):
    """The origin is told of claims that named a wrong code or place. The subject is the transfer."""

    wrong_codes: int
    wrong_divisions: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class AttemptsReported(DomainEvent):
    """The destination told of claims that could not prove themselves."""

    wrong_codes: int
    wrong_divisions: int
    is_closed_to_others: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class TransferMoved(DomainEvent):
    """One step of the table: who did what, and what became of it."""

    action: str
    actor: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReleaseArrived(DomainEvent):
    """Another platform let somebody go to this one; the archive is here. The subject is the transfer."""

    origin: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReleaseEnded(DomainEvent):
    """The transfer to here is over, and the archive as it came was erased."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReleaseSentBack(DomainEvent):
    """This platform asked the hub to end it; why stands in the operation."""
