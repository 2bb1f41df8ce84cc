"""docs/wire/ is what the code makes, and both our verifier and a client written from the page agree with it."""

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kuaiji_signed import canonical
from kuaiji_wire import schemas
from kuaiji_wire.answers import Answer, Fault
from kuaiji_wire.errors import WireError
from kuaiji_wire.keys import KeyBook
from kuaiji_wire.messages import digest, parse, read_envelope
from kuaiji_wire.signing import Request, Response, verify_request, verify_response
from people.wire_samples import MESSAGES, MESSAGES_2
from tests.support import client_from_the_page as page
from tests.support import wire_vectors
from tests.support.wire_hub import Nonces

FILE = json.loads((wire_vectors.FOLDER / "vectors.json").read_text(encoding="utf-8"))
FILE_2 = json.loads((wire_vectors.FOLDER / "vectors.2.json").read_text(encoding="utf-8"))
PUBLISHED = "87127f882b15d5eabc12faf50bb9a49e2d40654f3398b24e9e482a820cd00fdb"
KEYS = KeyBook({keyid: pair["public"] for keyid, pair in FILE["keys"].items()})
REQUESTS = {vector["name"]: vector for vector in FILE["requests"]}
ACCEPTED = [vector for vector in FILE["requests"] + FILE_2["requests"] if vector["expect"] == "accepted"]
each_request = pytest.mark.parametrize(
    "vector", FILE["requests"] + FILE_2["requests"], ids=lambda vector: vector["name"]
)
each_response = pytest.mark.parametrize("vector", FILE["responses"], ids=lambda vector: vector["name"])


def request_of(vector: dict[str, Any]) -> Request:
    return Request(vector["method"], vector["url"], vector["headers"], vector["body"].encode())


def response_of(vector: dict[str, Any]) -> Response:
    asked = request_of(REQUESTS[vector["request"]])
    return Response(vector["status"], asked, vector["headers"], vector["body"].encode())


def test_the_vectors_are_current() -> None:
    assert wire_vectors.text() == (wire_vectors.FOLDER / "vectors.json").read_text(encoding="utf-8")
    assert wire_vectors.text_2() == (wire_vectors.FOLDER / "vectors.2.json").read_text(encoding="utf-8")


def test_what_was_published_in_version_1_stays_byte_for_byte() -> None:
    """The SHA-256 of every file of version 1 and its digests; a change here breaks whoever built on the page."""
    names = [f"{name}.schema.json" for name in schemas.SHAPES if not name.endswith(".2")]
    files = sorted([*names, "vectors.json"])
    whole = hashlib.sha256(b"".join((wire_vectors.FOLDER / name).read_bytes() for name in files))
    assert whole.hexdigest() == PUBLISHED


def test_the_schemas_are_current() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in Path(wire_vectors.FOLDER).glob("*.schema.json")}
    assert files == {f"{name}.schema.json": schemas.text(name) for name in schemas.SHAPES}


@each_request
def test_requests_are_judged_as_recorded(vector: dict[str, Any]) -> None:
    verdict = "accepted"
    with time_machine.travel(dt.datetime.fromisoformat(vector["at"]), tick=False):
        try:
            verify_request(request_of(vector), keys=KEYS, nonces=Nonces())
        except WireError as error:
            verdict = error.code
    assert verdict == vector["expect"]


@each_response
def test_answers_are_judged_as_recorded(vector: dict[str, Any]) -> None:
    verdict = "accepted"
    with time_machine.travel(dt.datetime.fromisoformat(vector["at"]), tick=False):
        try:
            verify_response(response_of(vector), keys=KEYS)
        except WireError as error:
            verdict = error.code
    assert verdict == vector["expect"]
    if verdict == "accepted":
        (Answer if vector["status"] == 200 else Fault).read(response_of(vector).body)


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda vector: vector["name"])
def test_the_page_s_client_builds_the_recorded_base_of_a_request(vector: dict[str, Any]) -> None:
    headers = vector["headers"]
    parameters = headers["signature-input"].removeprefix("wire=")
    base = page.request_base(vector["method"], vector["url"], headers, parameters)
    assert base.decode() == vector["signature_base"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(FILE["keys"]["440000:test-1"]["public"]))
    key.verify(base64.b64decode(headers["signature"].removeprefix("wire=:").removesuffix(":")), base)


@each_response
def test_the_page_s_client_believes_what_is_to_be_believed(vector: dict[str, Any]) -> None:
    asked = REQUESTS[vector["request"]]
    keys = {"hub:test-1": FILE["keys"]["hub:test-1"]["public"]}
    client = page.Client("https://hub.example", "440000:test-1", FILE["keys"]["440000:test-1"]["private"], keys)
    proof = (vector["status"], vector["headers"], vector["body"].encode(), asked["method"], asked["url"])
    with time_machine.travel(dt.datetime.fromisoformat(vector["at"]), tick=False):
        if vector["expect"] == "accepted":
            client.prove(*proof, asked["headers"]["signature"])
        else:
            with pytest.raises(page.NotProven):
                client.prove(*proof, asked["headers"]["signature"])


@pytest.mark.parametrize("vector", FILE["digests"] + FILE_2["digests"], ids=lambda vector: vector["topic"])
def test_digests_are_those_of_the_page(vector: dict[str, Any]) -> None:
    said = {name: vector[name] for name in ("topic", "version", "body")}
    assert page.canonical(said).decode() == vector["canonical"] == canonical.dump(said).decode()
    assert page.said(vector) == vector["sha256"]


def test_every_topic_is_recorded_and_reads_back() -> None:
    read = [read_envelope(request_of(REQUESTS[message.topic]).body) for message in MESSAGES]
    assert [parse(envelope) for envelope in read] == list(MESSAGES)
    assert [digest(envelope) for envelope in read] == [vector["sha256"] for vector in FILE["digests"]]
    read_2 = [read_envelope(request_of(vector).body) for vector in FILE_2["requests"]]
    assert [parse(envelope) for envelope in read_2] == list(MESSAGES_2)
