"""docs/wire/vectors.json and docs/wire/*.schema.json: ``python -m tests.support.wire_vectors`` writes them anew."""

import base64
import datetime as dt
import json
import pathlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import time_machine
from http_message_signatures import HTTPMessageSigner, algorithms

from kuaiji_signed import canonical
from kuaiji_wire import answers, schemas
from kuaiji_wire.books import FIRST
from kuaiji_wire.errors import IdReused
from kuaiji_wire.keys import load_private_key
from kuaiji_wire.messages import Envelope, digest
from kuaiji_wire.shapes import PlatformName, Shape
from kuaiji_wire.signing import WIRE, Request, Response, Signer
from people import wire_samples
from people.wire_samples import HUB_KEY, NOW, OTHER_KEY, PLATFORM_KEY, PRIVATE, PUBLIC

FOLDER = pathlib.Path(__file__).parents[2] / "docs" / "wire"
HUB_URL = "https://hub.example"
# Published with the files: stays, though this module has moved since.
NOTE = "Made by tests/wire/make_vectors.py. The keys are test keys, public and worthless: never register them."
Vector = dict[str, Any]


def vectors() -> dict[str, Any]:
    """Everything in the file; the same every time."""
    with time_machine.travel(NOW, tick=False):
        return {
            "note": NOTE,
            "keys": {keyid: {"private": PRIVATE[keyid], "public": PUBLIC[keyid]} for keyid in PRIVATE},
            "digests": [_digest(envelope) for envelope in _envelopes()],
            "requests": [_request(*made) for made in (*good_requests(), *broken_requests())],
            "responses": [_response(*made) for made in (*good_responses(), *broken_responses())],
        }


def vectors_2() -> dict[str, Any]:
    """Everything in the file of version 2; the same every time."""
    by = signer(PLATFORM_KEY)
    with time_machine.travel(NOW, tick=False):
        made = [
            by.sign_request(
                Request("POST", f"{HUB_URL}/wire/v1/messages", body=canonical.dump(envelope.plain())),
                nonce=_nonce(300 + number),
            )
            for number, envelope in enumerate(_envelopes_2())
        ]
        names = [f"{envelope.topic} {envelope.version}" for envelope in _envelopes_2()]
        return {
            "note": NOTE,
            "digests": [_digest(envelope) for envelope in _envelopes_2()],
            "requests": [_request(name, request, "accepted") for name, request in zip(names, made, strict=True)],
            "proofs": {
                "phone": {"phone": wire_samples.PHONE, **_plain(wire_samples.PROOFS.phone)},
                "code": {"code": wire_samples.CODE, **_plain(wire_samples.PROOFS.code)},
            },
        }


def _plain(proof: Shape | None) -> dict[str, Any]:
    assert proof
    return proof.plain()


def signer(keyid: str) -> Signer:
    return Signer(keyid, load_private_key(PRIVATE[keyid]))


def _envelopes() -> list[Envelope]:
    ids = (uuid.UUID(f"01990000-0000-7000-8000-0000000001{number:02}") for number in range(99))
    return [Envelope.of(message, id=id, sent_at=NOW) for message, id in zip(wire_samples.MESSAGES, ids, strict=False)]


def _envelopes_2() -> list[Envelope]:
    ids = (uuid.UUID(f"01990000-0000-7000-8000-0000000003{number:02}") for number in range(99))
    return [Envelope.of(message, id=id, sent_at=NOW) for message, id in zip(wire_samples.MESSAGES_2, ids, strict=False)]


def _nonce(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(16)).decode().rstrip("=")


Made = tuple[str, Request, str]


def good_requests() -> Iterator[Made]:
    """Every address once, and every topic."""
    by = signer(PLATFORM_KEY)
    posts = [(envelope.topic, "/wire/v1/messages", envelope.plain()) for envelope in _envelopes()]
    question = {"person": wire_samples.PERSON.flat()}
    posts.append(("lookup", "/wire/v1/lookups", question))
    posts.append(("transfer match", "/wire/v1/transfer-matches", question | {"division_code": "440304"}))
    for number, (name, path, body) in enumerate(posts, start=1):
        request = Request("POST", HUB_URL + path, body=canonical.dump(body))
        yield name, by.sign_request(request, nonce=_nonce(number)), "accepted"
    gets = [("feed", "/wire/v1/feed?after=0&limit=50")]
    gets += [
        (f"book of {name}", f"/wire/v1/books/{name}?after={FIRST}") for name in ("records", "transfers", "messages")
    ]
    gets.append(("book of the feed", "/wire/v1/books/feed?after=0&limit=1000"))
    for number, (name, path) in enumerate(gets, start=len(posts) + 1):
        yield name, by.sign_request(Request("GET", HUB_URL + path), nonce=_nonce(number)), "accepted"


