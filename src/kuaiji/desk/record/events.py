"""What staff do on the pages of a person."""

import dataclasses
import uuid
from typing import ClassVar

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class PersonShown(DomainEvent):
    """显示完整: what was masked was shown to one session, for a reason."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"words"})
    what: str
    reason: str
    words: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoteWritten(DomainEvent):
    """备注: a note for colleagues; its words stand in its row alone."""

    note: uuid.UUID
