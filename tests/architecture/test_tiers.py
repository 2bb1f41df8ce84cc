"""Tiers and groups follow from what a test asks for."""

from typing import Any, cast

import pytest

from tests.support.tiers import LONG_GROUPS, group_of, place_of, tiers_of


class Item:
    """As much of a collected test as is looked at."""

    def __init__(self, *fixtures: str, marks: tuple[str, ...] = ()) -> None:
        self.fixturenames = fixtures
        self.marks = marks

    def get_closest_marker(self, name: str) -> object:
        return name if name in self.marks else None


@pytest.mark.parametrize(
    ("item", "folder", "tiers", "group"),
    [
        (Item(), "common", {"quick"}, "common"),
        (Item("monkeypatch", "tmp_path"), "wire", {"quick"}, "wire"),
        (Item(marks=("django_db",)), "identity", {"database"}, "identity"),
        (Item("db"), "wire", {"database"}, "wire"),
        (Item(marks=("race",)), "changes", {"database"}, "changes"),
        (Item("page", "browser"), "look", {"browser"}, "look"),
        (Item("page", "browser", "stack", "server"), "journeys", {"browser", "house", "database"}, "visitors"),
        (Item("stack", "other_platform"), "journeys", {"house"}, "travellers"),
        (Item("standins", "make_database", "server"), "sms", {"house", "database"}, "partners"),
        (Item("hub"), "hub", {"house"}, "partners"),
        (Item(), "house", {"house"}, "house"),
        (Item(marks=("house",)), "attachments", {"house"}, "attachments"),
    ],
)
def test_tier_and_group_of_a_test(item: Item, folder: str, tiers: set[str], group: str) -> None:
    asked = cast(Any, item)
    assert (tiers_of(asked, folder), group_of(asked, folder)) == (tiers, group)


def test_the_longest_groups_begin_first() -> None:
    assert [place_of(group) for group in LONG_GROUPS] == list(range(len(LONG_GROUPS)))
    assert place_of("common") == place_of("wire") == len(LONG_GROUPS)


def test_a_collected_test_has_its_marks(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("quick") is not None
    assert request.node.get_closest_marker("xdist_group").args == ("architecture",)
