"""The verifier for doors that are asked often lets in and refuses what the library's check does, by the same errors."""

import base64
import datetime as dt
import hmac
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine

from kuaiji_signed import strict
from kuaiji_signed.errors import BadSignatureInput, SignedError
from kuaiji_signed.keys import HmacSm3, Secret, VerifyingKey
from kuaiji_signed.signing import Request, Response, Scheme, Signer, verify_request, verify_response
from tests.support.wire_hub import Nonces

SCHEME = Scheme(
    label="sig1",
    algorithms=("hmac-sha256", "hmac-sm3"),
    key_id=re.compile(r"(?P<owner>exam-[0-9a-f]{4})"),
    key_id_example="exam-0a1b",
    with_body=("@method", "@authority", "@path", "content-digest", "content-type"),
    without_body=("@method", "@authority", "@path", "@query"),
    has_expires=False,
    skew=dt.timedelta(seconds=300),
    nonce=re.compile(r"[0-9A-Za-z_+/=.~-]{16,64}"),
)
SECRETS = {"exam-0001": Secret(b"a" * 32), "exam-0002": Secret(bytes(range(40)), "hmac-sm3")}
VERIFIER = strict.Verifier(SCHEME)
MOMENT = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)
ROUNDS = 500  # each a good one of both algorithms, with and without a body, and as many spoilt


class Keys:
    def find(self, keyid: str) -> VerifyingKey | None:
        return SECRETS.get(keyid)


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def asked_of(request: Request) -> strict.Asked:
    parts = urlsplit(request.url)
    return strict.Asked(request.method, parts.netloc, parts.path, parts.query, request.headers)


def by_the_library(request: Request) -> str:
    try:
        verified = verify_request(request, scheme=SCHEME, keys=Keys(), nonces=Nonces())
    except SignedError as error:
        return error.code
    return f"{verified.keyid} {verified.nonce} {verified.created}"


def by_ours(request: Request) -> str:
    try:
        found = strict.verify(
            VERIFIER, asked_of(request), request.body, find=SECRETS.get, now=dt.datetime.now(dt.UTC).timestamp()
        )
    except SignedError as error:
        return error.code
    return f"{found.keyid} {found.nonce} {dt.datetime.fromtimestamp(found.created, dt.UTC)}"


def made(chance: random.Random, keyid: str, method: str) -> Request:
    path = f"/api/{''.join(chance.choices('abc0123/._~-', k=chance.randrange(12)))}"
    query = f"?after={chance.randrange(10**6)}" if chance.random() < 0.5 and method == "GET" else ""
    url = f"https://{chance.choice(['kuaiji.example', '127.0.0.1:8000', '[2001:db8::1]:8443'])}{path}{query}"
    body = chance.randbytes(chance.randrange(300)) if method == "POST" else b""
    nonce = "".join(chance.choices("abcXYZ012_-+/=", k=chance.randrange(16, 65)))
    with time_machine.travel(MOMENT + dt.timedelta(seconds=chance.randrange(-300, 301)), tick=False):
        return Signer(keyid, SECRETS[keyid], SCHEME).sign_request(Request(method, url, body=body), nonce=nonce)


def _header(name: str, change: Callable[[str, random.Random], str]) -> Callable[[Request, random.Random], Request]:
    def spoil(request: Request, chance: random.Random) -> Request:
        given = request.headers.get(name, "")
        return replace(request, headers={**request.headers, name: change(given, chance)})

    return spoil


def _without(name: str) -> Callable[[Request, random.Random], Request]:
    return lambda request, _: replace(
        request, headers={key: value for key, value in request.headers.items() if key != name}
    )


def _one_character(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) or 1)
    return text[:place] + chance.choice('aZ0=";:( )+/\\\u00e9\t') + text[place + 1 :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) or 1)]


def _doubled(text: str, _: random.Random) -> str:
    return f"{text}, {text}"


def _swapped(text: str, chance: random.Random) -> str:
    start, *parameters = text.split(";")
    chance.shuffle(parameters)
    return ";".join([start, *parameters])


def _more(text: str, chance: random.Random) -> str:
    extra = [';tag="x"', ";expires=1", ";created=1", ';nonce="0123456789abcdef"', ";more", ";alg=1", ";created=01"]
    return text + chance.choice(extra)


def _other(pattern: str, *values: str) -> Callable[[str, random.Random], str]:
    return lambda text, chance: re.sub(pattern, chance.choice(values), text)


SPOILS: dict[str, Callable[[Request, random.Random], Request]] = {
    "no signature": _without("signature"),
    "no input": _without("signature-input"),
    "no digest": _without("content-digest"),
    "no type": _without("content-type"),
    **{f"{change.__name__} {name}": _header(name, change)
       for name in ("signature", "signature-input", "content-digest")
       for change in (_one_character, _cut, _doubled)},
    "another order": _header("signature-input", _swapped),
    "another parameter": _header("signature-input", _more),
    "another algorithm": _header("signature-input", _other(r"hmac-s[^\"]+", "hmac-sm3", "hmac-sha256", "ed25519", "")),
    "another key": _header("signature-input", _other("exam-000[12]", "exam-0001", "exam-0002", "exam-0009", "x", "")),
    "another time": _header("signature-input", _other("created=[0-9]+", "created=1", "created=-1", "created=9e9",
                                                      "created=1795320000", "created=0", 'created="1"')),
    "another nonce": _header("signature-input", _other('nonce="[^"]+"', 'nonce="short"', 'nonce="0123456789abcdef"',
                                                       'nonce="a b c d e f g h i"', "nonce=?1", r'nonce="\\\\"')),
    "another component": _header("signature-input", _other('"@path"', '"@target-uri"', '"@path";req', '"@PATH"')),
    "another type": _header("content-type", _other(".+", "text/plain", "application/json; charset=utf-8")),
    "another body": lambda request, chance: replace(request, body=request.body + chance.randbytes(1)),
    "another path": lambda request, _: replace(request, url=request.url.replace("/api/", "/apj/", 1)),
    "another query": lambda request, _: replace(request, url=f"{request.url.partition('?')[0]}?after=7"),
    "another authority": lambda request, _: replace(request, url=re.sub("//[^/]+", "//other.example", request.url)),
    "another method": lambda request, _: replace(request, method="GET" if request.method == "POST" else "POST"),
    "another base64": _header("signature", lambda text, _: text[:-3] + chr(ord(text[-3]) + 1) + text[-2:]),
}  # fmt: skip


