"""What a test needs beside the sources, and where it runs: both follow from its fixtures."""

import pytest

BROWSER = {"browser"}
DATABASE = {"db", "server", "template", "make_database", "django_db_setup", "cloned_database"}
PARTNERS = {"hub", "standins", "platforms"}  # processes that are started once for all who talk to them
HOUSE = {"stack", "other_platform", *PARTNERS}
VISITORS, TRAVELLERS, PARTNER_GROUP = "visitors", "travellers", "partners"
# The longest first, so that nobody waits for one who began late; all others as they are collected.
LONG_GROUPS = (VISITORS, TRAVELLERS, "house", PARTNER_GROUP, "identity", "exchange", "keys")


def tiers_of(item: pytest.Item, folder: str) -> set[str]:
    """``house`` starts processes of ours, ``browser`` a browser, ``database`` PostgreSQL; ``quick`` nothing of these.

    What a test starts without a fixture it says by a marker; all in the folder ``house`` are taken for such.
    """
    fixtures = set(getattr(item, "fixturenames", ()))
    named = {name for name in ("house", "browser", "database") if item.get_closest_marker(name)}
    if HOUSE & fixtures or folder == "house":
        named.add("house")
    if BROWSER & fixtures:
        named.add("browser")
    if needs_database(item):
        named.add("database")
    return named or {"quick"}


def needs_database(item: pytest.Item) -> bool:
    """Whether it asks for the PostgreSQL of the run."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(DATABASE & fixtures or item.get_closest_marker("django_db") or item.get_closest_marker("race"))


def needs_house(item: pytest.Item) -> bool:
    """Whether it visits the running house of the run."""
    return "stack" in getattr(item, "fixturenames", ())


def group_of(item: pytest.Item, folder: str) -> str:
    """Who runs in one process, so that what they share is started once: by what they visit, else the whole folder.

    Two houses run for two groups of about the same length: in the second of them the other platform starts too.
    """
    fixtures = set(getattr(item, "fixturenames", ()))
    if "other_platform" in fixtures:
        return TRAVELLERS
    if needs_house(item):
        return VISITORS
    return PARTNER_GROUP if PARTNERS & fixtures else folder


def place_of(group: str) -> int:
    """Where a group stands in the order of the run."""
    return LONG_GROUPS.index(group) if group in LONG_GROUPS else len(LONG_GROUPS)
