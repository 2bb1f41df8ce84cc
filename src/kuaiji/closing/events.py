"""The event of closing (注销)."""

from dataclasses import dataclass

from kuaiji.audit.services import DomainEvent


@dataclass(frozen=True, kw_only=True)
class UserClosed(DomainEvent):
    """注销: nobody signs in any more. Without a record everything personal is gone, and the key that opened it."""

    keeps_record: bool
