"""Rows of files that are shipped with a release: a first filling, which operators take over (ADR 0071)."""

import csv
import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from django.db import transaction

from kuaiji.common import clock
from kuaiji.exams.models import DatedRow

Value = TypeVar("Value")
FOLDER = Path(__file__).resolve().parent.parent / "data"


@dataclasses.dataclass(frozen=True, slots=True)
class Shipped(Generic[Value]):
    """A row of a shipped file, by its own name there. ``ended``: an upgrade says that it no longer counts, nor is
    filled in anew."""

    name: str
    value: Value
    ended: bool


def read_shipped(path: Path, read: Callable[[dict[str, str]], Value]) -> list[Shipped[Value]]:
    """The rows of a file, each made a value by ``read``; raises what that raises."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Shipped(row["row"], read(row), bool(row["ended"])) for row in csv.DictReader(file)]


@transaction.atomic
def fill(model: type[DatedRow], shipped: Iterable[Shipped[Value]], made: Callable[[Value, str], list[DatedRow]]) -> int:
    """Add shipped rows that are new, end those that an upgrade ends, and leave all others as they are.

    A row that is there is never overwritten, and where an operator's row counts for the same it stays the one that
    counts. ``made`` makes rows of a value and its name. Returns how many were added or ended.
    """
    rows = list(shipped)
    over = [row.name for row in rows if row.ended]
    ended = model._default_manager.filter(shipped_as__in=over, ended_at=None).update(ended_at=clock.now())
    known = set(model._default_manager.values_list("shipped_as", flat=True))
    new = [one for row in rows if not row.ended and row.name not in known for one in made(row.value, row.name)]
    before = model._default_manager.count()
    model._default_manager.bulk_create(new, ignore_conflicts=True)
    return ended + model._default_manager.count() - before
