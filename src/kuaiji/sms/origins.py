"""Who has a message sent and wants to hear of it. Apps register theirs in ``apps.py``; codes have none."""

import dataclasses
import uuid
from collections.abc import Callable

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """``is_wanted`` is asked before a message is handed over: what it says may be over by now. ``note`` is told what
    became of it: ``sent``, ``refused``, ``expired``, ``unwanted``, ``delivered`` or ``undelivered``, and the reason as
    a code. Both are called in the transaction that holds the message's row, with its id.
    """

    is_wanted: Callable[[uuid.UUID], bool]
    note: Callable[[uuid.UUID, str, str], None]


ORIGINS: AppRegistry[str, Origin] = AppRegistry("origin of messages")


def is_wanted(origin: str, message_id: uuid.UUID) -> bool:
    """Whether what the message says still holds; one without an origin always does."""
    return ORIGINS[origin].is_wanted(message_id) if origin else True


def note_outcome(origin: str, message_id: uuid.UUID, outcome: str, reason: str) -> None:
    """Tell who had it sent."""
    if origin:
        ORIGINS[origin].note(message_id, outcome, reason)
