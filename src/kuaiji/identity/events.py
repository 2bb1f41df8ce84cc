"""What happens to a user."""

from dataclasses import dataclass
from typing import ClassVar

from kuaiji.audit.services import DomainEvent


@dataclass(frozen=True, kw_only=True)
class UserRegistered(DomainEvent):
    """用户注册: a person became a user; ``identity`` and ``holder`` are outcomes of the checks at the door,
    ``privacy_version`` is the notice that stood beside the button."""

    document_type: str
    works_in_accounting: bool
    holds_qualification: bool
    identity: str
    holder: str
    privacy_version: str


@dataclass(frozen=True, kw_only=True)
class UserDisplaced(DomainEvent):
    """The identity check confirmed somebody else for this document: a claim that nobody had confirmed was erased."""


@dataclass(frozen=True, kw_only=True)
class RegistrationCorrected(DomainEvent):
    """The same phone registered the same document again, under the name that the identity check confirms."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    before: str
    after: str


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


@dataclass(frozen=True, kw_only=True)
class CheckSettled(DomainEvent):
    """A bureau found out how it comes about that another system says something else about the person."""

    check: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    """修改密码: by who knew the current one; the other sessions have ended."""

    ended_sessions: int


@dataclass(frozen=True, kw_only=True)
class PhoneChanged(DomainEvent):
    """更换手机号: another phone is bound; the one before has been told."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(DomainEvent):
    """退出其他登录: the person ended sessions from the list."""

    ended_sessions: int


@dataclass(frozen=True, kw_only=True)
class TextAgreed(DomainEvent):
    """A version of a text was shown to the person, who went on."""

    text: str
    version: str


@dataclass(frozen=True, kw_only=True)
class UserReopened(DomainEvent):
    """恢复使用: who had closed, and kept a record, proved the same phone again."""
