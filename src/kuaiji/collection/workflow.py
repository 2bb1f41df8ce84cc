"""A submission that waits for somebody outside: who may answer, and what follows. Pure.

docs/submissions.md shows it as a table.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.audit.enums import ActorKind
from kuaiji.collection.enums import SubmissionAction, SubmissionEffect, SubmissionState, WaitsFor
from kuaiji.common.errors import RuleBroken


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
