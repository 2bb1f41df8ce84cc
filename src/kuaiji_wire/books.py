"""What the hub has written down about the platform that asks, page by page, for both to compare their books.

Ids and digests only. Pages are ordered by id (its 16 bytes) or number; ``more`` when there is more after the last one.
"""

import uuid
from typing import Annotated

from pydantic import Field

from kuaiji_wire.answers import TransferState
from kuaiji_wire.shapes import Count, Moment, PlatformCode, Shape, Slug, VersionNumber

BOOK_LIMIT = 1000  # entries of one page, at most
FIRST = uuid.UUID(int=0)  # before every id

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="of a message: topic, version and body")]
Number = Annotated[int, Field(ge=1, le=2**53 - 1)]


class HeldRecord(Shape):
    """A person the platform holds. The last three are null until it has reported the record, as after a transfer."""

    record_id: uuid.UUID
    version: VersionNumber | None
    message_id: uuid.UUID | None
    digest: Digest | None


class HeldRecords(Shape):
    """To ``GET /wire/v1/books/records``."""

    entries: Annotated[tuple[HeldRecord, ...], Field(max_length=BOOK_LIMIT)]
    more: bool


class KnownTransfer(Shape):
    """A transfer, under way or ended, from or to the platform."""

    transfer_id: uuid.UUID
    origin: PlatformCode
    destination: PlatformCode
    state: TransferState
    claim_id: uuid.UUID | None
    changed_at: Moment


class KnownTransfers(Shape):
    """To ``GET /wire/v1/books/transfers``."""

    entries: Annotated[tuple[KnownTransfer, ...], Field(max_length=BOOK_LIMIT)]
    more: bool


class KeptMessage(Shape):
    """A message of the platform that was answered: ``ok``, or with which refusal. ``subject_id``: record, transfer."""

    message_id: uuid.UUID
    topic: Annotated[str, Field(pattern=r"^[a-z_.]{1,60}$")]
    subject_id: uuid.UUID
    digest: Digest
    code: Slug
    received_at: Moment


class KeptMessages(Shape):
    """To ``GET /wire/v1/books/messages``."""

    entries: Annotated[tuple[KeptMessage, ...], Field(max_length=BOOK_LIMIT)]
    more: bool


class ToldEntry(Shape):
    """An entry of the platform's feed. ``subject_id`` is what its message is about."""

    number: Number
    message_id: uuid.UUID
    subject_id: uuid.UUID
    digest: Digest
    told_at: Moment


class ToldEntries(Shape):
    """To ``GET /wire/v1/books/feed``. ``last`` is the newest number, ``collected`` the one before the oldest that the
    platform has not said to have."""

    entries: Annotated[tuple[ToldEntry, ...], Field(max_length=BOOK_LIMIT)]
    more: bool
    last: Count
    collected: Count
