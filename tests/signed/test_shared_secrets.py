"""A door of another kind than the wire: shared secrets, no tag, no end named. It needs neither wire nor hub."""

import datetime as dt
import hmac
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine

from kuaiji_signed.errors import (
    BadSignature,
    BadSignatureInput,
    DigestMismatch,
    Replayed,
    Stale,
    Tampered,
    UnknownKey,
    Unsigned,
)
from kuaiji_signed.keys import HmacSm3, Secret, VerifyingKey, new_private_key
from kuaiji_signed.signing import Request, Response, Scheme, Signer, verify_request, verify_response
from tests.support.wire_hub import Nonces

DOOR = Scheme(
    label="sig1",
    algorithms=("hmac-sha256", "hmac-sm3"),
    key_id=re.compile(r"(?P<owner>client-[0-9]+)\.[0-9]+"),
    key_id_example="client-1.1",
    with_body=("@method", "@authority", "@path", "content-digest", "content-type"),
    without_body=("@method", "@authority", "@path", "@query"),
    has_expires=False,
)
SECRETS = {"client-1.1": Secret(b"a" * 32), "client-2.1": Secret(b"b" * 32, "hmac-sm3")}
ADDRESS = "https://platform.example/api/v1/questions"
MOMENT = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)
each_key = pytest.mark.parametrize("keyid", SECRETS)


class Keys:
    def find(self, keyid: str) -> VerifyingKey | None:
        return SECRETS.get(keyid)


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def signed(keyid: str = "client-1.1", *, method: str = "POST", scheme: Scheme = DOOR) -> Request:
    body = b'{"a":1}' if method == "POST" else b""
    return Signer(keyid, SECRETS[keyid], scheme).sign_request(Request(method, ADDRESS, body=body))


def prove(request: Request, *, nonces: Nonces | None = None) -> str:
    return verify_request(request, scheme=DOOR, keys=Keys(), nonces=nonces or Nonces()).sender


@each_key
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_tells_whose_it_is(keyid: str, method: str) -> None:
    request = signed(keyid, method=method)
    assert prove(request) == keyid.partition(".")[0]
    assert request.headers["signature-input"].startswith("sig1=(") and "tag" not in request.headers["signature-input"]


@each_key
def test_a_changed_request_is_refused(keyid: str) -> None:
    request = signed(keyid)
    with pytest.raises(DigestMismatch):
        prove(replace(request, body=b'{"a":2}'))
    with pytest.raises(Tampered):
        prove(replace(request, url=f"{ADDRESS}/more"))
    with pytest.raises(Unsigned):
        prove(replace(request, headers={}))


def test_a_key_signs_by_its_own_algorithm_only() -> None:
    spelt = {name: value.replace("hmac-sha256", "hmac-sm3") for name, value in signed().headers.items()}
    with pytest.raises(BadSignatureInput):
        prove(replace(signed(), headers=spelt))
    elsewhere = {name: value.replace("client-1.1", "client-2.1") for name, value in signed().headers.items()}
    with pytest.raises(BadSignatureInput):
        prove(replace(signed(), headers=elsewhere))


def test_keys_of_another_kind_open_nothing() -> None:
    pair = new_private_key()
    other = replace(DOOR, algorithms=("ed25519",))
    request = Signer("client-1.1", pair, other).sign_request(Request("POST", ADDRESS, body=b"{}"))
    with pytest.raises(BadSignature):
        prove(request)


def test_a_request_holds_once_and_for_its_time() -> None:
    nonces, request = Nonces(), signed()
    prove(request, nonces=nonces)
    with pytest.raises(Replayed):
        prove(request, nonces=nonces)
    for seconds, holds in ((300, True), (301, False), (-60, True), (-61, False)):
        with time_machine.travel(MOMENT + dt.timedelta(seconds=seconds), tick=False):
            if holds:
                prove(request)
            else:
                with pytest.raises(Stale):
                    prove(request)


def test_a_parameter_of_another_scheme_is_refused() -> None:
    for other in (replace(DOOR, tag="kuaiji-wire"), replace(DOOR, has_expires=True), replace(DOOR, label="wire")):
        with pytest.raises(BadSignatureInput):
            prove(signed(scheme=other))


def test_who_is_not_registered_is_not_known() -> None:
    with pytest.raises(UnknownKey):
        prove(Signer("client-9.1", Secret(b"c" * 32), DOOR).sign_request(Request("POST", ADDRESS, body=b"{}")))
    with pytest.raises(ValueError, match="key id"):
        Signer("440000:2026-1", SECRETS["client-1.1"], DOOR)


def test_an_answer_answers_its_own_request_only() -> None:
    by = Signer("client-1.1", SECRETS["client-1.1"], DOOR)
    answer = by.sign_response(Response(200, signed(), body=b"{}"))
    assert verify_response(answer, scheme=DOOR, keys=Keys()).sender == "client-1"
    with pytest.raises(Tampered):
        verify_response(replace(answer, request=signed()), scheme=DOOR, keys=Keys())


def test_a_secret_is_long_and_not_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Secret(b"short")
    assert "aaaa" not in repr(SECRETS["client-1.1"])
    assert "aaaa" not in repr(Signer("client-1.1", SECRETS["client-1.1"], DOOR))


def test_sm3_is_that_of_the_standard() -> None:

    wanted = hmac.new(b"k" * 32, b"said", "sm3").digest()
    assert HmacSm3(private_key=b"k" * 32).sign(b"said") == wanted


@pytest.mark.house
def test_it_needs_neither_wire_nor_hub_nor_django() -> None:
    script = (
        "import sys, kuaiji_signed.signing, kuaiji_signed.transport, kuaiji_signed.canonical;"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('django', 'kuaiji', 'kuaiji_wire', 'kuaiji_hub')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
