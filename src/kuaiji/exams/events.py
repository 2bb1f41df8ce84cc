"""What operators wrote down about registrations for the exam."""

import dataclasses
import datetime as dt

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamWindowAdded(DomainEvent):
    """A window counts from now on; the subject is the window."""

    year: int
    level: int
    place: str
    registration_from: dt.date
    registration_to: dt.date
    collect_by: dt.datetime
    source: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamWindowEnded(DomainEvent):
    """A window no longer counts; the subject is the window."""

    year: int
    level: int
    place: str
