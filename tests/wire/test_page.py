"""docs/wire.md is whole, and enough to write a client from."""

import ast
import json
import re
from pathlib import Path

import pytest

from kuaiji_wire import answers, books, client, errors, schemas, signing
from kuaiji_wire.archive import Purpose
from kuaiji_wire.archive_2 import in_version_1
from kuaiji_wire.keys import load_private_key
from kuaiji_wire.messages import Envelope, Topic, TransferReleased, parse, read_envelope
from kuaiji_wire.shapes import Shape
from people.wire_samples import (
    HUB_KEY,
    MESSAGES,
    MESSAGES_2,
    NOW,
    PLATFORM_KEY,
    PRIVATE,
    PUBLIC,
    RELEASED,
    RELEASED_2,
    SHENZHEN,
)
from tests.support import client_from_the_page as written
from tests.support.wire_hub import running_hub
from tests.support.wire_vectors import FOLDER

PAGE = (FOLDER.parent / "wire.md").read_text(encoding="utf-8")
ALL = (*MESSAGES, *MESSAGES_2)
IDS = [f"01990000-0000-7000-8000-0000000002{number:02}" for number in range(len(ALL))]


def page_client(url: str) -> written.Client:
    return written.Client(url, PLATFORM_KEY, PRIVATE[PLATFORM_KEY], {HUB_KEY: PUBLIC[HUB_KEY]})


def test_the_client_of_the_page_knows_nothing_of_ours() -> None:
    tree = ast.parse(Path(written.__file__).read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        name.split(".")[0]
        for node in nodes
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert names <= {
        "base64",
        "hashlib",
        "hmac",
        "json",
        "re",
        "secrets",
        "time",
        "typing",
        "unicodedata",
        "urllib",
        "httpx",
        "cryptography",
    }


def test_the_client_of_the_page_tells_asks_and_is_told() -> None:
    with running_hub() as hub:
        hub.feed = [answers.FeedEntry(number=1, envelope=Envelope.of(RELEASED, id=RELEASED.transfer_id, sent_at=NOW))]
        ours = page_client(hub.url)
        for message, id in zip(ALL, IDS, strict=True):
            status, answer = ours.send(id, message.topic, message.version, NOW.isoformat(), message.plain())
            assert (status, answer["status"], answer["id"]) == (200, "accepted", id)
        status, feed = ours.feed(after=0)
        assert [entry["envelope"]["body"]["destination"] for entry in feed["entries"]] == [SHENZHEN]
        person = {"person": MESSAGES[0].plain()["person"]}
        assert ours.ask("POST", "/wire/v1/lookups", person)[1]["verdict"] == "found"
        match = ours.ask("POST", "/wire/v1/transfer-matches", person | {"division_code": "440304"})
        assert match[1]["verdict"] == "matched"
        hub.books["records"] = books.HeldRecords(entries=(), more=False)
        assert ours.ask("GET", f"/wire/v1/books/records?after={books.FIRST}") == (200, {"entries": [], "more": False})
        status, fault = ours.send(IDS[0], "record.deleted", 1, NOW.isoformat(), {})
        assert (status, fault["code"], fault["field"]) == (422, "unknown_topic", "topic")


def test_the_client_of_the_page_says_a_release_in_what_its_destination_reads() -> None:
    body, ids = RELEASED_2.plain(), (IDS[0], IDS[1])
    with running_hub() as hub:
        assert page_client(hub.url).release(ids, NOW.isoformat(), body)[1]["id"] == ids[0]
    with running_hub() as hub:
        take, told = hub.take, []

        def refuse_2(request: signing.Request) -> Shape:
            envelope = read_envelope(request.body)
            told.append(parse(envelope))
            if envelope.version == 1:
                return take(request)
            code = answers.Refusal.DESTINATION_READS_1
            return answers.Answer(id=envelope.id, status="refused", code=code, message="", result=None)

        hub.take = refuse_2  # type: ignore[method-assign]
        status, answer = page_client(hub.url).release(ids, NOW.isoformat(), body)
    assert (status, answer["status"], answer["id"]) == (200, "accepted", ids[1])
    first, second = told
    assert first == RELEASED_2 and isinstance(second, TransferReleased)
    assert second.archive.sections == in_version_1(RELEASED_2.archive.sections)


def test_the_client_of_the_page_proves_phone_and_code() -> None:
    proofs = json.loads((FOLDER / "vectors.2.json").read_text(encoding="utf-8"))["proofs"]
    assert written.phone_digest(proofs["phone"]["phone"], proofs["phone"]["key"]) == proofs["phone"]["digest"]
    assert written.code_digest(proofs["code"]["code"], proofs["code"]) == proofs["code"]["digest"]


def test_the_client_of_the_page_believes_no_other_hub() -> None:
    with running_hub() as hub:
        hub.signer = signing.Signer(HUB_KEY, load_private_key(PRIVATE[PLATFORM_KEY]))
        with pytest.raises(written.NotProven):
            page_client(hub.url).feed(after=0)


def faults() -> set[str]:
    found = {errors.WireError}
    for _ in range(3):
        found |= {below for above in found for below in above.__subclasses__()}
    return {f"| {kind.status} | `{kind.code}` |" for kind in found}


@pytest.mark.parametrize(
    "said",
    [
        *sorted(faults()),
        *[f"`{topic}`" for topic in Topic],
        *[f"`{refusal}`" for refusal in answers.Refusal],
        *[f"`{state}`" for state in answers.TransferState],
        *[f"(wire/{name}.schema.json)" for name in schemas.SHAPES],
        *[client.MESSAGES, client.FEED, client.LOOKUPS, client.MATCHES, "`440000:2026-1`", "`hub:2026-1`"],
        *[client.RECORD_BOOK, client.TRANSFER_BOOK, client.MESSAGE_BOOK, client.FEED_BOOK, str(books.FIRST)],
        *[f"`{purpose}`" for purpose in Purpose.__args__],  # type: ignore[attr-defined]
        f"{client.MESSAGE_CAP >> 20} MiB",
        f"{client.ANSWER_CAP >> 20} MiB",
        f"{answers.FEED_LIMIT} entries",
        f"1…{books.BOOK_LIMIT}>",
        f"{client.SMALL_CAP >> 10} KiB",
        f"{signing.WIRE.lifetime.seconds} seconds",
        f"{signing.WIRE.skew.seconds} seconds",
    ],
)
def test_the_page_says_everything(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize("topic", Topic)
def test_the_page_names_who_may_be_refused_with_what(topic: Topic) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{topic}` | refused"))
    assert set(re.findall(r"`([a-z_0-9]+)`", row)) == set(answers.REFUSALS[topic])


def test_the_page_prints_the_recorded_example() -> None:
    vectors = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))
    asked = next(vector for vector in vectors["requests"] if vector["name"] == "transfer.withdrawn")
    answered = next(vector for vector in vectors["responses"] if vector["request"] == "transfer.withdrawn")
    for vector in (asked, answered):
        assert vector["signature_base"] in PAGE and vector["body"] in PAGE
        assert all(value in PAGE for value in vector["headers"].values())
