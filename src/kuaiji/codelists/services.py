"""Reading and loading code lists."""

import csv
import functools
from pathlib import Path

from django.db import transaction

from kuaiji.codelists.models import Entry

DATA = Path(__file__).resolve().parent / "data"


@functools.cache
def entries(list_name: str) -> tuple[Entry, ...]:
    """The rows of one list in order; kept for the life of the process, as lists change with a release."""
    return tuple(Entry.objects.filter(list=list_name))


def choices_of(list_name: str, *, leave_out: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """(code, name) of what may be chosen today."""
    return [(row.code, row.name) for row in entries(list_name) if row.valid_to is None and row.code not in leave_out]


def label(list_name: str, code: str) -> str:
    """The name of a code, closed ones included; the code itself when the list never knew it."""
    return next((row.name for row in entries(list_name) if row.code == code), code)


@transaction.atomic
def load_code_lists() -> int:
    """Write the shipped lists; a code that is no longer shipped stays, so that old records still print it."""
    rows = [
        Entry(list=path.stem, code=row["code"], name=row["name"], note=row["note"], position=position)
        for path in sorted(DATA.glob("*.csv"))
        for position, row in enumerate(_read(path))
    ]
    Entry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["list", "code"], update_fields=["name", "note", "position"]
    )
    entries.cache_clear()
    return len(rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
