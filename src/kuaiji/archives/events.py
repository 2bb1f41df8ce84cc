"""What can happen to a print."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class PrintAsked(DomainEvent):
    """The person asked for a print of the record as it stands; ``print_kind`` says of which kind."""

    version: int
    print_kind: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class PrintMade(DomainEvent):
    """The file is there. ``missing`` counts the characters no font has, which stand as code points."""

    version: int
    print_kind: str
    pages: int
    size: int
    missing: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PrintFailed(DomainEvent):
    """The file could not be made; ``state`` says why."""

    state: str
    print_kind: str
