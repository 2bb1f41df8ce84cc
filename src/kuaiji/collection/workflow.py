"""A submission that waits for somebody outside: what for, who may answer, and what follows. Pure.

R1.4, R3.8, docs/adr/0054. docs/submissions.md shows it as a table.
"""

import dataclasses
from collections.abc import Collection, Mapping
from types import MappingProxyType

from kuaiji.audit.enums import ActorKind
from kuaiji.collection.enums import SubmissionAction, SubmissionEffect, SubmissionState, WaitsFor
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome

# While nobody has said that name and number belong together there is no record; filling in goes on (R1.4). No platform
# has its submissions reviewed by a bureau (R3.8).
HOLDS_BACK: frozenset[WaitsFor] = frozenset({WaitsFor.IDENTITY})


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """By whom it comes, where it leads, and what follows."""

    by: ActorKind
    to: SubmissionState
    effects: tuple[SubmissionEffect, ...]


_RETURNED = (SubmissionEffect.RETURN_ANSWERS,)


def _decisions(by: ActorKind) -> dict[SubmissionAction, Decision]:
    """The same for everybody who is waited for; only the person withdraws."""
    return {
        SubmissionAction.ANSWERED_YES: Decision(by, SubmissionState.ACCEPTED, (SubmissionEffect.MAKE_RECORD,)),
        SubmissionAction.ANSWERED_NO: Decision(by, SubmissionState.REFUSED, _RETURNED),
        SubmissionAction.WITHDRAWN: Decision(ActorKind.CITIZEN, SubmissionState.WITHDRAWN, _RETURNED),
        # To be mended: a bureau says what, or no record can be made of the answers any more.
        SubmissionAction.GIVEN_BACK: Decision(by, SubmissionState.RETURNED, _RETURNED),
    }


TABLE: Mapping[tuple[WaitsFor, SubmissionAction], Decision] = MappingProxyType(
    {
        (waits_for, action): decision
        for waits_for, by in ((WaitsFor.IDENTITY, ActorKind.SYSTEM), (WaitsFor.BUREAU, ActorKind.STAFF))
        for action, decision in _decisions(by).items()
    }
)


def decision(state: SubmissionState, waits_for: WaitsFor, action: SubmissionAction, actor: ActorKind) -> Decision:
    """What follows of ``action``. Raises RuleBroken ``not_yours`` for another actor, ``not_waiting`` where another
    answer was faster."""
    found = TABLE[waits_for, action]
    if actor != found.by:
        raise RuleBroken("not_yours", "这一步不由您办理")
    if state != SubmissionState.WAITING:
        raise RuleBroken("not_waiting", f"提交的信息{state.label}，不能办理这一步")
    return found


def waits_for(checks: Mapping[CheckKind, CheckOutcome], holds_back: Collection[WaitsFor]) -> WaitsFor | None:
    """What a sound submission waits for; None where it becomes a record at once.

    ``checks`` are the answers about the person; ``holds_back`` is what may make somebody wait here. The identity comes
    first: a bureau is not to judge a person who may not exist.
    """
    if WaitsFor.IDENTITY in holds_back and checks.get(CheckKind.IDENTITY) == CheckOutcome.PENDING:
        return WaitsFor.IDENTITY
    return WaitsFor.BUREAU if WaitsFor.BUREAU in holds_back else None
