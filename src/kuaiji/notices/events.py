"""What happened to a notice; the subject is the edition."""

import dataclasses
import datetime as dt
import uuid

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoticeSaved(DomainEvent):
    """A draft was begun or changed; texts are public once published, and the row of a publication is never edited."""

    title: str
    title_before: str
    area: str
    text_digest: str
    text_digest_before: str
    publish_at: dt.datetime | None
    follows: uuid.UUID | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoticePublished(DomainEvent):
    """The second person agreed: everybody reads it from ``published_at`` on."""

    title: str
    published_at: dt.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoticePinned(DomainEvent):
    """It stands above the others, or no longer."""

    pinned: bool
    pinned_before: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoticeWithdrawn(DomainEvent):
    """A publication was taken back, or a draft given up."""

    reason: str
    was_published: bool
