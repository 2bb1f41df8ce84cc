"""What can happen to what somebody has typed and not sent."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class FormKept(DomainEvent):
    """A form that was not sent is kept as it was typed. Once a draft: what is typed on leaves no further event."""

    form: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class FormDropped(DomainEvent):
    """放弃草稿: the person wants none of it."""

    form: str
