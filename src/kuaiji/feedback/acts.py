"""Which finished acts people may evaluate. Each app registers its own in ``apps.py``; this one knows none of them."""

import dataclasses
import datetime as dt
from collections.abc import Callable

from kuaiji.common.registry import AppRegistry
from kuaiji.identity.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class FinishedAct:
    """One act of one person. ``key`` tells it from all others, ``place`` is the division or area it belonged to."""

    key: str
    place: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A kind of act: its words, and the newest one that a person has finished, or None."""

    label: str
    newest: Callable[[User], FinishedAct | None]


ACTS: AppRegistry[str, Act] = AppRegistry("act that may be evaluated")
