"""What happened to the switches; the subject is the period."""

import dataclasses
import datetime as dt

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class SwitchTurnedOn(DomainEvent):
    """A switch is on until ``ends_at``, or waits for a second person."""

    switch: str
    reason: str
    ends_at: dt.datetime
    awaits_second: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class SwitchAgreed(DomainEvent):
    """The second person agreed: it is on from now."""

    switch: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class SwitchTurnedOff(DomainEvent):
    """It is off before its time, or was never on because nobody agreed."""

    switch: str
    was_in_force: bool