def broken_requests() -> Iterator[Made]:
    """What must be refused, with the code."""
    plain = Request("POST", f"{HUB_URL}/wire/v1/messages", body=canonical.dump(_envelopes()[2].plain()))
    by = signer(PLATFORM_KEY)
    good = by.sign_request(plain, nonce=_nonce(100))
    yield "no signature", replace(good, headers=_but(good, "signature", "signature-input")), "unsigned"
    yield "no Signature-Input", replace(good, headers=_but(good, "signature-input")), "unsigned"
    other_body = good.body.replace(TOLD, b"\xe5\x8f\x88" + TOLD)
    yield "another body", replace(good, body=other_body), "digest_mismatch"
    new_digest = by.sign_request(replace(plain, body=other_body)).headers["content-digest"]
    yield (
        "another body and its digest",
        _with(replace(good, body=other_body), "content-digest", good.headers["content-digest"], new_digest),
        "tampered",
    )
    yield "another address", replace(good, url=f"{HUB_URL}/wire/v1/lookups"), "tampered"
    yield "another hub", replace(good, url="https://other.example/wire/v1/messages"), "tampered"
    yield "another query", replace(good, url=f"{HUB_URL}/wire/v1/messages?x=1"), "tampered"
    yield "key id of another platform", _with(good, "signature-input", PLATFORM_KEY, OTHER_KEY), "tampered"
    yield "key that nobody registered", _with(good, "signature-input", "test-1", "test-2"), "unknown_key"
    yield "key of the hub", signer(HUB_KEY).sign_request(plain, nonce=_nonce(101)), "unknown_key"
    yield "another tag", _with(good, "signature-input", 'tag="kuaiji-wire"', 'tag="kuaiji"'), "wrong_tag"
    yield "another algorithm", _with(good, "signature-input", "ed25519", "hmac-sha256"), "bad_signature_input"
    yield "a component less", _with(good, "signature-input", ' "content-digest"', ""), "bad_signature_input"
    yield "another label", _with(_with(good, "signature-input", "wire=", "sig="), "signature", "wire=", "sig="), BAD
    yield "a second signature", _with(good, "signature", ":", ":, sig=:AAAA:", last=True), BAD
    yield "spelt with a space", _with(good, "signature-input", ";created", "; created"), BAD
    yield "a short nonce", by.sign_request(plain, nonce="short"), BAD
    yield "another media type", _with(good, "content-type", "application/json", "text/plain"), BAD
    lasting = str(int((NOW + dt.timedelta(seconds=300)).timestamp()))
    yield "valid for 301 seconds", _with(good, "signature-input", lasting, str(int(lasting) + 1)), "stale"
    for name, shift in (("expired", -301), ("made in the future", 61)):
        with time_machine.travel(NOW + dt.timedelta(seconds=shift), tick=False):
            yield name, by.sign_request(plain, nonce=_nonce(110 + shift % 7)), "stale"


BAD = "bad_signature_input"
TOLD = "不再调动".encode()
MadeResponse = tuple[str, str, Response, str]


