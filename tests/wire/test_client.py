"""HubClient against hubs that behave and hubs that do not, over the loopback."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kuaiji_wire import answers, books
from kuaiji_wire.client import ANSWER_CAP, HubClient
from kuaiji_wire.errors import HubRefused, HubUnavailable, HubUntrusted
from kuaiji_wire.keys import KeyBook, load_private_key
from kuaiji_wire.messages import Envelope, Message, parse
from kuaiji_wire.signing import Response, Signer
from people.houses import loopback
from people.wire_samples import (
    HUB_KEY,
    MESSAGES,
    NOW,
    OTHER_KEY,
    PERSON,
    PLATFORM_KEY,
    PRIVATE,
    PUBLIC,
    RELEASED,
    REPORTED,
    TRANSFER,
    WITHDRAWN,
)
from tests.support.wire_hub import HELD_BY, Hub, running_hub, without

ID = uuid.UUID("01990000-0000-7000-8000-0000000000ff")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as running:
        yield running


def client_of(url: str, keyid: str = PLATFORM_KEY, seconds: float = 5.0) -> HubClient:
    signer = Signer(keyid, load_private_key(PRIVATE[keyid]))
    return HubClient(url, signer=signer, hub_keys=KeyBook({HUB_KEY: PUBLIC[HUB_KEY]}), total_seconds=seconds)


def entry(number: int) -> answers.FeedEntry:
    return answers.FeedEntry(number=number, envelope=Envelope.of(RELEASED, id=ID, sent_at=NOW))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.topic)
def test_a_message_is_told_once_however_often_it_is_sent(hub: Hub, message: Message) -> None:
    client = client_of(hub.url)
    first = client.send(message, id=ID, sent_at=NOW)
    assert first.status == "accepted" and first.id == ID
    assert client.send(message, id=ID, sent_at=NOW) == first
    assert len(hub.taken) == 1


def test_an_id_stands_for_one_message(hub: Hub) -> None:
    client = client_of(hub.url)
    client.send(REPORTED, id=ID, sent_at=NOW)
    with pytest.raises(HubRefused) as refused:
        client.send(WITHDRAWN, id=ID, sent_at=NOW)
    assert (refused.value.code, refused.value.field) == ("id_reused", "id")


def test_the_feed_is_read_in_order_and_in_parts(hub: Hub) -> None:
    hub.feed = [entry(number) for number in range(1, 6)]
    client = client_of(hub.url)
    first = client.feed(after=0, limit=3)
    assert [found.number for found in first.entries] == [1, 2, 3] and first.more
    rest = client.feed(after=3, limit=3)
    assert [found.number for found in rest.entries] == [4, 5] and not rest.more
    assert parse(rest.entries[0].envelope) == RELEASED
    assert client.feed(after=5).entries == ()


@pytest.mark.parametrize("told", [[2], [1, 3], [1, 1]])
def test_a_feed_with_a_gap_is_not_used(hub: Hub, told: list[int]) -> None:
    hub.feed = [entry(number) for number in told]
    with pytest.raises(HubUntrusted, match="gap_in_feed"):
        client_of(hub.url).feed(after=0)


def test_questions_are_answered(hub: Hub) -> None:
    client = client_of(hub.url)
    assert client.look_up(PERSON).held_by == HELD_BY
    assert client.match_transfer(PERSON, division_code="440304").transfer_id == TRANSFER


def test_a_hub_that_does_not_know_us_is_asked_again_later(hub: Hub) -> None:
    """No message is given up for a key or a clock."""
    with pytest.raises(HubUnavailable, match="unknown_key"):
        client_of(hub.url, OTHER_KEY).send(WITHDRAWN, id=ID, sent_at=NOW)


@pytest.mark.parametrize("signs_with", [PLATFORM_KEY, "hub:test-2"])
def test_a_hub_with_another_key_is_not_believed(hub: Hub, signs_with: str) -> None:
    hub.signer = Signer(signs_with, load_private_key(PRIVATE[PLATFORM_KEY]))
    with pytest.raises(HubUntrusted, match="unknown_key"):
        client_of(hub.url).look_up(PERSON)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda answer: without(answer, "signature"), "unsigned"),
        (lambda answer: replace(answer, body=answer.body.replace(b"null", b"\ttrue"[:4])), "digest_mismatch"),
        (lambda answer: replace(answer, status_code=201), "tampered"),
        (lambda answer: replace(answer, headers={**answer.headers, "content-encoding": "gzip"}), "encoded"),
        (lambda answer: replace(answer, status_code=302, headers={"location": "/wire/v1/lookups"}), "unsigned"),
        (lambda answer: replace(answer, status_code=404, headers={}), "unsigned"),
        (lambda answer: replace(answer, body=b"0" * (ANSWER_CAP + 1)), "too_large"),
    ],
)
def test_what_is_not_proven_is_not_read(hub: Hub, change: Callable[[Response], Response], reason: str) -> None:
    hub.change = change
    with pytest.raises(HubUntrusted, match=reason):
        client_of(hub.url).look_up(PERSON)


def test_an_answer_to_another_request_is_not_believed(hub: Hub) -> None:
    kept: list[Response] = []

    def first_again(answer: Response) -> Response:
        kept.append(answer)
        return kept[0]

    hub.change = first_again
    client = client_of(hub.url)
    client.look_up(PERSON)
    with pytest.raises(HubUntrusted, match="tampered"):
        client.look_up(PERSON)


@pytest.mark.parametrize(
    "said",
    [
        answers.Match(verdict="not_found", transfer_id=None, origin=None, held_by=None),
        answers.Answer(id=TRANSFER, status="accepted", code="ok", message="", result=None),
        answers.Answer(id=ID, status="refused", code="held_elsewhere", message="", result=None),
    ],
)
def test_a_proven_answer_of_another_kind_is_not_used(hub: Hub, said: answers.Answer) -> None:
    hub.change = lambda answer: hub.signer.sign_response(
        Response(200, answer.request, body=said.model_dump_json().encode())
    )
    with pytest.raises(HubUntrusted, match="answer"):
        client_of(hub.url).send(WITHDRAWN, id=ID, sent_at=NOW)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (loopback.reply(503, {}), "status_503"),
        (loopback.reply(429, {}), "status_429"),
        (loopback.hang, "timeout"),
        (loopback.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000), "timeout"),
        (loopback.wire(b"no HTTP at all\r\n\r\n"), "connection"),
        (loopback.wire(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "connection"),
    ],
)
def test_a_hub_that_is_away_is_asked_again_later(behaviour: loopback.Behaviour, reason: str) -> None:
    with loopback.loopback(behaviour) as partner, pytest.raises(HubUnavailable, match=reason):
        client_of(partner.url, seconds=0.4).look_up(PERSON)


def test_a_hub_that_says_so_itself_is_asked_again_later(hub: Hub) -> None:
    fault = answers.Fault(code="paused", message="暂停服务", field=None).model_dump_json().encode()
    hub.change = lambda answer: hub.signer.sign_response(Response(503, answer.request, body=fault))
    with pytest.raises(HubUnavailable, match="paused"):
        client_of(hub.url).look_up(PERSON)


def test_nobody_there_is_asked_again_later() -> None:
    with pytest.raises(HubUnavailable, match="connection"):
        client_of(f"http://127.0.0.1:{loopback.free_port()}").look_up(PERSON)


@pytest.mark.parametrize(
    "address", ["http://hub.example", "https://hub.example/api", "hub.example", "https://a@hub.example", "https://", ""]
)
def test_an_address_that_others_could_read_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        client_of(address)


def test_nothing_personal_is_in_an_error(hub: Hub) -> None:
    hub.change = lambda answer: replace(answer, body=b'{"name":"\xe7\xa7\x98"}')
    with pytest.raises(HubUntrusted) as refused:
        client_of(hub.url).look_up(PERSON)
    shown = f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"
    assert PERSON.name not in shown and PERSON.document.number not in shown and "秘" not in shown


def held(number: int) -> books.HeldRecord:
    return books.HeldRecord(record_id=uuid.UUID(int=number), version=None, message_id=None, digest=None)


@pytest.mark.parametrize(
    ("numbers", "more"), [((2, 3), True), ((9,), False), ((), False)], ids=["a page", "the last one", "nothing"]
)
def test_a_book_is_read_in_order(hub: Hub, numbers: tuple[int, ...], more: bool) -> None:
    hub.books["records"] = page = books.HeldRecords(entries=tuple(map(held, numbers)), more=more)
    assert client_of(hub.url).record_book(after=uuid.UUID(int=1)) == page


@pytest.mark.parametrize(
    ("numbers", "more"),
    [((3, 2), False), ((2, 2), False), ((1, 2), False), ((), True)],
    ids=["backwards", "twice", "again", "endless"],
)
def test_a_book_that_leads_nowhere_is_not_believed(hub: Hub, numbers: tuple[int, ...], more: bool) -> None:
    hub.books["records"] = books.HeldRecords(entries=tuple(map(held, numbers)), more=more)
    with pytest.raises(HubUntrusted, match="unordered_book"):
        client_of(hub.url).record_book(after=uuid.UUID(int=1))
