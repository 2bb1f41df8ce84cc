"""Parts of 我的数据: what each app keeps about a person. Apps register theirs in ``apps.py``; ``portal`` shows all.

What is left out has no content of its own: keyed digests, keys, password hash, codes and cookies, jobs on their way,
and the working rows of the record, which its newest version holds whole.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest

from kuaiji.common.registry import AppRegistry
from kuaiji.identity.models import User


def _no_subjects(user: User) -> Iterable[uuid.UUID]:
    return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DataPart:
    """One member of the file, at its place among the others by ``order``.

    ``values`` gives what JSON can hold. ``subjects`` are ids under which the access log names what is in it: whoever
    looked at them looked at the person's data.
    """

    order: int
    values: Callable[[User], Any]
    subjects: Callable[[User], Iterable[uuid.UUID]] = _no_subjects


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DataCard:
    """One card of the page, at its place among the others by ``order``: a template, and what it is filled with."""

    order: int
    template: str
    context: Callable[[HttpRequest, User], dict[str, Any]]


DATA_PARTS: AppRegistry[str, DataPart] = AppRegistry("part of a person's data")
DATA_CARDS: AppRegistry[str, DataCard] = AppRegistry("card of a person's data")


def columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """These attributes of a row."""
    return {name: getattr(row, name) for name in names}


def parts_in_order() -> list[tuple[str, DataPart]]:
    """All parts with their names, as the file has them."""
    return sorted(((name, DATA_PARTS[name]) for name in DATA_PARTS), key=lambda named: named[1].order)


def cards_in_order() -> list[DataCard]:
    """All cards, as the page has them."""
    return sorted(DATA_CARDS.values(), key=lambda card: card.order)
