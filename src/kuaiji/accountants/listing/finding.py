"""Records found by a name, and records listed in an order, a page at a time and within what a bureau sees (R9.1).

A page begins behind the last row of the one before, by its place in the order: rows that come meanwhile move nobody
twice onto a page or off it (ADR 0120).
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.db.models.lookups import Lookup

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.listing.facets import CODE_MEANT, status_facet
from kuaiji.accountants.models import ListRow, Record

PAGE = 50
# Rows of an index that a page walks over at most; who is rarer than 50 in so many is found by facets.
WALK = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """An order of lists: by a column of the row, then by the record; ``first`` says where a list begins."""

    column: str
    descending: bool
    label: str


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "name": Order("reading", False, "按姓名"),
        "newest": Order("confirmed_at", True, "最近更新在前"),
        "oldest": Order("confirmed_at", False, "最久未更新在前"),
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is filtered by, all of it at once; what is empty is not asked. ``current_from`` with ``current``:
    records confirmed since are up to date (R4.6). ``checks``: people of whom these checks stand open."""

    status: str = ""
    title: str | None = None
    schooling: str = ""
    gender: str = ""
    born_from: dt.date | None = None
    born_until: dt.date | None = None
    collected_from: dt.datetime | None = None
    collected_before: dt.datetime | None = None
    current: bool | None = None
    current_from: dt.datetime | None = None
    code_meant: bool = False
    open_checks: Q | None = None

    def condition(self) -> Q:
        """The same as a condition of rows."""
        asked = {
            "status": self.status or None,
            "title": self.title,
            "schooling": self.schooling or None,
            "gender": self.gender or None,
            "birth_date__gte": self.born_from,
            "birth_date__lte": self.born_until,
            "collected_at__gte": self.collected_from,
            "collected_at__lt": self.collected_before,
            "code_meant": self.code_meant or None,
        }
        found = Q(**{name: value for name, value in asked.items() if value is not None})
        if self.current is not None:
            fresh = Q(confirmed_at__gte=self.current_from) & ~Q(status=CollectionStatus.TO_COMPLETE)
            found &= fresh if self.current else ~fresh
        return found

    def facets(self) -> list[str]:
        """The part of the condition that the index of facets answers."""
        found = [status_facet(self.status)] if self.status else []
        found += [] if self.title is None else [f"title:{self.title}"]
        found += [f"{name}:{value}" for name in ("schooling", "gender") if (value := getattr(self, name))]
        return [*found, CODE_MEANT] if self.code_meant else found


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where in an order a row stands: the value that orders, and the record."""

    value: Any
    record: uuid.UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """A page: at most ``PAGE`` rows with their records, and the place of the last one where more follow."""

    rows: Sequence[ListRow]
    last: Place | None


def list_page(
    places: Collection[str], wanted: Wanted, order: Order, *, after: Place | None = None, skip: int = 0
) -> Listed:
    """The rows of ``places`` that are ``wanted``, those behind ``after``; ``skip`` passes over so many more."""
    ends = skip + PAGE + 1
    found = _walked(places, wanted, order, after, ends) if wanted.open_checks is None else None
    if found is None:
        found = list(_in_order(_behind(_looked_up(places, wanted), order, after), order)[:ends])
    return _with_records(found[skip:], lambda row: Place(getattr(row, order.column), row.pk))


def name_page(places: Collection[str], typed: str, *, after: Place | None = None, skip: int = 0) -> Listed:
    """Those of ``places`` whose name can be typed so that it begins with ``typed`` (``readings.typed_form``), by what
    of it was found."""
    found = _keys(sorted(places), typed, after, skip + PAGE + 1)[skip:]
    rows = ListRow.objects.visible_to(places).in_bulk([record for record, _ in found])
    keys = dict(found)
    return _with_records([rows[one] for one in keys if one in rows], lambda row: Place(keys[row.pk], row.pk))


def _walked(
    places: Collection[str], wanted: Wanted, order: Order, after: Place | None, ends: int
) -> list[ListRow] | None:
    """The page by walking the index of its order; None where that has not filled it in so many rows."""
    [only, *others] = places or ("",)
    walk = _behind(ListRow.objects.all() if others else ListRow.objects.visible_to([only]), order, after)
    edge = _in_order(walk, order).values_list(order.column, "pk")[WALK : WALK + 1].first()
    if edge:
        walk = walk.filter(_up_to(order, Place(*edge)))
    found = list(_in_order(walk.visible_to(places).filter(wanted.condition()), order)[:ends])
    return None if edge and len(found) < ends else found


def _looked_up(places: Collection[str], wanted: Wanted) -> "QuerySet[ListRow]":
    """All that are wanted, found by what is rare about them."""
    rows = ListRow.objects.visible_to(places).filter(wanted.condition())
    if facets := wanted.facets():
        rows = rows.filter(facets__contains=facets)
    if wanted.open_checks is not None:
        rows = rows.filter(pk__in=Record.objects.filter(wanted.open_checks).values("pk"))
    return rows


def _in_order(rows: "QuerySet[ListRow]", order: Order) -> "QuerySet[ListRow]":
    sign = "-" if order.descending else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}record")


def _behind(rows: "QuerySet[ListRow]", order: Order, after: Place | None) -> Any:
    return rows if after is None else rows.filter(_beyond(order, after))


def _beyond(order: Order, place: Place) -> "Lookup[bool]":
    compare = TupleLessThan if order.descending else TupleGreaterThan
    return compare((order.column, "record"), (place.value, place.record))


def _up_to(order: Order, place: Place) -> "Lookup[bool]":
    compare = TupleGreaterThanOrEqual if order.descending else TupleLessThanOrEqual
    return compare((order.column, "record"), (place.value, place.record))


def _keys(places: list[str], typed: str, after: Place | None, count: int) -> list[tuple[uuid.UUID, str]]:
    """Records with the keys that begin so: a range of the index in each place, and of these the first ``count``.

    The range has one lower end: of two, PostgreSQL begins at the row's, and would walk from the first key of a place.
    """
    begin = typed, uuid.UUID(int=0)
    behind = begin if after is None else max(begin, (after.value, after.record))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT found.record_id, found.key FROM unnest(%s::text[]) AS place(code) CROSS JOIN LATERAL (
                SELECT record_id, key FROM accountants_namekey
                WHERE division_code = place.code AND (key, record_id) > (%s, %s) AND key < %s AND shared < %s
                ORDER BY key, record_id LIMIT %s
            ) AS found ORDER BY found.key, found.record_id LIMIT %s
            """,
            [places, *behind, _next_text(typed), len(typed), count, count],
        )
        return list(cursor.fetchall())


def _next_text(text: str) -> str:
    """The first text by bytes that does not begin with ``text`` and sorts behind all that do."""
    following = ord(text[-1]) + 1
    return text[:-1] + (chr(0xE000) if following == 0xD800 else chr(following))


def _with_records(found: Sequence[ListRow], place: Any) -> Listed:
    """The first ``PAGE`` of these, with their records; the last one's place where one more was found."""
    rows = found[:PAGE]
    records = Record.objects.in_bulk([row.pk for row in rows])
    for row in rows:
        row.record = records[row.pk]
    return Listed(rows, place(rows[-1]) if len(found) > PAGE else None)
