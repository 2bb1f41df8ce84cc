"""The life of a transfer at its origin and at its destination: one table, no exception beside it. Pure.

``python -m kuaiji.transfers.workflow docs/transfers.md`` writes the table and its pictures into that page.
"""

import dataclasses
import pathlib
import sys
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.common.errors import RuleBroken
from kuaiji.transfers.enums import Action, Actor, Effect, InState, OutState

State = OutState | InState


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """Where it goes and what follows. The same state without effects: news that came late and changes nothing.

    ``when_due``: only once the time of the review has come.
    """

    to: State
    effects: tuple[Effect, ...] = ()
    when_due: bool = False


_A, _E, _O, _I = Action, Effect, OutState, InState

OPEN_OUT = (_O.PENDING_REVIEW, _O.APPROVED, _O.RELEASED, _O.CLAIMED)
OPEN_IN = (_I.CLAIMING, _I.UNDER_REVIEW, _I.RECEIVING)

# 全国平台处理状态 once the national platform has answered (R5.4).
HUB_WORDS: Mapping[OutState, str] = MappingProxyType(
    {
        _O.PENDING_REVIEW: "未上报",
        _O.APPROVED: "未上报",
        _O.RELEASED: "待调入地接收",
        _O.CLAIMED: "调入地审核中",
        _O.REJECTED: "未受理",
        _O.WITHDRAWN: "已撤回",
        _O.COMPLETED: "已接收",
        _O.RETURNED: "已退回",
    }
)

ACTORS: Mapping[Action, Actor] = MappingProxyType(
    {
        _A.WITHDRAW: Actor.CITIZEN,
        _A.REVIEW_PASSED: Actor.SYSTEM,
        _A.REVIEW_FAILED: Actor.SYSTEM,
        **{action: Actor.HUB for action in Action if action.value.endswith(("_accepted", "_refused"))},
        **{action: Actor.HUB for action in Action if action.value.startswith("told_")},
    }
)

_LIFTED = (_E.LIFT_LOCK, _E.TELL)
_OVER = (_E.FORGET, _E.TELL)

OUT: Mapping[tuple[State, Action], Step] = MappingProxyType(
    {
        (_O.PENDING_REVIEW, _A.WITHDRAW): Step(_O.WITHDRAWN, _LIFTED),
        (_O.PENDING_REVIEW, _A.REVIEW_PASSED): Step(_O.APPROVED, (_E.SEND_RELEASED, _E.TELL), when_due=True),
        (_O.PENDING_REVIEW, _A.REVIEW_FAILED): Step(_O.REJECTED, _LIFTED, when_due=True),
        (_O.APPROVED, _A.WITHDRAW): Step(_O.APPROVED, (_E.SEND_WITHDRAWN,)),
        (_O.APPROVED, _A.RELEASE_ACCEPTED): Step(_O.RELEASED, (_E.TELL,)),
        (_O.APPROVED, _A.RELEASE_REFUSED): Step(_O.REJECTED, _LIFTED),
        # The release was given up by people (kuaiji parked drop): the hub knows of no transfer.
        (_O.APPROVED, _A.WITHDRAWAL_REFUSED): Step(_O.WITHDRAWN, _LIFTED),
        # The feed may be faster than the answer to what we sent.
        (_O.APPROVED, _A.TOLD_CLAIMED): Step(_O.CLAIMED, (_E.TELL,)),
        (_O.APPROVED, _A.TOLD_RETURNED): Step(_O.RETURNED, _LIFTED),
        (_O.RELEASED, _A.WITHDRAW): Step(_O.RELEASED, (_E.SEND_WITHDRAWN,)),
        (_O.RELEASED, _A.RELEASE_ACCEPTED): Step(_O.RELEASED),
        (_O.RELEASED, _A.WITHDRAWAL_ACCEPTED): Step(_O.WITHDRAWN, _LIFTED),
        (_O.RELEASED, _A.WITHDRAWAL_REFUSED): Step(_O.RELEASED),
        (_O.RELEASED, _A.TOLD_CLAIMED): Step(_O.CLAIMED, (_E.TELL,)),
        (_O.RELEASED, _A.TOLD_RETURNED): Step(_O.RETURNED, _LIFTED),
        (_O.CLAIMED, _A.WITHDRAW): Step(_O.CLAIMED, (_E.SEND_WITHDRAWN,)),
        (_O.CLAIMED, _A.RELEASE_ACCEPTED): Step(_O.CLAIMED),
        (_O.CLAIMED, _A.WITHDRAWAL_ACCEPTED): Step(_O.WITHDRAWN, _LIFTED),
        (_O.CLAIMED, _A.WITHDRAWAL_REFUSED): Step(_O.CLAIMED),
        (_O.CLAIMED, _A.TOLD_CLAIM_REJECTED): Step(_O.RELEASED, (_E.TELL,)),
        (_O.CLAIMED, _A.TOLD_RECEIVED): Step(_O.COMPLETED, (_E.LEAVE, _E.TELL)),
        (_O.REJECTED, _A.WITHDRAWAL_REFUSED): Step(_O.REJECTED),
        (_O.WITHDRAWN, _A.WITHDRAW): Step(_O.WITHDRAWN),
        # Said before the hub took the withdrawal, collected after.
        (_O.WITHDRAWN, _A.TOLD_CLAIMED): Step(_O.WITHDRAWN),
        (_O.WITHDRAWN, _A.TOLD_CLAIM_REJECTED): Step(_O.WITHDRAWN),
        (_O.COMPLETED, _A.RELEASE_ACCEPTED): Step(_O.COMPLETED),
        (_O.COMPLETED, _A.WITHDRAWAL_REFUSED): Step(_O.COMPLETED),
        (_O.RETURNED, _A.RELEASE_ACCEPTED): Step(_O.RETURNED),
        (_O.RETURNED, _A.WITHDRAWAL_REFUSED): Step(_O.RETURNED),
    }
)

