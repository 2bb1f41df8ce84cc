"""Bringing what was written by older rules of texts to the form of today (``mend-texts``), as keys are rotated: in
batches of one short transaction each, while people work; a run that was killed goes on where it was.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kuaiji.common.rotation import BATCH, FIRST, SAY_SECONDS, RotationStep, Say, run_step

# Which rules of texts and names a row was written by: 1 those before unseen characters, blanks in names and stray dots
# were left out of everything (docs/adr/0063).
TEXT_RULES = 2


_steps: "list[MendStep]" = []


@dataclass(frozen=True, slots=True)
class MendStep:
    """``step`` goes through what was not looked at under the rules of today; its ``bring`` says how many rows it
    changed. ``changes`` counts these of some ids beforehand, and writes nothing; ``waits`` counts the rows whose turn
    comes when a transfer is over."""

    step: RotationStep
    changes: Callable[[list[uuid.UUID]], int]
    waits: Callable[[], int] = lambda: 0


def register(step: MendStep) -> None:
    """Make it part of every ``mend-texts`` of this platform, after those that were registered before."""
    _steps.append(step)


def steps() -> tuple[MendStep, ...]:
    """All of them, in order."""
    return tuple(_steps)


def mend(steps: Sequence[MendStep], *, say: Say) -> None:
    """Take all steps. Raises Stuck."""
    for one in steps:
        begin = said = time.monotonic()
        looked, changed = one.step.left(), 0
        for left, batch in run_step(one.step):
            changed += batch
            if time.monotonic() - said > SAY_SECONDS:
                said = time.monotonic()
                say(f"{one.step.title}：本轮开始时剩 {left} 条，已改 {changed} 条，已用 {said - begin:.0f} 秒")
        say(f"{one.step.title}：看了 {looked} 条，改了 {changed} 条，用时 {time.monotonic() - begin:.0f} 秒")
        _say_waiting(one, say)


def tell(steps: Sequence[MendStep], *, say: Say) -> None:
    """Say what ``mend`` would do, and do nothing."""
    for one in steps:
        changed, after = 0, FIRST
        while ids := one.step.ids(after, BATCH):
            changed += one.changes(ids)
            after = ids[-1]
        say(f"{one.step.title}：待看 {one.step.left()} 条，将改 {changed} 条")
        _say_waiting(one, say)


def _say_waiting(one: MendStep, say: Say) -> None:
    if waiting := one.waits():
        say(f"{one.step.title}：另有 {waiting} 条正在办理调出，办结后请再运行一次")
