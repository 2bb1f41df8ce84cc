"""What happens to members of staff. Why a colleague did it stands in the operation's reason."""

from dataclasses import dataclass

from kuaiji.audit.services import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MemberInvited(DomainEvent):
    """A link was made, with which one person becomes a member; the subject is the invitation."""

    bureau: str
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class MemberJoined(DomainEvent):
    """Somebody took an invitation and is a member now."""

    invitation: str
    bureau: str
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class MemberChanged(DomainEvent):
    """Roles, bureau or both are others now; sessions there were have ended."""

    roles_before: list[str]
    roles_after: list[str]
    bureau_before: str
    bureau_after: str


@dataclass(frozen=True, kw_only=True)
class MemberDisabled(DomainEvent):
    """Nobody signs in with this name any more; ``unused`` where nobody had for 90 days."""

    unused: bool


@dataclass(frozen=True, kw_only=True)
class MemberEnabled(DomainEvent):
    """A disabled member may sign in again."""


@dataclass(frozen=True, kw_only=True)
class FactorsUnlocked(DomainEvent):
    """Who lost the second factor may set up another one; those there were, and the recovery codes, hold no more."""

    factors: int


@dataclass(frozen=True, kw_only=True)
class FactorAdded(DomainEvent):
    """A second factor was set up."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(DomainEvent):
    """A second factor was taken away."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(DomainEvent):
    """New recovery codes; those before hold no more."""

    count: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeTaken(DomainEvent):
    """Somebody signed in with a recovery code; ``left`` are still good."""

    left: int


@dataclass(frozen=True, kw_only=True)
class MemberPasswordChanged(DomainEvent):
    """A new password; the other sessions have ended."""

    ended_sessions: int


@dataclass(frozen=True, kw_only=True)
class MemberSessionsEnded(DomainEvent):
    """The member ended own sessions elsewhere."""

    ended_sessions: int
