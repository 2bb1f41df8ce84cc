"""The life of a transfer at its origin and at its destination: one table, no exception beside it. Pure.

docs/transfers.md shows it: run ``python -m tools.pages`` after a change.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.common.errors import RuleBroken
from kuaiji.transfers.enums import Action, Actor, Effect, InState, OutState, Road

State = OutState | InState


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """Where it goes and what follows. The same state without effects: news that came late and changes nothing.

    ``when_due``: only once the time of the review has come.
    """

    to: State
    effects: tuple[Effect, ...] = ()
    when_due: bool = False


OPEN_OUT = (OutState.PENDING_REVIEW, OutState.APPROVED, OutState.RELEASED, OutState.CLAIMED)
OPEN_IN = (InState.CLAIMING, InState.TO_VERIFY, InState.UNDER_REVIEW, InState.RECEIVING)

# What a better proof displaces: whom the bound phone finds in its way, and whom the code.
_UNDECIDED = (InState.CLAIMING, InState.TO_VERIFY)
DISPLACED_BY: Mapping[Road, Mapping[Road, tuple[InState, ...]]] = MappingProxyType(
    {
        Road.PHONE: dict.fromkeys((Road.CODE, Road.BUREAU), (*_UNDECIDED, InState.UNDER_REVIEW)),
        Road.CODE: {Road.BUREAU: _UNDECIDED},
        Road.BUREAU: {},
    }
)

# 全国平台处理状态 once the national platform has answered (R5.4).
HUB_WORDS: Mapping[OutState, str] = MappingProxyType(
    {
        OutState.PENDING_REVIEW: "未上报",
        OutState.APPROVED: "未上报",
        OutState.RELEASED: "待调入地接收",
        OutState.CLAIMED: "调入地审核中",
        OutState.REJECTED: "未受理",
        OutState.WITHDRAWN: "已撤回",
        OutState.COMPLETED: "已接收",
        OutState.RETURNED: "已退回",
    }
)

ACTORS: Mapping[Action, Actor] = MappingProxyType(
    {
        Action.WITHDRAW: Actor.CITIZEN,
        Action.RENEW_CODE: Actor.CITIZEN,
        Action.PHONE_REPLACED: Actor.SYSTEM,
        Action.APPROVE: Actor.STAFF,
        Action.REFUSE: Actor.STAFF,
        Action.DISPLACE: Actor.CITIZEN,
        Action.REVIEW_PASSED: Actor.SYSTEM,
        Action.REVIEW_FAILED: Actor.SYSTEM,
        **{action: Actor.HUB for action in Action if action.value.endswith(("_accepted", "_refused"))},
        **{action: Actor.HUB for action in Action if action.value.startswith("told_")},
    }
)

_LIFTED = (Effect.LIFT_LOCK, Effect.TELL)
_OVER = (Effect.FORGET, Effect.TELL)
_RENEWED = (Effect.MAKE_CODE, Effect.SEND_CODE_RENEWED)

OUT: Mapping[tuple[State, Action], Step] = MappingProxyType(
    {
        (OutState.PENDING_REVIEW, Action.WITHDRAW): Step(OutState.WITHDRAWN, _LIFTED),
        (OutState.PENDING_REVIEW, Action.REVIEW_PASSED): Step(
            OutState.APPROVED, (Effect.MAKE_CODE, Effect.SEND_RELEASED), when_due=True
        ),
        (OutState.PENDING_REVIEW, Action.REVIEW_FAILED): Step(OutState.REJECTED, _LIFTED, when_due=True),
        (OutState.APPROVED, Action.WITHDRAW): Step(OutState.APPROVED, (Effect.SEND_WITHDRAWN,)),
        # The release says the phone that was bound before: the message behind it says the one that is bound now.
        (OutState.APPROVED, Action.PHONE_REPLACED): Step(OutState.APPROVED, _RENEWED),
        # Told now, not with the approval: only from here on can one move in (one message where two said one thing).
        (OutState.APPROVED, Action.RELEASE_ACCEPTED): Step(OutState.RELEASED, (Effect.TELL_CODE,)),
        (OutState.APPROVED, Action.RELEASE_REFUSED): Step(OutState.REJECTED, _LIFTED),
        # The release was given up by people (放弃 of 卡住的消息): the hub knows of no transfer.
        (OutState.APPROVED, Action.WITHDRAWAL_REFUSED): Step(OutState.WITHDRAWN, _LIFTED),
        # The feed may be faster than the answer to what we sent.
        (OutState.APPROVED, Action.TOLD_CLAIMED): Step(OutState.CLAIMED, (Effect.TELL,)),
        (OutState.APPROVED, Action.TOLD_RETURNED): Step(OutState.RETURNED, _LIFTED),
        (OutState.RELEASED, Action.WITHDRAW): Step(OutState.RELEASED, (Effect.SEND_WITHDRAWN,)),
        (OutState.RELEASED, Action.RENEW_CODE): Step(OutState.RELEASED, (*_RENEWED, Effect.TELL_CODE)),
        (OutState.RELEASED, Action.PHONE_REPLACED): Step(OutState.RELEASED, (*_RENEWED, Effect.TELL_CODE)),
        (OutState.RELEASED, Action.RELEASE_ACCEPTED): Step(OutState.RELEASED),
        (OutState.RELEASED, Action.WITHDRAWAL_ACCEPTED): Step(OutState.WITHDRAWN, _LIFTED),
        (OutState.RELEASED, Action.WITHDRAWAL_REFUSED): Step(OutState.RELEASED),
        (OutState.RELEASED, Action.TOLD_CLAIMED): Step(OutState.CLAIMED, (Effect.TELL,)),
        (OutState.RELEASED, Action.TOLD_RETURNED): Step(OutState.RETURNED, _LIFTED),
        (OutState.CLAIMED, Action.WITHDRAW): Step(OutState.CLAIMED, (Effect.SEND_WITHDRAWN,)),
        # The phone that is bound now may still displace whoever has claimed; the code is told once it is needed again.
        (OutState.CLAIMED, Action.PHONE_REPLACED): Step(OutState.CLAIMED, _RENEWED),
        (OutState.CLAIMED, Action.RELEASE_ACCEPTED): Step(OutState.CLAIMED),
        (OutState.CLAIMED, Action.WITHDRAWAL_ACCEPTED): Step(OutState.WITHDRAWN, _LIFTED),
        (OutState.CLAIMED, Action.WITHDRAWAL_REFUSED): Step(OutState.CLAIMED),
        (OutState.CLAIMED, Action.TOLD_CLAIM_REJECTED): Step(OutState.RELEASED, (Effect.TELL,)),
        (OutState.CLAIMED, Action.TOLD_RECEIVED): Step(OutState.COMPLETED, (Effect.LEAVE, Effect.TELL)),
        (OutState.REJECTED, Action.WITHDRAWAL_REFUSED): Step(OutState.REJECTED),
        (OutState.WITHDRAWN, Action.WITHDRAW): Step(OutState.WITHDRAWN),
        # Said before the hub took the withdrawal, collected after.
        (OutState.WITHDRAWN, Action.TOLD_CLAIMED): Step(OutState.WITHDRAWN),
        (OutState.WITHDRAWN, Action.TOLD_CLAIM_REJECTED): Step(OutState.WITHDRAWN),
        (OutState.COMPLETED, Action.RELEASE_ACCEPTED): Step(OutState.COMPLETED),
        (OutState.COMPLETED, Action.WITHDRAWAL_REFUSED): Step(OutState.COMPLETED),
        (OutState.RETURNED, Action.RELEASE_ACCEPTED): Step(OutState.RETURNED),
        (OutState.RETURNED, Action.WITHDRAWAL_REFUSED): Step(OutState.RETURNED),
    }
)

IN: Mapping[tuple[State, Action], Step] = MappingProxyType(
    {
        (InState.CLAIMING, Action.CLAIM_ACCEPTED): Step(InState.UNDER_REVIEW, (Effect.START_REVIEW,)),
        (InState.CLAIMING, Action.UNPROVEN_CLAIM_ACCEPTED): Step(InState.TO_VERIFY, (Effect.ASK_PICTURES,)),
        (InState.CLAIMING, Action.CLAIM_REFUSED): Step(InState.REFUSED, _OVER),
        (InState.CLAIMING, Action.DISPLACE): Step(InState.DISPLACED, (Effect.SEND_CLAIM_REJECTED,)),
        (InState.CLAIMING, Action.TOLD_WITHDRAWN): Step(InState.WITHDRAWN, _OVER),
        (InState.CLAIMING, Action.TOLD_CLAIM_REJECTED): Step(InState.EXPIRED, _OVER),
        (InState.TO_VERIFY, Action.APPROVE): Step(InState.UNDER_REVIEW, (Effect.START_REVIEW,)),
        (InState.TO_VERIFY, Action.REFUSE): Step(InState.REFUSED, (Effect.SEND_CLAIM_REJECTED, Effect.TELL)),
        (InState.TO_VERIFY, Action.DISPLACE): Step(InState.DISPLACED, (Effect.SEND_CLAIM_REJECTED,)),
        (InState.TO_VERIFY, Action.TOLD_WITHDRAWN): Step(InState.WITHDRAWN, _OVER),
        (InState.TO_VERIFY, Action.TOLD_CLAIM_REJECTED): Step(InState.EXPIRED, _OVER),
        (InState.UNDER_REVIEW, Action.REVIEW_PASSED): Step(InState.RECEIVING, (Effect.SEND_RECEIVED,), when_due=True),
        (InState.UNDER_REVIEW, Action.REVIEW_FAILED): Step(
            InState.REFUSED, (Effect.SEND_CLAIM_REJECTED, *_OVER), when_due=True
        ),
        (InState.UNDER_REVIEW, Action.DISPLACE): Step(InState.DISPLACED, (Effect.SEND_CLAIM_REJECTED,)),
        (InState.UNDER_REVIEW, Action.TOLD_WITHDRAWN): Step(InState.WITHDRAWN, _OVER),
        (InState.UNDER_REVIEW, Action.TOLD_CLAIM_REJECTED): Step(InState.EXPIRED, _OVER),
        (InState.RECEIVING, Action.RECEIPT_ACCEPTED): Step(InState.RECEIVED, (Effect.ARRIVE, Effect.TELL)),
        (InState.RECEIVING, Action.RECEIPT_REFUSED): Step(InState.REFUSED, _OVER),
        (InState.RECEIVING, Action.TOLD_WITHDRAWN): Step(InState.WITHDRAWN, _OVER),
        (InState.RECEIVING, Action.TOLD_CLAIM_REJECTED): Step(InState.EXPIRED, _OVER),
        (InState.WITHDRAWN, Action.CLAIM_ACCEPTED): Step(InState.WITHDRAWN),
        (InState.WITHDRAWN, Action.UNPROVEN_CLAIM_ACCEPTED): Step(InState.WITHDRAWN),
        (InState.WITHDRAWN, Action.CLAIM_REFUSED): Step(InState.WITHDRAWN),
        (InState.WITHDRAWN, Action.RECEIPT_REFUSED): Step(InState.WITHDRAWN),
        (InState.EXPIRED, Action.CLAIM_ACCEPTED): Step(InState.EXPIRED),
        (InState.EXPIRED, Action.UNPROVEN_CLAIM_ACCEPTED): Step(InState.EXPIRED),
        (InState.EXPIRED, Action.RECEIPT_REFUSED): Step(InState.EXPIRED),
        # Displaced before the hub had answered the claim.
        (InState.DISPLACED, Action.CLAIM_ACCEPTED): Step(InState.DISPLACED),
        (InState.DISPLACED, Action.UNPROVEN_CLAIM_ACCEPTED): Step(InState.DISPLACED),
        (InState.DISPLACED, Action.CLAIM_REFUSED): Step(InState.DISPLACED),
    }
)

_REFUSED: Mapping[State, str] = {
    OutState.COMPLETED: "调入地已接收，不能撤回",
    OutState.REJECTED: "审核未通过，信息已解除锁定，无须撤回",
    OutState.RETURNED: "调转已退回，信息已解除锁定，无须撤回",
}


def step(state: State, action: Action, actor: Actor) -> Step:
    """What follows (R5.3, R5.4).

    Raises RuleBroken ``not_yours`` for another actor, ``not_now`` where the table has nothing.
    """
    if ACTORS[action] != actor:
        raise RuleBroken("not_yours", "这一步不由您办理")
    table = OUT if isinstance(state, OutState) else IN
    try:
        return table[state, action]
    except KeyError:
        words = _REFUSED.get(state) or f"当前状态为“{state.label}”，不能办理这一步"
        raise RuleBroken("not_now", words) from None