IN: Mapping[tuple[State, Action], Step] = MappingProxyType(
    {
        (_I.CLAIMING, _A.CLAIM_ACCEPTED): Step(_I.UNDER_REVIEW, (_E.START_REVIEW,)),
        (_I.CLAIMING, _A.CLAIM_REFUSED): Step(_I.REFUSED, _OVER),
        (_I.CLAIMING, _A.TOLD_WITHDRAWN): Step(_I.WITHDRAWN, _OVER),
        (_I.CLAIMING, _A.TOLD_CLAIM_REJECTED): Step(_I.EXPIRED, _OVER),
        (_I.UNDER_REVIEW, _A.REVIEW_PASSED): Step(_I.RECEIVING, (_E.SEND_RECEIVED,), when_due=True),
        (_I.UNDER_REVIEW, _A.REVIEW_FAILED): Step(_I.REFUSED, (_E.SEND_CLAIM_REJECTED, *_OVER), when_due=True),
        (_I.UNDER_REVIEW, _A.TOLD_WITHDRAWN): Step(_I.WITHDRAWN, _OVER),
        (_I.UNDER_REVIEW, _A.TOLD_CLAIM_REJECTED): Step(_I.EXPIRED, _OVER),
        (_I.RECEIVING, _A.RECEIPT_ACCEPTED): Step(_I.RECEIVED, (_E.ARRIVE, _E.TELL)),
        (_I.RECEIVING, _A.RECEIPT_REFUSED): Step(_I.REFUSED, _OVER),
        (_I.RECEIVING, _A.TOLD_WITHDRAWN): Step(_I.WITHDRAWN, _OVER),
        (_I.RECEIVING, _A.TOLD_CLAIM_REJECTED): Step(_I.EXPIRED, _OVER),
        (_I.WITHDRAWN, _A.CLAIM_ACCEPTED): Step(_I.WITHDRAWN),
        (_I.WITHDRAWN, _A.CLAIM_REFUSED): Step(_I.WITHDRAWN),
        (_I.WITHDRAWN, _A.RECEIPT_REFUSED): Step(_I.WITHDRAWN),
        (_I.EXPIRED, _A.CLAIM_ACCEPTED): Step(_I.EXPIRED),
        (_I.EXPIRED, _A.RECEIPT_REFUSED): Step(_I.EXPIRED),
    }
)

