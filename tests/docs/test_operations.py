"""docs/operations.md names every kind of operation and every event, and nothing else."""

import re

from tests.support.sources import choices, events, read_rows

PAGE = "operations.md"


def operations() -> list[list[str]]:
    return read_rows(PAGE, heading="operation")


def test_every_kind_is_listed_once_with_its_words() -> None:
    listed = [tuple(row[0].replace("`", "").split()) for row in operations()]
    kinds = [
        (name, label) for full, label in choices().items() if (name := full.removeprefix("OperationKind.")) != full
    ]
    assert sorted(listed) == sorted(kinds)


def test_every_event_is_described_and_belongs_to_an_operation() -> None:
    described = [row[0].strip("`") for row in read_rows(PAGE, heading="event")]
    left = {name for row in operations() for cell in row[1:3] for name in cell.replace("`", "").split(", ") if name}
    assert sorted(described) == sorted(events())
    assert left == set(events())


def test_sealed_values_are_the_ones_an_event_names() -> None:
    sealed = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[2])) for row in read_rows(PAGE, heading="event")}
    assert sealed == events()
