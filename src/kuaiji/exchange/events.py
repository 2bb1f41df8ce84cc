"""What people decided about messages."""

import dataclasses
import uuid

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class ParkedMessageRetried(DomainEvent):
    """A parked message is tried again; ``message_id`` is the one it had. The subject is its stream."""

    topic: str
    message_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ParkedMessageDropped(DomainEvent):
    """A parked message was given up; why stands in the operation."""

    topic: str
    message_id: uuid.UUID
