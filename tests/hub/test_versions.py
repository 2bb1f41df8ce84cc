"""Old and new platforms on one hub: who reads version 1 is told in version 1, who speaks it goes on as before."""

import uuid

import pytest

from kuaiji.common.ids import uuid7
from kuaiji_wire.answers import Refusal, TransferResult, TransferState
from kuaiji_wire.client import HubClient
from kuaiji_wire.messages import parse
from people import wire_samples
from people.houses.hub import Hub, send
from people.hub_stories import Story

NEW, OLD, HERE = "360000", "370000", "410000"  # nobody else speaks for them in these tests
DIVISION = {NEW: "360102", OLD: "370102", HERE: "410102"}


@pytest.fixture(scope="module", autouse=True)
def _what_they_read(hub: Hub) -> None:
    said = hub.operate(f"platforms reads {NEW} 2", f"platforms reads {HERE} 2", "platforms list")
    assert said[:2] == ["", ""]
    read = {line.split("\t")[0]: line.split("\t")[-1] for line in said[2].splitlines()}
    assert (read[NEW], read[HERE], read[OLD]) == ("reads 2", "reads 2", "reads 1")


def story(*, origin: str = HERE, destination: str) -> Story:
    return Story(origin=origin, destination=destination, division=DIVISION[destination])


def told(client: HubClient, transfer_id: uuid.UUID) -> list[tuple[str, int]]:
    """What the platform's feed says of a transfer."""
    after, found = 0, []
    while True:
        feed = client.feed(after=after)
        for entry in feed.entries:
            if entry.envelope.body["transfer_id"] == str(transfer_id):
                assert parse(entry.envelope).topic == entry.envelope.topic
                found.append((entry.envelope.topic, entry.envelope.version))
            after = entry.number
        if not feed.more:
            return found


@pytest.mark.parametrize("speaks", [1, 2])
@pytest.mark.parametrize("destination", [NEW, OLD])
def test_a_release_is_told_in_what_its_destination_reads(speaks: int, destination: str, hub: Hub) -> None:
    origin, there, move = hub.client(HERE), hub.client(destination), story(destination=destination)
    assert send(origin, move.reported() if speaks == 1 else move.reported_2()).code == "ok"
    answer = send(origin, move.released() if speaks == 1 else move.released_2())
    if speaks == 2 and destination == OLD:
        assert (answer.status, answer.code, answer.result) == ("refused", Refusal.DESTINATION_READS_1, None)
        assert told(there, move.transfer_id) == []
        # The same transfer, as a message of its own.
        assert send(origin, move.released()).code == "ok"
        speaks = 1
    assert told(there, move.transfer_id) == [("transfer.released", speaks)]
    assert send(there, move.claimed()).code == "ok"
    received = send(there, move.received())
    assert isinstance(received.result, TransferResult) and received.result.held_by.code == destination


def test_an_id_that_was_refused_in_2_is_not_good_for_1(hub: Hub) -> None:
    origin, move, id = hub.client(HERE), story(destination=OLD), uuid7()
    send(origin, move.reported())
    refused = origin.send(move.released_2(), id=id, sent_at=wire_samples.NOW)
    assert origin.send(move.released_2(), id=id, sent_at=wire_samples.NOW) == refused
    with pytest.raises(Exception, match="id_reused"):
        origin.send(move.released(), id=id, sent_at=wire_samples.NOW)


@pytest.mark.parametrize("first", [1, 2])
def test_reports_of_both_versions_follow_each_other(first: int, hub: Hub) -> None:
    person, origin = story(destination=NEW), hub.client(HERE)
    reports = [person.reported(1), person.reported_2(2)] if first == 1 else [person.reported_2(1), person.reported(2)]
    for report in reports:
        assert send(origin, report).code == "ok"
    late = send(origin, person.reported_2(1))
    assert late.result and getattr(late.result, "newest_version", None) == 2


def test_a_renewed_code_goes_to_whoever_reads_it(hub: Hub) -> None:
    origin, new, old = hub.client(HERE), hub.client(NEW), hub.client(OLD)
    for destination, release, client in ((NEW, "released_2", new), (OLD, "released", old)):
        move = story(destination=destination)
        send(origin, move.reported())
        assert send(origin, getattr(move, release)()).code == "ok"
        answer = send(origin, move.code_renewed())
        assert answer.code == ("ok" if destination == NEW else Refusal.DESTINATION_READS_1)
        assert isinstance(answer.result, TransferResult) and answer.result.state == TransferState.RELEASED
        renewed = [("transfer.code_renewed", 2)] if destination == NEW else []
        assert [entry for entry in told(client, move.transfer_id) if "code" in entry[0]] == renewed


@pytest.mark.parametrize("origin", [HERE, OLD])
def test_refused_attempts_are_told_to_an_origin_that_reads_them(origin: str, hub: Hub) -> None:
    here, there, move = hub.client(origin), hub.client(NEW), story(origin=origin, destination=NEW)
    send(here, move.reported())
    assert send(here, move.released()).code == "ok"
    assert send(there, move.attempts_refused()).code == "ok"
    assert told(here, move.transfer_id) == ([("transfer.attempts_refused", 2)] if origin == HERE else [])


def test_news_leave_a_transfer_and_its_days_as_they_are(hub: Hub) -> None:
    origin, there, move = hub.client(HERE), hub.client(NEW), story(destination=NEW)
    send(origin, move.reported())
    send(origin, move.released_2())
    send(there, move.claimed())
    row = "SELECT state, claim_id, changed_at, deadline_at FROM kuaiji_hub_transfer WHERE id = %s"
    before = hub.sql(row, move.transfer_id)
    assert send(origin, move.code_renewed()).code == send(there, move.attempts_refused()).code == "ok"
    assert hub.sql(row, move.transfer_id) == before


def test_what_a_platform_reads_is_said_by_the_operator_and_not_taken_back(hub: Hub) -> None:
    origin, move = hub.client(HERE), story(destination=NEW)
    send(origin, move.reported())
    send(origin, move.released_2())
    unknown, odd, back, quiet, again = hub.operate(
        "platforms reads 999999 2",
        f"platforms reads {NEW} 3",
        f"platforms reads {NEW} 1",
        "platforms reads 320000 2",
        "platforms reads 320000 1",
    )
    assert "no platform" in unknown and "versions" in odd and "told in a later version" in back
    assert quiet == again == ""


def test_the_book_of_both_versions_is_proven(hub: Hub) -> None:
    origin, move = hub.client(HERE), story(destination=NEW)
    send(origin, move.reported_2())
    send(origin, move.released_2())
    send(origin, move.code_renewed())
    [proof] = hub.operate("verify")
    wrong = [line for line in proof.splitlines() if str(move.transfer_id) in line or str(move.record_id) in line]
    assert wrong == []
    kept = hub.sql("SELECT topic, version FROM kuaiji_hub_message WHERE subject_id = %s ORDER BY id", move.transfer_id)
    assert sorted(kept) == [("transfer.code_renewed", 2), ("transfer.released", 2)]
