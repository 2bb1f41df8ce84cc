"""Who has messages sent and wants to hear of them. Apps register theirs in ``apps.py``; codes have none."""

import dataclasses
import uuid
from collections.abc import Callable, Collection

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """``unwanted`` is asked before messages are handed over: of which what they say is over by now. ``note`` is told
    what became of some: ``sent``, ``refused``, ``expired``, ``unwanted``, ``delivered`` or ``undelivered``, and the
    reason as a code. Both are called in the transaction that holds the messages' rows, with their ids.
    """

    unwanted: Callable[[Collection[uuid.UUID]], set[uuid.UUID]]
    note: Callable[[Collection[uuid.UUID], str, str], None]


ORIGINS: AppRegistry[str, Origin] = AppRegistry("origin of messages")


def unwanted_of(origin: str, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these messages say what does not hold any more."""
    return ORIGINS[origin].unwanted(ids) if ids else set()


def note_outcomes(origin: str, ids: Collection[uuid.UUID], outcome: str, reason: str) -> None:
    """Tell who had them sent; nobody has of a code."""
    if origin:
        ORIGINS[origin].note(ids, outcome, reason)
