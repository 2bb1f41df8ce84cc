"""What a platform may read of the hub's books: its own part, whole, in order."""

import uuid

import pytest

from kuaiji.common.ids import uuid7
from kuaiji_wire.answers import TransferState
from kuaiji_wire.books import FIRST, HeldRecord
from kuaiji_wire.client import FEED_BOOK, MESSAGE_BOOK, RECORD_BOOK, TRANSFER_BOOK, HubClient
from kuaiji_wire.errors import HubRefused
from kuaiji_wire.messages import Envelope, Message, digest
from kuaiji_wire.signing import Request
from people import wire_samples
from people.houses.hub import Hub, send
from people.hub_stories import Story
from tests.support.hub_requests import SIGNER, proven

HERE, THERE = "340000", "350000"  # who talk in this file alone


@pytest.fixture(scope="module")
def here(hub: Hub) -> HubClient:
    return hub.client(HERE)


@pytest.fixture(scope="module")
def there(hub: Hub) -> HubClient:
    return hub.client(THERE)


def story() -> Story:
    return Story(origin=HERE, destination=THERE, division="350102")


def said(message: Message) -> str:
    return digest(Envelope.of(message, id=uuid7(), sent_at=wire_samples.NOW))


def before(id: uuid.UUID) -> uuid.UUID:
    return uuid.UUID(int=id.int - 1)


def held(client: HubClient, record_id: uuid.UUID) -> HeldRecord | None:
    page = client.record_book(after=before(record_id), limit=1)
    return next((entry for entry in page.entries if entry.record_id == record_id), None)


def test_a_record_stands_with_its_newest_report(here: HubClient, there: HubClient) -> None:
    one, message_id = story(), uuid7()
    send(here, one.reported(1))
    here.send(one.reported(3), id=message_id, sent_at=wire_samples.NOW)
    send(here, one.reported(2))
    found = HeldRecord(record_id=one.record_id, version=3, message_id=message_id, digest=said(one.reported(3)))
    assert (held(here, one.record_id), held(there, one.record_id)) == (found, None)


def test_a_record_follows_its_person(here: HubClient, there: HubClient) -> None:
    one = story()
    for client, message in ((here, one.reported()), (here, one.released()), (there, one.claimed())):
        assert send(client, message).code == "ok"
    assert held(here, one.record_id)
    send(there, one.received())
    assert held(here, one.record_id) is None
    moved = HeldRecord(record_id=one.there_id, version=None, message_id=None, digest=None)
    assert held(there, one.there_id) == moved


def test_a_transfer_stands_at_both_ends_and_nowhere_else(hub: Hub, here: HubClient, there: HubClient) -> None:
    one = story()
    send(here, one.reported())
    send(here, one.released())
    send(there, one.claimed())
    seen = [client.transfer_book(after=before(one.transfer_id), limit=1).entries for client in (here, there)]
    assert seen[0] == seen[1]
    [entry] = seen[0]
    assert (entry.transfer_id, entry.origin, entry.destination) == (one.transfer_id, HERE, THERE)
    assert (entry.state, entry.claim_id) == (TransferState.CLAIMED, one.claim_id)
    elsewhere = hub.client("430000").transfer_book(after=before(one.transfer_id)).entries
    assert one.transfer_id not in {entry.transfer_id for entry in elsewhere}


def test_every_answered_message_stands_with_its_answer(here: HubClient, there: HubClient) -> None:
    one, ids = story(), (uuid7(), uuid7())
    here.send(one.reported(), id=ids[0], sent_at=wire_samples.NOW)
    there.send(one.reported(), id=ids[1], sent_at=wire_samples.NOW)
    [mine], [theirs] = (
        client.message_book(after=before(id), limit=1).entries for client, id in zip((here, there), ids, strict=True)
    )
    assert (mine.message_id, mine.topic, mine.subject_id, mine.code) == (ids[0], "record.reported", one.record_id, "ok")
    assert (theirs.message_id, theirs.code) == (ids[1], "held_elsewhere")
    assert mine.digest == theirs.digest == said(one.reported())


def test_the_feed_s_book_says_what_the_feed_says_and_collects_nothing(here: HubClient, there: HubClient) -> None:
    one = story()
    send(here, one.reported())
    send(here, one.released())
    last = there.feed_book(after=0, limit=1).last
    book, feed = there.feed_book(after=last - 1), there.feed(after=last - 1)
    [noted], [entry] = book.entries, feed.entries
    assert (noted.number, noted.message_id, noted.digest) == (entry.number, entry.envelope.id, digest(entry.envelope))
    assert (noted.subject_id, book.more) == (one.transfer_id, False)
    assert there.feed_book(after=last).collected == last - 1
    there.feed(after=last)
    assert there.feed_book(after=last).collected == last


def test_pages_follow_one_another(here: HubClient) -> None:
    for _ in range(5):
        send(here, story().reported())
    whole, pieces, after = here.record_book(after=FIRST).entries, list[HeldRecord](), FIRST
    while True:
        page = here.record_book(after=after, limit=2)
        pieces += page.entries
        if not page.more:
            break
        after = page.entries[-1].record_id
    assert tuple(pieces) == whole and len(whole) >= 5
    assert [entry.record_id for entry in whole] == sorted(entry.record_id for entry in whole)


@pytest.mark.parametrize("path", [RECORD_BOOK, TRANSFER_BOOK, MESSAGE_BOOK, FEED_BOOK])
@pytest.mark.parametrize("query", ["", "?after=", "?after=x", "?limit=1", "?after=-1", "?after=1&limit=0"])
def test_a_book_is_asked_by_its_places(hub: Hub, path: str, query: str) -> None:
    status, fault = proven(hub, SIGNER.sign_request(Request("GET", hub.url + path + query)))
    assert (status, fault["code"], fault["field"]) == (422, "bad_message", "after")


def test_a_book_is_only_read(hub: Hub) -> None:
    posted = SIGNER.sign_request(Request("POST", f"{hub.url}{RECORD_BOOK}?after={FIRST}", body=b"{}"))
    assert proven(hub, posted)[0] == 405
    with pytest.raises(HubRefused, match="bad_message"):
        hub.client(HERE).record_book(after=FIRST, limit=10_000)
