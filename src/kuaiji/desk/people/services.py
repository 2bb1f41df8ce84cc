"""How a member's lists look: columns, and filters to use again. Nothing about people, so no operation (ADR 0121)."""

import contextlib
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import clean_line
from kuaiji.desk.models import ListColumns, SavedFilter
from kuaiji.desk.people.enums import ColumnName
from kuaiji.staff.models import Member

MOST_FILTERS = 20


def columns_of(member: Member) -> list[str]:
    """The columns that the member's lists show, in the order of all."""
    kept = ListColumns.objects.filter(member=member).values_list("columns", flat=True).first()
    return [name.value for name in ColumnName if name in (USUAL if kept is None else kept)]


def choose_columns(*, member: Member, columns: Sequence[str]) -> None:
    """Show these from now on; names of none are passed over."""
    known = [name.value for name in ColumnName if name in columns]
    ListColumns.objects.update_or_create(member=member, defaults={"columns": known})


def filters_of(member: Member) -> list[SavedFilter]:
    """The member's own, by name."""
    return list(SavedFilter.objects.filter(member=member).order_by("name"))


@transaction.atomic
def keep_filter(*, member: Member, name: str, query: str) -> None:
    """Keep a filter under a name; one of that name is replaced.

    Raises RuleBroken ``required``, ``too_long``, ``bad_character``, ``too_many``.
    """
    line = clean_line(name, field="name", label="名称", limit=30)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    mine = SavedFilter.objects.filter(member=member)
    if mine.exclude(name=line).count() >= MOST_FILTERS:
        raise RuleBroken("too_many", f"最多保存{MOST_FILTERS}个筛选，请先删去不用的", "name")
    mine.update_or_create(member=member, name=line, defaults={"query": query, "kept_at": clock.now()})


def forget_filter(*, member: Member, filter_id: str) -> None:
    """Delete one of the member's own; of anybody else's, or none, nothing happens."""
    with contextlib.suppress(ValueError, ValidationError):
        SavedFilter.objects.filter(member=member, pk=uuid.UUID(filter_id)).delete()


USUAL = frozenset(
    {
        ColumnName.REFERENCE,
        ColumnName.STATUS,
        ColumnName.DIVISION,
        ColumnName.GENDER,
        ColumnName.BORN,
        ColumnName.TITLE,
        ColumnName.SCHOOLING,
        ColumnName.CONFIRMED,
    }
)
