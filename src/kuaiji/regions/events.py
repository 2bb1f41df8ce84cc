"""What staff entered about days."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class CalendarEntered(DomainEvent):
    """A year's days off count from now on; the subject is the notice. Days as ``2027-01-01 off`` or ``… worked``."""

    year: int
    source: str
    added: list[str]
    removed: list[str]