_REFUSED: Mapping[State, str] = {
    _O.COMPLETED: "调入地已接收，不能撤回",
    _O.REJECTED: "审核未通过，信息已解除锁定，无须撤回",
    _O.RETURNED: "调转已退回，信息已解除锁定，无须撤回",
}


def step(state: State, action: Action, actor: Actor) -> Step:
    """What follows. Raises RuleBroken ``not_yours`` for another actor, ``not_now`` where the table has nothing."""
    if ACTORS[action] != actor:
        raise RuleBroken("not_yours", "这一步不由您办理")
    table = OUT if isinstance(state, OutState) else IN
    try:
        return table[state, action]
    except KeyError:
        words = _REFUSED.get(state) or f"当前状态为“{state.label}”，不能办理这一步"
        raise RuleBroken("not_now", words) from None


def table_text(table: Mapping[tuple[State, Action], Step]) -> str:
    """States × actions as docs/transfers.md shows them."""
    states: list[State] = list(OutState) if table is OUT else list(InState)
    actions = [action for action in Action if any(key[1] == action for key in table)]
    lines = [
        "| | " + " | ".join(f"`{action}`" for action in actions) + " |",
        "|---" * (len(actions) + 1) + "|",
        "| by | " + " | ".join(ACTORS[action] for action in actions) + " |",
    ]
    for state in states:
        lines.append(f"| `{state.value}` | " + " | ".join(_cell(table, state, action) for action in actions) + " |")
    return "\n".join(lines)


def diagram(table: Mapping[tuple[State, Action], Step], first: State) -> str:
    """The steps that lead somewhere, as a picture."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    lines += [
        f"    {state.value} --> {step.to.value}: {action.value}"
        for (state, action), step in table.items()
        if step.to != state
    ]
    ends = dict.fromkeys(step.to for step in table.values() if step.to not in (*OPEN_OUT, *OPEN_IN))
    return "\n".join([*lines, *(f"    {state.value} --> [*]" for state in ends), "```"])


def page_text() -> str:
    """Both sides, each with its picture and its table."""
    effects = "\n".join(f"| `{effect.value}` | {words} |" for effect, words in EFFECT_WORDS.items())
    return "\n\n".join(
        [
            "## At the origin: 调出", diagram(OUT, _O.PENDING_REVIEW), table_text(OUT),
            "## At the destination: 调入", diagram(IN, _I.CLAIMING), table_text(IN),
            "## What follows of a step", f"| effect | in the transaction of the step |\n|---|---|\n{effects}",
        ]
    )  # fmt: skip


def _cell(table: Mapping[tuple[State, Action], Step], state: State, action: Action) -> str:
    found = table.get((state, action))
    if found is None:
        return ""
    if found.to == state and not found.effects:
        return "–"
    parts = [f"**{found.to.value}**", *(f"`{effect.value}`" for effect in found.effects)]
    return "<br>".join([*parts, *(["when due"] if found.when_due else [])])


EFFECT_WORDS = {
    _E.SEND_RELEASED: "`transfer.released` with the record's newest version is queued",
    _E.SEND_WITHDRAWN: "`transfer.withdrawn` is queued, unless one is on its way",
    _E.SEND_CLAIM_REJECTED: "`transfer.claim_rejected` is queued",
    _E.SEND_RECEIVED: "`transfer.received` is queued",
    _E.START_REVIEW: "the review is queued for when it is due",
    _E.LIFT_LOCK: "the record is 信息已采集 again and its lock is gone",
    _E.LEAVE: "the record is 已调出; the lock stays",
    _E.ARRIVE: "the record is made, or goes on, as 待完成采集; the archive as it came is erased",
    _E.FORGET: "pictures that the review had taken over are deleted",
    _E.TELL: "a message to the phone that is bound",
}
BEGIN, END = "<!-- workflow -->", "<!-- end of workflow -->"


def main(page: pathlib.Path) -> None:
    """Put the pictures and tables between their marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{page_text()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
