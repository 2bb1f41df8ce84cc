"""Real connections at the same moment: the hub decides, one wins, the other is told; nothing is lost or done twice."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest

from kuaiji.common.ids import uuid7
from kuaiji_wire.answers import Answer
from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubUnavailable
from kuaiji_wire.messages import Message
from people import wire_samples
from people.houses.hub import CODES, Hub, MakeDatabase, new_hub, prepare, send, served
from people.houses.killing import kill
from people.houses.processes import wait_for
from people.hub_stories import Story

T = TypeVar("T")


@pytest.fixture(scope="module")
def hub(make_database: MakeDatabase) -> Hub:
    """A hub whose processes may be killed."""
    made = new_hub(make_database, "hub_races")
    prepare(made.env)
    return made


@pytest.fixture(scope="module")
def clients(hub: Hub) -> Iterator[dict[str, HubClient]]:
    """One for each platform, and the hub serving."""
    with served(hub):
        yield {code: hub.client(code) for code in CODES}


@pytest.fixture(scope="module")
def here(clients: dict[str, HubClient]) -> HubClient:
    return clients["440000"]


@pytest.fixture(scope="module")
def there(clients: dict[str, HubClient]) -> HubClient:
    return clients["440300"]


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each gives, all begun at the same moment."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def patiently(client: HubClient, message: Message) -> Answer:
    """Send the same again until it is answered, as platforms do."""
    message_id, deadline = uuid7(), time.monotonic() + 60
    while True:
        try:
            return client.send(message, id=message_id, sent_at=wire_samples.NOW)
        except HubUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def numbers_of(hub: Hub, code: str) -> list[int]:
    query = "SELECT number FROM kuaiji_hub_feedentry WHERE platform_id = %s ORDER BY number"
    return [row[0] for row in hub.sql(query, code)]


def released(here: HubClient, count: int) -> list[Story]:
    """So many people on their way."""

    def release(story: Story) -> Story:
        send(here, story.reported())
        send(here, story.released())
        return story

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(release, [Story() for _ in range(count)]))


def test_killed_in_the_middle_everything_is_whole(hub: Hub) -> None:
    """It is killed again and again while a platform sends; whatever was answered is kept, once."""
    stories = [Story(origin="130000", destination="120000", division="120101") for _ in range(80)]
    client = hub.client("130000")

    def work(story: Story) -> list[str]:
        return [patiently(client, message).code for message in (story.reported(), story.released())]

    def done(share: float) -> bool:
        return sum(answer.done() for answer in answers) >= share * len(answers)

    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(work, story) for story in stories]
        for share in (0.2, 0.5, 0.8):
            with served(hub) as process:
                wait_for(partial(done, share))
                kill(process.pid)
        with served(hub):
            assert [answer.result() for answer in answers] == [["ok", "ok"]] * len(stories)
    assert numbers_of(hub, "120000") == list(range(1, len(stories) + 1))
    assert hub.operate("verify")[0].endswith(" 0 differ")


def test_withdraw_against_receive(hub: Hub, here: HubClient, there: HubClient) -> None:
    """Forty times: one wins, the other is told; exactly one holds, and the book says whom."""
    stories = released(here, 40)
    with ThreadPoolExecutor(8) as threads:
        assert {answer.code for answer in threads.map(partial(send, there), [s.claimed() for s in stories])} == {"ok"}
    holders = {}
    for story in stories:
        mine, theirs = at_once([partial(send, here, story.withdrawn()), partial(send, there, story.received())])
        assert {mine.code, theirs.code} in ({"ok", "already_received"}, {"ok", "already_withdrawn"})
        holders[story.transfer_id] = "440000" if mine.code == "ok" else "440300"
    book = hub.sql("SELECT t.id, holder_id FROM kuaiji_hub_transfer t JOIN kuaiji_hub_person p ON p.id = person_id")
    assert {transfer_id: holder for transfer_id, holder in book if transfer_id in holders} == holders


def test_withdraw_against_claim(here: HubClient, there: HubClient) -> None:
    for story in released(here, 20):
        mine, theirs = at_once([partial(send, here, story.withdrawn()), partial(send, there, story.claimed())])
        assert mine.code == "ok" and theirs.code in ("ok", "already_withdrawn")
        assert send(there, story.received()).code == "already_withdrawn"


def test_two_claims(here: HubClient, there: HubClient) -> None:
    for story in released(here, 20):
        claims = [story.claimed().model_copy(update={"claim_id": uuid7()}) for _ in range(2)]
        answers = at_once([partial(send, there, claim) for claim in claims])
        assert sorted(answer.code for answer in answers) == ["already_claimed", "ok"]


def test_platforms_collect_one_person(clients: dict[str, HubClient]) -> None:
    for _ in range(20):
        person = Story().person
        answers = at_once([partial(send, clients[code], Story(person=person).reported()) for code in CODES[:4]])
        assert sorted(answer.code for answer in answers) == ["held_elsewhere"] * 3 + ["ok"]
        assert len({answer.result and answer.result.held_by.code for answer in answers}) == 1


def test_one_message_many_times(hub: Hub, here: HubClient) -> None:
    message, message_id = Story().reported(), uuid7()
    answers = at_once([partial(here.send, message, id=message_id, sent_at=wire_samples.NOW)] * 8)
    assert len(set(answers)) == 1
    assert hub.sql("SELECT count(*) FROM kuaiji_hub_message WHERE id = %s", message_id) == [(1,)]


def test_many_tell_one(hub: Hub, clients: dict[str, HubClient]) -> None:
    """64 releases of 15 platforms go into one feed at once: no number is missing, none comes twice or late."""
    destination, origins = "110000", CODES[5:]
    stories = [Story(origin=origins[i % len(origins)], destination=destination, division="110101") for i in range(64)]
    for story in stories:
        send(clients[story.origin], story.reported())
    at_once([partial(patiently, clients[story.origin], story.released()) for story in stories])
    assert numbers_of(hub, destination) == list(range(1, 65))
    told: list[object] = []
    while len(told) < 64:
        told += [entry.envelope.body["transfer_id"] for entry in clients[destination].feed(after=len(told)).entries]
    assert sorted(map(str, told)) == sorted(str(story.transfer_id) for story in stories)
    assert hub.operate("verify")[0].endswith(" 0 differ")