def test_it_says_what_the_library_says() -> None:
    chance = random.Random(9421)
    differing, outcomes = [], dict.fromkeys(("good", "refused"), 0)
    for _ in range(ROUNDS):
        for keyid in SECRETS:
            for method in ("GET", "POST"):
                good = made(chance, keyid, method)
                name = chance.choice(list(SPOILS))
                spoilt = SPOILS[name](good, chance)
                assert by_ours(good) == by_the_library(good) and by_ours(good).startswith(keyid)
                ours, wanted = by_ours(spoilt), by_the_library(spoilt)
                outcomes["good" if wanted.startswith("exam-") else "refused"] += 1
                if ours != wanted:
                    differing.append((name, ours, wanted, spoilt.headers))
    assert not differing[:3]
    assert outcomes["refused"] > 2.5 * ROUNDS


@pytest.mark.parametrize("name", SPOILS)
def test_each_way_to_spoil_a_message_is_refused_alike(name: str) -> None:
    chance, refused = random.Random(name), set()
    for keyid in SECRETS:
        for method in ("GET", "POST"):
            spoilt = SPOILS[name](made(chance, keyid, method), chance)
            assert by_ours(spoilt) == by_the_library(spoilt)
            refused.add(by_ours(spoilt).startswith("exam-"))
    assert refused != {True} or name in ("another order", "another type")


@pytest.mark.parametrize(("seconds", "holds"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_it_holds_three_hundred_seconds_either_way(seconds: int, holds: bool) -> None:
    request = made(random.Random(1), "exam-0001", "POST")
    created = int(re.findall("created=([0-9]+)", request.headers["signature-input"])[0])
    with time_machine.travel(dt.datetime.fromtimestamp(created + seconds, dt.UTC), tick=False):
        assert by_ours(request).startswith("exam-") is holds
        assert by_ours(request) == by_the_library(request)


def _sm3_messages() -> list[tuple[bytes, bytes]]:
    return [(bytes([seed]) * size, bytes(range(seed))) for seed, size in ((11, 32), (170, 64), (205, 100), (1, 65))]


@pytest.mark.parametrize(("key", "text"), _sm3_messages())
def test_sm3_is_rfc_2104_over_the_standards_digest(key: bytes, text: bytes) -> None:
    from cryptography.hazmat.primitives import hashes

    def sm3(data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()

    block = (sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in block) + text)
    wanted = sm3(bytes(byte ^ 0x5C for byte in block) + inner)
    assert strict.mac(Secret(key, "hmac-sm3"), text) == wanted
    assert HmacSm3(private_key=key).sign(text) == wanted


@pytest.mark.parametrize(
    ("text", "digest"),
    [  # GB/T 32905-2016, appendix A: the two examples of the standard
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_digest_is_that_of_the_standard(text: bytes, digest: str) -> None:
    from cryptography.hazmat.primitives import hashes

    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(text)
    assert sm3.finalize().hex() == digest


def test_the_library_of_the_language_makes_the_same_macs() -> None:
    for secret in SECRETS.values():
        digest = "sha256" if secret.algorithm == "hmac-sha256" else "sm3"
        assert strict.mac(secret, b"text") == hmac.new(secret.value, b"text", digest).digest()


@pytest.mark.parametrize("change", [{"tag": "x"}, {"has_expires": True}, {"algorithms": ("ed25519",)}])
def test_other_schemes_are_for_the_library(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="shared secrets"):
        strict.Verifier(replace(SCHEME, **change))


def test_one_signature_has_one_spelling() -> None:
    good = made(random.Random(2), "exam-0001", "POST")
    raw = base64.b64decode(good.headers["signature"][6:-1])
    assert len(raw) == 32
    for spelt in (good.headers["signature"].replace("=:", "=: ", 1), good.headers["signature"].rstrip(":")):
        with pytest.raises(BadSignatureInput):
            VERIFIER.read(replace(asked_of(good), headers={**good.headers, "signature": spelt}))


@pytest.mark.parametrize("keyid", SECRETS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_it_signs_is_proven_by_the_library(keyid: str, method: str) -> None:
    request, body = made(random.Random(3), keyid, method), b'{"outcome":"found"}'
    now = int(dt.datetime.now(dt.UTC).timestamp())
    asked = asked_of(request)
    proofs = VERIFIER.sign_answer(asked, VERIFIER.read(asked), SECRETS[keyid], status=200, body=body, now=now)
    answer = Response(200, request, {"content-type": "application/json", **proofs}, body)
    assert verify_response(answer, scheme=SCHEME, keys=Keys()).keyid == keyid
    for spoilt in (
        replace(answer, body=b"{}"),
        replace(answer, status_code=201),
        replace(answer, request=made(random.Random(4), keyid, method)),
    ):
        with pytest.raises(SignedError):
            verify_response(spoilt, scheme=SCHEME, keys=Keys())
