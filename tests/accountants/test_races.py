"""Two devices on one record. 1,000 saves: ``python -m prove.changes``."""

import pytest

from people.records.concurrent_changes import rival_edits


@pytest.mark.race
def test_two_devices_leave_one_line_of_versions() -> None:
    found = rival_edits(30)
    assert found.pop("told_stale") > 0
    assert found == {
        "saves": 60,
        "versions": 60,
        "lost": 0,
        "out_of_order": 0,
        "broken_links": 0,
        "inconsistencies": [],
    }
