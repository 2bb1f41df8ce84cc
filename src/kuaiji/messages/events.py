"""What happens to messages as such: chosen by a person, stopped by an operator."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessagesChosen(DomainEvent):
    """A person said which classes are to come to the phone: ``unwanted`` are the others, by commas."""

    unwanted: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessageStopped(DomainEvent):
    """An operator stopped an event: none is made, none that waits goes out. The subject is the operation itself."""

    event: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessageResumed(DomainEvent):
    """An operator lets an event go out again. The subject is the operation itself."""

    event: str
