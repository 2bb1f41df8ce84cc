"""Kinds of acts that are counted. The app that counts them registers them in its ``apps.py``.

A kind with windows is refused past them, with the time to wait; it is counted for what belongs to one person, a phone
or a number. A kind with a free allowance asks a question past it, of whoever acts from that address, or of everybody
(challenge.py). A kind that settles is a budget (budgets.py): its windows hold for the acts that have come to nothing
yet. Operators may change every number (KUAIJI_LIMITS, docs/limits.md).
"""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from kuaiji.limits.rules import MOST, BadNumbers, Window, by_people, parse

NAME_LENGTH = 40
VARIABLE = "KUAIJI_LIMITS"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is counted under one name, with the numbers that hold unless an operator says otherwise.

    ``refusal`` is what is said past the windows, with ``{wait}`` in it, at the form field ``field``. Where not the acts
    themselves are counted in total, ``counted_in_total`` gives the rows made since a moment.

    ``settles``: only acts that are not settled count. ``grows``: each settled one in a window allows one more there.
    ``shared``: all keys count together. ``reserve``: percent that acts with a claim to it may go beyond the windows.
    """

    name: str
    windows: tuple[Window, ...] = ()
    refusal: str = ""
    field: str | None = None
    free_by_address: Window | None = None
    free_in_total: Window | None = None
    counted_in_total: Callable[[dt.datetime], QuerySet[Any]] | None = None
    settles: bool = False
    grows: bool = False
    shared: bool = False
    reserve: int = 0

    def __str__(self) -> str:
        return self.name

    def limits(self) -> dict[str, tuple[Window, ...]]:
        """Its limits by the names that operators use."""
        found = {self.name: self.windows} if self.windows else {}
        for part, window in (("address", self.free_by_address), ("total", self.free_in_total)):
            if window:
                found[f"{self.name}.{part}"] = (window,)
        return found


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make them known: swept, watched, open to operators. Raises ValueError for a name that is taken or too long."""
    for kind in kinds:
        if kind.name in _kinds or len(kind.name) > NAME_LENGTH:
            raise ValueError(kind.name)
        _kinds[kind.name] = kind


def registered() -> tuple[Kind, ...]:
    """All kinds, in the order of the apps."""
    return tuple(_kinds.values())


def windows(kind: Kind) -> tuple[Window, ...]:
    """Past any of these an act is refused. Those that all share grow with the people of the platform."""
    return _given(kind.name) or (tuple(map(_by_people, kind.windows)) if kind.shared else kind.windows)


def free_by_address(kind: Kind) -> Window | None:
    """Past this whoever comes from the same address is asked a question."""
    return next(iter(_given(f"{kind.name}.address")), kind.free_by_address)


def free_in_total(kind: Kind) -> Window | None:
    """Past this everybody is asked a question. Grows with the people of the platform."""
    return next(iter(_given(f"{kind.name}.total")), kind.free_in_total and _by_people(kind.free_in_total))


def fault() -> str:
    """What is wrong with the numbers that the operator gave, naming limit, value and what may be; empty if nothing."""
    known = {name: numbers for kind in registered() for name, numbers in kind.limits().items()}
    try:
        for name, given in parse(settings.LIMITS).items():
            if name not in known:
                raise BadNumbers(f"{name}: there is no such limit; there are {', '.join(known)}")
            if "." in name and len(given) != 1:
                raise BadNumbers(f"{name}: one window, not {len(given)}")
    except BadNumbers as bad:
        return f"{VARIABLE}: {bad}"
    return ""


def require() -> None:
    """Refuse to start with numbers that cannot stand: raises ImproperlyConfigured."""
    if words := fault():
        raise ImproperlyConfigured(words)


def _by_people(window: Window) -> Window:
    return dataclasses.replace(window, most=min(by_people(window.most, settings.PEOPLE), MOST))


def _given(name: str) -> tuple[Window, ...]:
    """What the operator gave for one limit; nothing as a rule."""
    return _parsed(settings.LIMITS).get(name, ())


_parsed = functools.lru_cache(maxsize=8)(parse)
