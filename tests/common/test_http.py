"""Calls to partners: bounded in time and size, and closed to everything odd."""

import datetime as dt
import gzip
import ipaddress
import ssl
import threading
import time
from pathlib import Path
from typing import Annotated

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import Field

from kuaiji.common.http import ANSWER_CAP, Partner, PartnerAnswer, PartnerUnavailable
from kuaiji_signed import transport
from people.houses.loopback import Behaviour, drip, free_port, hang, loopback, raw, reply, wire

SLOW_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Filler: " + b"x" * 200 + b"\r\n\r\n{}"

ODD: dict[str, tuple[Behaviour, str]] = {
    "silence": (hang, "timeout"),
    "one byte at a time": (drip(SLOW_ANSWER), "timeout"),
    "body that never ends": (drip(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 200), "timeout"),
    "hang-up": (wire(b""), "connection"),
    "no HTTP": (wire(b"220 mail ready\r\n"), "connection"),
    "cut body": (wire(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"a":'), "connection"),
    "redirect": (reply(302, {}, Location="http://127.0.0.1:1/"), "redirect"),
    "not modified": (wire(b"HTTP/1.1 304 X\r\n\r\n"), "redirect"),
    "server error": (reply(500, {"a": 1}), "status_500"),
    "maintenance": (reply(503, {"a": 1}), "status_503"),
    "page": (raw(200, b"<!doctype html>"), "not_json"),
    "nothing": (raw(200, b""), "not_json"),
    "no UTF-8": (raw(200, b'"\xff"'), "not_json"),
    "nested without end": (raw(200, b"[" * 100_000), "not_json"),
    "too much": (raw(200, b" " * (ANSWER_CAP + 1)), "too_large"),
    "packed": (raw(200, gzip.compress(b"{}"), content_encoding="gzip"), "encoded"),
}


@pytest.mark.parametrize(("behaviour", "reason"), ODD.values(), ids=ODD.keys())
def test_whatever_is_odd_fails_closed(behaviour: Behaviour, reason: str) -> None:
    with loopback(behaviour) as partner, pytest.raises(PartnerUnavailable) as caught:
        Partner("register", partner.url, total_seconds=1).ask("GET", "/a")
    assert (caught.value.partner, caught.value.reason) == ("register", reason)


def test_nobody_listening_is_a_connection_fault() -> None:
    with pytest.raises(PartnerUnavailable, match="register: connection"):
        Partner("register", f"http://127.0.0.1:{free_port()}").ask("GET", "/a")


def test_an_answer_of_the_full_size_is_read() -> None:
    with loopback(raw(200, b" " * (ANSWER_CAP - 2) + b"{}")) as partner:
        assert Partner("register", partner.url).ask("GET", "/a") == {}


def test_a_refusal_is_an_answer_to_call_but_not_to_ask() -> None:
    with loopback(reply(422, {"code": "bad"})) as partner:
        register = Partner("register", partner.url)
        answer = register.call("POST", "/a", json={})
        assert (answer.status, answer.data) == (422, {"code": "bad"})
        with pytest.raises(PartnerUnavailable, match="register: status_422"):
            register.ask("POST", "/a", json={})


def test_a_question_is_asked_once_with_the_token_and_without_packing() -> None:
    with loopback(reply(200, [])) as partner:
        Partner("register", partner.url + "/base", "secret").ask("GET", "/a", params={"q": "单位 &"})
    (request,) = partner.requests
    assert request.path == "/base/a?q=%E5%8D%95%E4%BD%8D+%26"
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["accept-encoding"] == "identity"


def test_one_hanging_call_does_not_hold_back_another() -> None:
    with loopback(hang) as partner:
        register = Partner("register", partner.url, total_seconds=2)
        failed: list[str] = []

        def ask() -> None:
            try:
                register.ask("GET", "/slow")
            except PartnerUnavailable as error:
                failed.append(error.reason)

        slow = threading.Thread(target=ask)
        slow.start()
        while not partner.requests:
            time.sleep(0.01)
        partner.behaviour = reply(200, 1)
        assert register.ask("GET", "/quick") == 1
        assert failed == []
        slow.join()
        assert failed == ["timeout"]


@pytest.mark.parametrize("address", ["http://example.org", "http://10.0.0.1:8003", "ftp://127.0.0.1", "https://", "x"])
def test_an_address_that_would_leak_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        Partner("register", address)


@pytest.mark.parametrize("address", ["https://example.org", "http://localhost:1", "http://127.0.0.1", "http://[::1]:1"])
def test_an_address_that_is_encrypted_or_local_is_taken(address: str) -> None:
    assert Partner("register", address).name == "register"


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = _certificate(tmp_path)
    with loopback(reply(200, {}), tls=_server_side(certificate)) as partner:
        with pytest.raises(PartnerUnavailable, match="register: connection"):
            Partner("register", partner.url).ask("GET", "/a")
        assert partner.requests == []


def test_a_trusted_certificate_is_accepted_and_its_partner_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _certificate(tmp_path)
    monkeypatch.setattr(transport, "_ssl_context", lambda: ssl.create_default_context(cafile=certificate))
    with loopback(reply(200, {"a": 1}), tls=_server_side(certificate)) as partner:
        register = Partner("register", partner.url, total_seconds=1)
        assert register.ask("GET", "/a") == {"a": 1}
        partner.behaviour = drip(SLOW_ANSWER)
        with pytest.raises(PartnerUnavailable, match="register: timeout"):
            register.ask("GET", "/a")


class Registry(PartnerAnswer):
    """A shape such as clients of partners have."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    name: Annotated[str, Field(pattern=r"^.{1,3}$")]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "430000",
        {},
        {"code": "430000"},
        {"code": 430000, "name": "湖南"},
        {"code": "430000\n", "name": "湖南"},
        {"code": "430000", "name": ""},
        {"code": "430000", "name": None},
        {"code": "430000", "name": "湖南\n"},
        {"code": "430000", "name": "湖南省份"},
    ],
)
def test_an_answer_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(PartnerUnavailable, match="register: bad_answer"):
        Partner("register", "https://example.org").read(data, Registry)


def test_an_answer_is_taken_by_its_named_fields_and_what_is_new_is_left() -> None:
    data = {"code": "430000", "name": "湖南省", "since": 2018}
    assert Partner("register", "https://example.org").read(data, Registry) == Registry(code="430000", name="湖南省")


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "partner")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
