"""What can happen to a record."""

import dataclasses
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
