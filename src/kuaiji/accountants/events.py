"""What can happen to a record."""

import dataclasses
import datetime as dt
import uuid
from typing import Any, ClassVar

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordCollected(DomainEvent):
    """信息采集完成: the record exists, as version 1."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"after"})
    reference_number: str
    version: int
    division_code: str
    employment_status: str
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SectionChanged(DomainEvent):
    """信息变更: one section says something else."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    version: int
    section: str
    division_code: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class NameChanged(DomainEvent):
    """姓名变更, with the reason the person gave and the proof."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after", "reason"})
    version: int
    proof: str
    before: str
    after: str
    reason: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordConfirmed(DomainEvent):
    """信息无变化，确认: what stands is true today (R4.6)."""

    version: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordCorrected(DomainEvent):
    """信息更正: a bureau decided on what the person may not change."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    version: int
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class TextsMended(DomainEvent):
    """What was written by older rules of texts is written as today; ``fields`` are the parts of the version."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    version: int
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class StatusChanged(DomainEvent):
    """采集状态 became another one on the way to another platform, or back."""

    before: str
    after: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordArrived(DomainEvent):
    """调入: the record is this platform's from now on; ``imported`` versions of other platforms came with it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"after"})
    version: int
    origin: str
    division_code: str
    imported: int
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordCompleted(DomainEvent):
    """What a transfer in had left to complete is complete (R8.4)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"after"})
    version: int
    division_code: str
    after: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordEnded(DomainEvent):
    """终止档案: nobody keeps it on, for this reason and since that day."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason", "on"})
    version: int
    reason: str
    on: dt.date


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordReopened(DomainEvent):
    """恢复档案: it is kept on as it was."""

    version: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class HoldPlaced(DomainEvent):
    """The record, or its region, is locked."""

    hold: str
    source_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class HoldLifted(DomainEvent):
    """Such a lock is gone."""

    hold: str
    source_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RegionFollowed(DomainEvent):
    """The record went to the bureau of the work section's place, which a lock had kept it from (R4.3)."""

    version: int
    before: str
    after: str