def good_responses() -> Iterator[MadeResponse]:
    """One that accepts, one that refuses, one that tells a fault."""
    requests = {name: request for name, request, _ in good_requests()}
    guangdong, shenzhen = (PlatformName(code="440000", name="广东省"), PlatformName(code="440300", name="深圳市"))
    released = {"state": answers.TransferState.RELEASED, "held_by": guangdong}
    received = {"state": answers.TransferState.RECEIVED, "held_by": shenzhen}
    accepted = {"status": "accepted", "code": answers.ACCEPTED, "message": "已收到"}
    refused = {"status": "refused", "code": "already_received", "message": "该人员已被调入地接收，不能撤回"}
    for number, name, said, standing in (
        (201, "transfer.released", accepted, released),
        (202, "transfer.withdrawn", refused, received),
    ):
        result = answers.TransferResult.model_validate({"transfer_id": wire_samples.TRANSFER, **standing})
        id = uuid.UUID(json.loads(requests[name].body)["id"])
        answer = answers.Answer.model_validate({"id": id, "result": result, **said})
        yield said["status"], name, _answered(requests[name], 200, answer.plain(), number), "accepted"
    fault = answers.Fault.of(IdReused("id"))
    name = "transfer.claimed"
    yield "a fault", name, _answered(requests[name], 409, fault.plain(), 203), "accepted"


def broken_responses() -> Iterator[MadeResponse]:
    """What a client must not believe, with the code."""
    _, name, good, _ = next(good_responses())
    others = [request for other, request, _ in good_requests() if other == "transfer.withdrawn"]
    yield "unsigned", name, replace(good, headers=_but(good, "signature")), "unsigned"
    yield "another status", name, replace(good, status_code=201), "tampered"
    yield "another body", name, replace(good, body=good.body.replace(b"accepted", b"refused ")), "digest_mismatch"
    yield "to another request", "transfer.withdrawn", replace(good, request=others[0]), "tampered"
    forged = signer(PLATFORM_KEY).sign_response(replace(good, headers={}), nonce=_nonce(210))
    yield "signed by a platform", name, forged, "unknown_key"


def _answered(request: Request, status: int, said: dict[str, Any], number: int) -> Response:
    response = Response(status, request, body=canonical.dump(said))
    return signer(HUB_KEY).sign_response(response, nonce=_nonce(number))


def _but(message: Request | Response, *names: str) -> dict[str, str]:
    return {name: value for name, value in message.headers.items() if name not in names}


def _with(message: Request, name: str, old: str, new: str, *, last: bool = False) -> Request:
    value = message.headers[name]
    assert old in value
    changed = value.removesuffix(old) + new if last else value.replace(old, new)
    return replace(message, headers={**message.headers, name: changed})


def signature_base(message: Request | Response) -> str:
    """What the library signs for a message that is signed already."""
    parameters = dict(part.split("=", 1) for part in message.headers["signature-input"].split(";") if "=" in part)
    unsigned = replace(message, headers=_but(message, "signature", "signature-input"))
    prepared = HTTPMessageSigner(signature_algorithm=algorithms.ED25519).prepare(
        unsigned,
        key_id=parameters["keyid"].strip('"'),
        created=dt.datetime.fromtimestamp(int(parameters["created"]), dt.UTC),
        expires=dt.datetime.fromtimestamp(int(parameters["expires"]), dt.UTC),
        nonce=parameters["nonce"].strip('"'),
        label="wire",
        tag=parameters["tag"].strip('"'),
        covered_component_ids=WIRE.components(message),
        use_existing_digest="content-digest" in unsigned.headers,
    )
    return prepared.signature_base.decode()


def _digest(envelope: Envelope) -> Vector:
    said = {"topic": envelope.topic, "version": envelope.version, "body": envelope.body}
    return {**said, "canonical": canonical.dump(said).decode(), "sha256": digest(envelope)}


def _request(name: str, request: Request, expect: str) -> Vector:
    made: Vector = {"name": name, "at": NOW.isoformat(), "expect": expect, "method": request.method, "url": request.url}
    made |= {"headers": dict(request.headers), "body": request.body.decode()}
    return made | ({"signature_base": signature_base(request)} if expect == "accepted" else {})


def _response(name: str, request: str, response: Response, expect: str) -> Vector:
    made: Vector = {"name": name, "at": NOW.isoformat(), "expect": expect, "request": request}
    made |= {"status": response.status_code, "headers": dict(response.headers), "body": response.body.decode()}
    return made | ({"signature_base": signature_base(response)} if expect == "accepted" else {})


def text() -> str:
    """The file of version 1."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


def text_2() -> str:
    """The file of version 2."""
    return json.dumps(vectors_2(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    schemas.main(FOLDER)
    (FOLDER / "vectors.json").write_text(text(), encoding="utf-8")
    (FOLDER / "vectors.2.json").write_text(text_2(), encoding="utf-8")
