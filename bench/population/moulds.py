"""What is left of a template once it is known what in it is its person's alone. Pure: it goes to other processes."""

import dataclasses
from collections.abc import Sequence

from bench.population.personas import Pattern


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value: what is in it, with slots, and what it is bound to."""

    slot: str
    label: str
    row: str  # the slot of the row's id
    plain: str


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Lines of one table, with slots."""

    name: str
    columns: Sequence[str]
    lines: Sequence[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Mould:
    """Everything of a template. ``slots`` are those of ids; ``tokens`` those of random names of files; ``found`` the
    slot of the record's id and its place, where there are keys of the name."""

    pattern: Pattern
    key: str
    slots: Sequence[str]
    tokens: Sequence[str]
    sealed: Sequence[Sealed]
    tables: Sequence[Table]
    found: tuple[str, str] | None
