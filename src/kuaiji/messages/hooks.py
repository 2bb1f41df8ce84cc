"""What apps above tell this one: phones of people, what still holds, whom to remind. They register in ``apps.py``."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from kuaiji.common.registry import AppRegistry
from kuaiji.sms.enums import TemplateKey

Place = tuple[dt.datetime, uuid.UUID]  # in the order in which people are looked at
Row = TypeVar("Row", bound=Model)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody to remind: ``once`` tells one reminder from the next."""

    person_key_id: uuid.UUID
    subject_id: uuid.UUID
    once: str
    parameters: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Whom one step of a search found, where the next one goes on, and whether there is a next one."""

    found: Sequence[Candidate]
    end: Place | None
    is_last: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One search, by an index and in pages: ``page(after, limit)`` looks at ``limit`` rows at most behind ``after``, or
    from the beginning. ``name`` is that of its place."""

    name: str
    event: TemplateKey
    page: Callable[[Place | None, int], Page]


def page_of(
    rows: "QuerySet[Row]",
    find: Callable[[Sequence[Row]], Iterable[Candidate]],
    *,
    moment: str,
    between: tuple[dt.datetime, dt.datetime],
    after: Place | None,
    limit: int,
) -> Page:
    """One page of a search: of ``rows`` with a ``moment`` from the first and before the second of ``between``, behind
    ``after``, in the order of the index of ``moment``, those that ``find`` makes candidates of."""
    begin, end = between
    behind = Q(**{f"{moment}__gt": after[0]}) | Q(pk__gt=after[1]) if after else Q()
    within = Q(**{f"{moment}__gte": max(begin, after[0]) if after else begin, f"{moment}__lt": end})
    looked_at = list(rows.filter(within, behind).order_by(moment, "pk")[:limit])
    last = (getattr(looked_at[-1], moment), looked_at[-1].pk) if looked_at else None
    return Page(list(find(looked_at)), last, is_last=len(looked_at) < limit)


# Phones of these people who can be told, by the id of their key.
PHONES: AppRegistry[str, Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, str]]] = AppRegistry("finder of phones")
# Whether what a message says of its subject still holds: (subject, once). Events without one always do.
STANDS: AppRegistry[str, Callable[[uuid.UUID, str], bool]] = AppRegistry("check of a message")
# The searches that there are at this moment.
ROUNDS: AppRegistry[str, Callable[[dt.datetime], Iterable[Round]]] = AppRegistry("search for people to remind")


def phone_of(person_key_id: uuid.UUID) -> str:
    """The bound phone; empty where there is none any more."""
    for find in PHONES.values():
        if phone := find([person_key_id]).get(person_key_id):
            return phone
    return ""


def stands(event: str, subject_id: uuid.UUID | None, once: str) -> bool:
    """Whether a message still says what is so."""
    return STANDS[event](subject_id, once) if subject_id and event in STANDS else True
