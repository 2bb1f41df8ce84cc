"""What happens to a change of name that waits; the change itself is ``NameChanged``."""

import dataclasses
from typing import ClassVar

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class NameHeldBack(DomainEvent):
    """姓名变更 was asked for, and the identity check did not answer: the record stays as it is."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "reason"})
    proof: str
    name: str
    reason: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class NameDecided(DomainEvent):
    """A change of name that waited was answered or taken back: ``after`` is its last state."""

    after: str
