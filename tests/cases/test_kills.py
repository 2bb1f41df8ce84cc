"""Many clerks and killed workers, at a small size: ``prove.decisions`` asks the same of 64 clerks and 1,000 cases."""

import pytest

from kuaiji.house.databases import Server

pytestmark = pytest.mark.race


def test_each_case_is_decided_once_and_carried_out_once_though_workers_are_killed(
    server: Server, cloned_database: str
) -> None:
    from people.records import decisions

    decisions.open_cases(24)
    told = decisions.all_decide_all(decisions.clerks(6))
    assert told["decided"] == 24 and told.total() == 6 * 24
    killed = decisions.carried_out_by_killed_workers(server.url(server.app, cloned_database), after=8, patience=60)
    assert killed
    figures = decisions.counted()
    assert figures.pop("cases") == 24
    assert set(figures.values()) == {0}, figures
