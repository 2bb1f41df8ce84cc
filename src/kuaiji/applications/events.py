"""What happens to a request."""

import dataclasses
import datetime as dt
from typing import Any, ClassVar

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class RequestSubmitted(DomainEvent):
    """提交申请; ``field`` is what a correction is about."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"details"})
    request_kind: str
    reference_number: str
    field: str
    due_on: dt.date
    details: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnerFound(DomainEvent):
    """A lost phone was claimed in somebody's name, and the phone that is bound was told."""

    user: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(DomainEvent):
    """The person concerned took it back, or objected to it."""

    request_kind: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RequestApproved(DomainEvent):
    """申请通过, and what was asked for is done."""

    request_kind: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RequestRefused(DomainEvent):
    """申请未通过; ``reasons`` are codes of the kept list."""

    request_kind: str
    reasons: list[str]
