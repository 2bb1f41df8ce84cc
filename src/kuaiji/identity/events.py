"""What happens to a user."""

from dataclasses import dataclass

from kuaiji.audit.services import DomainEvent


@dataclass(frozen=True, kw_only=True)
class UserRegistered(DomainEvent):
    """用户注册: a person became a user; ``identity`` and ``holder`` are outcomes of the checks at the door."""

    document_type: str
    works_in_accounting: bool
    holds_qualification: bool
    identity: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class PasswordRecovered(DomainEvent):
    """找回密码: a new password by SMS code; every session there was has ended."""

    ended_sessions: int


@dataclass(frozen=True, kw_only=True)
class CheckAnswered(DomainEvent):
    """Another system answered a question about the person that had been left open, or changed its answer."""

    check: str
    before: str
    after: str
    holder_code: str
