"""What operators wrote down about registrations for the exam, and about who may register."""

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


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamRuleAdded(DomainEvent):
    """A way to the exam counts from now on; the subject is the way."""

    level: int
    way: str
    name: str
    schooling: list[str]
    degrees: list[str]
    other: str
    years: int
    counted_from: str
    valid_from: int
    valid_to: int | None
    profile: str
    source: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExamRuleEnded(DomainEvent):
    """A way to the exam no longer counts; the subject is the way."""

    level: int
    way: str
    profile: str
