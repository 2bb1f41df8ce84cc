"""What the hub takes off the wire: proven requests, once each, in bounds; and that its answers are proven."""

import http.client
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from kuaiji.common.ids import uuid7
from kuaiji_signed import canonical
from kuaiji_wire.answers import Answer
from kuaiji_wire.client import FEED, LOOKUPS, MATCHES, MESSAGE_CAP, MESSAGES
from kuaiji_wire.errors import HubRefused, HubUnavailable, HubUntrusted
from kuaiji_wire.keys import new_private_key
from kuaiji_wire.messages import Envelope, Message
from kuaiji_wire.signing import Request, Signer
from people import wire_samples
from people.houses.hub import Hub, public, seed, send
from people.hub_stories import Story
from tests.support.client_from_the_page import Client
from tests.support.hub_requests import SIGNER, asked, proven


def posted(hub: Hub, message: Message | None = None, body: bytes | None = None, path: str = MESSAGES) -> Request:
    if body is None:
        envelope = Envelope.of(message or Story().reported(), id=uuid7(), sent_at=wire_samples.NOW)
        body = canonical.dump(envelope.plain())
    return SIGNER.sign_request(Request("POST", hub.url + path, body=body))


def test_the_same_message_has_one_effect_and_one_answer(hub: Hub) -> None:
    story = Story()
    envelope = Envelope.of(story.reported(), id=uuid7(), sent_at=wire_samples.NOW)
    body = canonical.dump(envelope.plain())
    first = asked(hub, posted(hub, body=body))
    send(hub.client("440000"), story.reported(5))
    shuffled = json.dumps(dict(reversed(json.loads(body).items())), indent=2).encode()
    for again in (body, shuffled):
        assert asked(hub, posted(hub, body=again)).content == first.content
    assert hub.sql("SELECT count(*) FROM kuaiji_hub_message WHERE id = %s", envelope.id) == [(1,)]


def test_the_same_id_with_another_body_or_from_another_platform_is_refused(hub: Hub) -> None:
    here, there, story, message_id = hub.client("440000"), hub.client("440300"), Story(), uuid7()
    here.send(story.reported(), id=message_id, sent_at=wire_samples.NOW)
    for client, message in ((here, story.reported(2)), (there, story.reported())):
        with pytest.raises(HubRefused, match="id_reused"):
            client.send(message, id=message_id, sent_at=wire_samples.NOW)


def test_a_refusal_is_an_answer_for_ever(hub: Hub) -> None:
    here, story, message_id = hub.client("440000"), Story(), uuid7()
    refused = here.send(story.released(), id=message_id, sent_at=wire_samples.NOW)
    send(here, story.reported())
    assert here.send(story.released(), id=message_id, sent_at=wire_samples.NOW) == refused
    assert send(here, story.released()).code == "ok"


def test_a_signature_holds_once(hub: Hub) -> None:
    request = posted(hub)
    assert proven(hub, request)[0] == 200
    assert proven(hub, request) == (401, {"code": "replayed", "field": "signature-input", "message": MESSAGE_REPLAYED})


MESSAGE_REPLAYED = "该签名已使用过，请换新的 nonce 重新签名"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signature": None}, "unsigned"),
        ({"signature-input": None}, "unsigned"),
        ({"content-digest": "sha-256=:AAAA:"}, "digest_mismatch"),
        ({"content-type": "text/plain"}, "bad_signature_input"),
        ({"signature": "wire=:" + "A" * 86 + "==:"}, "tampered"),
    ],
)
def test_what_is_not_proven_is_not_taken(hub: Hub, change: dict[str, str | None], code: str) -> None:
    request = posted(hub)
    headers = {name: value for name, value in {**request.headers, **change}.items() if value is not None}
    got = asked(hub, Request(request.method, request.url, headers, request.body))
    assert (got.status_code, got.json()["code"]) == (401, code)


def test_unknown_revoked_and_stopped_keys_are_not_believed(hub: Hub) -> None:
    person = Story().person
    with pytest.raises(HubUnavailable, match="unknown_key"):
        hub.client("440000", key="other").look_up(person)
    hub.operate(f"keys add 310000:leaked {public('310000:leaked')}")
    client = hub.client("310000", key="leaked")
    assert client.look_up(person).verdict == "not_found"
    hub.operate("keys revoke 310000:leaked")
    with pytest.raises(HubUnavailable, match="unknown_key"):
        client.look_up(person)
    client = hub.client("310000")
    hub.operate("platforms stop 310000")
    with pytest.raises(HubUnavailable, match="unknown_key"):
        client.look_up(person)
    hub.operate("platforms resume 310000")
    assert client.look_up(person).verdict == "not_found"


def test_a_client_that_expects_another_hub_believes_nothing(hub: Hub) -> None:
    [keyid] = list(hub.public_keys())[:1]
    with pytest.raises(HubUntrusted):
        hub.client("440000", hub_keys={keyid: public("hub:other")}).look_up(Story().person)


def test_a_client_written_from_the_page_alone_talks_with_the_hub(hub: Hub) -> None:
    story, keys = Story(origin="140000", destination="150000", division="150102"), hub.public_keys()
    here, there = (Client(hub.url, f"{code}:t", seed(f"{code}:t"), keys) for code in ("140000", "150000"))

    def tell(client: Client, message: Message) -> Any:
        status, answer = client.send(str(uuid7()), message.topic, 1, "2026-11-22T04:00:00Z", message.plain())
        assert status == 200
        return Answer.model_validate_json(json.dumps(answer)).code

    assert [tell(here, story.reported()), tell(here, story.released())] == ["ok", "ok"]
    status, feed = there.feed(0)
    assert (status, [entry["number"] for entry in feed["entries"]], feed["more"]) == (200, [1], False)
    assert [tell(there, story.claimed()), tell(there, story.received())] == ["ok", "ok"]
    assert tell(here, story.withdrawn()) == "already_received"


