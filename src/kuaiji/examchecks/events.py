"""What operators changed about who may ask."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamClientAdded(DomainEvent):
    """An exam system may ask from now on; the subject is the client."""

    name: str
    levels: list[int]
    addresses: list[str]
    rate: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamKeyMade(DomainEvent):
    """It has a key, or another one; the subject is the client."""

    keyid: str
    algorithm: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamKeyRevoked(DomainEvent):
    """A key holds no longer; the subject is the client."""

    keyid: str
