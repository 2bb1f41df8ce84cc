"""What happens to a case. The subject is the case; opening and closing are told by the events of what it is about."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseTaken(DomainEvent):
    """领取; ``before`` is who had it and had not touched it for 30 minutes."""

    kind: str
    before: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseReleased(DomainEvent):
    """归还."""

    kind: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseGiven(DomainEvent):
    """A manager gave it from one colleague to another; ``to`` is None for back to the queue."""

    kind: str
    of: str
    to: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseHandedUp(DomainEvent):
    """交上级; ``bureau`` is the row of the bureau that it went to, the words stand in the operation."""

    kind: str
    bureau: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionMade(DomainEvent):
    """Somebody decided; where two are asked the second is awaited."""

    kind: str
    decision: str
    verdict: str
    reasons: list[str]
    needs_second: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionSeconded(DomainEvent):
    """The second person agreed."""

    kind: str
    decision: str
    verdict: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionTakenBack(DomainEvent):
    """Its maker took it back before it took effect."""

    kind: str
    decision: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionVoid(DomainEvent):
    """It came to nothing; ``code`` is the refusal met when it was to take effect."""

    kind: str
    decision: str
    void_as: str
    code: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionCarriedOut(DomainEvent):
    """It took effect."""

    kind: str
    decision: str
    verdict: str
