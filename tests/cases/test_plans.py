"""A count of what waits reads one index and no table, a page of a list finds its rows by it (R9.2)."""

import datetime as dt
import json
from typing import Any

import psycopg
import pytest

from kuaiji.cases.services.reading import handed_up, queue, waiting_for
from kuaiji.house.databases import Server
from tests.support.cases import SAMPLE, crowd
from tests.support.members import make_member

pytestmark = pytest.mark.race  # pages are marked as seen by all outside of a transaction alone


@pytest.fixture
def settled(server: Server, cloned_database: str) -> None:
    """Cases as after a night: statistics made, pages marked."""
    crowd(6000, dt.date(2026, 11, 24), closed=0.9)
    with psycopg.connect(server.url(server.owner, cloned_database), autocommit=True) as owner:
        # The server of the tests commits without waiting for its log; pages are marked once that is written.
        owner.execute("SET synchronous_commit TO on")
        owner.execute("COMMENT ON TABLE cases_case IS 'settled'")
        owner.execute("VACUUM (ANALYZE) cases_case")


def test_counting_reads_the_index_alone(settled: None) -> None:
    nodes = plan(waiting_for(make_member(bureau="440000")).order_by().values("kind", "stage", "due_on", "opened_at"))
    assert {(node["Node Type"], node.get("Index Name")) for node in nodes} == {("Index Only Scan", "case_waiting")}
    assert [node["Heap Fetches"] for node in nodes] == [0]


def test_a_page_of_a_list_finds_its_rows_by_the_same_index(settled: None) -> None:
    nodes = plan(queue(make_member(bureau="440000"), SAMPLE, 1).order_by("due_on", "pk")[:51])
    assert {node["Index Name"] for node in nodes if "Index Name" in node} == {"case_waiting"}
    assert "Seq Scan" not in {node["Node Type"] for node in nodes}


def test_what_was_handed_up_is_found_by_who_did(settled: None) -> None:
    """The home page shows it to everybody; what waits is not read for it."""
    nodes = plan(handed_up(make_member(bureau="440000"))[:20])
    used = {(node.get("Relation Name"), node["Node Type"]) for node in nodes}
    assert ("cases_case", "Seq Scan") not in used
    assert "case_handed" in {node.get("Index Name") for node in nodes}
    assert "case_waiting" not in {node.get("Index Name") for node in nodes}


def plan(rows: Any) -> list[dict[str, Any]]:
    """The nodes of a plan, from the top down, with what each has done."""
    found = []

    def walk(node: dict[str, Any]) -> None:
        found.append(node)
        for child in node.get("Plans", ()):
            walk(child)

    walk(json.loads(rows.explain(format="json", analyze=True))[0]["Plan"])
    return found