@pytest.mark.parametrize("path", [MESSAGES, LOOKUPS, MATCHES])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"a": 1, "a": 1}', 400, "bad_json"),
        (b"[]", 422, "bad_message"),
        (b"{}", 422, "bad_message"),
    ],
)
def test_what_is_no_message_is_answered_and_proven(hub: Hub, path: str, body: bytes, status: int, code: str) -> None:
    got = proven(hub, posted(hub, body=body, path=path))
    assert (got[0], got[1]["code"]) == (status, code)


@pytest.mark.parametrize("query", ["", "?", "?after=", "?after=-1", "?after=x", "?after=0&limit=0", "?before=0"])
def test_a_feed_is_asked_by_number(hub: Hub, query: str) -> None:
    request = SIGNER.sign_request(Request("GET", hub.url + FEED + query))
    status, fault = proven(hub, request)
    assert (status, fault["code"], fault["field"]) == (422, "bad_message", "after")


def test_other_methods_and_addresses(hub: Hub) -> None:
    assert proven(hub, SIGNER.sign_request(Request("GET", hub.url + MESSAGES)))[0] == 405
    assert proven(hub, posted(hub, body=b"{}", path=FEED))[0] == 405
    assert asked(hub, posted(hub, path="/wire/v2/messages")).status_code == 404
    got = httpx.get(hub.url + FEED + "?after=0", trust_env=False)
    assert (got.status_code, got.headers["cache-control"], got.headers["content-type"]) == (
        401,
        "no-store",
        "application/json",
    )


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [("Content-Length", str(MESSAGE_CAP + 1), 413), ("Transfer-Encoding", "chunked", 411)],
)
def test_a_body_past_the_cap_or_of_unknown_length_is_not_read(hub: Hub, header: str, value: str, status: int) -> None:
    parts = urlsplit(hub.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.putrequest("POST", MESSAGES)
    connection.putheader(header, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_only_a_release_may_be_large(hub: Hub) -> None:
    story = Story()
    send(hub.client("440000"), story.reported())
    large = "/9j/" + secrets.token_hex(1 << 20)
    large = large[: len(large) - len(large) % 4]
    pictures = dict.fromkeys(("photo", "id_card_front"), large)
    release = story.released().model_copy(update={"pictures": pictures, "destination": "160000"})
    assert send(hub.client("440000"), release).code == "unknown_destination"
    envelope = Envelope.of(story.reported(2), id=uuid7(), sent_at=wire_samples.NOW).plain()
    status, fault = proven(hub, posted(hub, body=b" " * (256 << 10) + canonical.dump(envelope)))
    assert (status, fault["code"], "256 KB" in fault["message"]) == (413, "too_large", True)


def test_a_page_of_the_feed_has_a_bounded_size(hub: Hub) -> None:
    here, there = hub.client("220000"), hub.client("230000")
    large = "/9j/" + "A" * (3 << 20)
    for _ in range(3):
        story = Story(origin="220000", destination="230000", division="230102")
        send(here, story.reported())
        assert send(here, story.released().model_copy(update={"pictures": {"photo": large}})).code == "ok"
    page = there.feed(after=0)
    assert ([entry.number for entry in page.entries], page.more) == ([1, 2], True)
    page = there.feed(after=2)
    assert ([entry.number for entry in page.entries], page.more) == ([3], False)


def test_nothing_personal_stands_open_in_the_database(hub: Hub) -> None:
    here, story = hub.client("440000"), Story()
    send(here, story.reported())
    send(here, story.released())
    send(hub.client("440300"), story.claimed())
    secret = [story.person.name, story.person.document.number, "person@example.com"]
    for (table,) in hub.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        rows = "\n".join(str(row) for row in hub.sql(f"SELECT x::text FROM {table} x"))
        for word in secret:
            assert word not in rows and word.encode().hex() not in rows, table


def changed(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


STRANGER = Signer("440000:none", new_private_key())
WRONG: dict[str, Callable[[Request], Request]] = {
    "unsigned": lambda request: replace(request, headers={}),
    "unknown_key": lambda request: STRANGER.sign_request(replace(request, headers={})),
    "tampered": lambda request: replace(
        request, headers={**request.headers, "content-digest": "sha-256=:" + "A" * 43 + "=:"}
    ),
    "bad_signature_input": lambda request: replace(request, headers={**request.headers, "signature": "wire=:YQ==:"}),
}


@pytest.mark.parametrize("code", WRONG)
def test_of_a_larger_body_that_no_platform_signed_nothing_is_read(hub: Hub, code: str) -> None:
    """The answer is there although of 20 MB not one has been sent."""
    request = WRONG[code](posted(hub, body=b"x"))
    parts = urlsplit(hub.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.putrequest("POST", MESSAGES)
    for name, value in {**request.headers, "content-length": "20000000"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (401, code)
    assert answer.headers["connection"] == "close"


def test_a_larger_body_that_a_platform_signed_is_read_and_held_against_its_digest(hub: Hub) -> None:
    request = posted(hub, body=b"x" * 100_000)
    for body, status in ((b"x" * 100_000, 400), (b"y" * 100_000, 401)):
        answer = httpx.post(request.url, content=body, headers=dict(request.headers), trust_env=False)
        assert answer.status_code == status
    assert answer.json()["code"] == "digest_mismatch"
