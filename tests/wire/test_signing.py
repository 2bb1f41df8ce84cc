"""One changed byte is enough to be refused, and nothing holds twice or elsewhere."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from kuaiji_wire.errors import BadSignature, BadSignatureInput, DigestMismatch, Replayed, Tampered, UnknownKey, Unsigned
from kuaiji_wire.keys import KeyBook, load_private_key
from kuaiji_wire.signing import Request, Response, Signer, verify_request, verify_response
from people.wire_samples import HUB_KEY, OTHER_KEY, PLATFORM_KEY, PRIVATE, PUBLIC
from tests.support.wire_hub import Nonces

KEYS = KeyBook(PUBLIC)
BY = {keyid: Signer(keyid, load_private_key(PRIVATE[keyid])) for keyid in PRIVATE}
ADDRESS = "https://hub.example/wire/v1/messages"
MOMENT = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)
with time_machine.travel(MOMENT, tick=False):
    POST = BY[PLATFORM_KEY].sign_request(Request("POST", ADDRESS, body='{"说":"好"}'.encode()))
    GET = BY[PLATFORM_KEY].sign_request(Request("GET", "https://hub.example/wire/v1/feed?after=7&limit=50"))
    ANSWER = BY[HUB_KEY].sign_response(Response(200, POST, body=b'{"code":"ok"}'))


@pytest.fixture(autouse=True, scope="module")
def _moment() -> Iterator[None]:
    """The clock stands where they were signed: what is refused here is not refused for its age."""
    with time_machine.travel(MOMENT, tick=False):
        yield


def prove(request: Request) -> None:
    verify_request(request, keys=KEYS, nonces=Nonces())


def with_byte(value: bytes, position: int, other: int) -> bytes:
    return value[:position] + bytes([value[position] ^ other]) + value[position + 1 :]


@st.composite
def one_byte_off(draw: st.DrawFn, parts: list[bytes]) -> list[bytes]:
    """The parts with one byte of one of them changed."""
    which = draw(st.sampled_from([number for number, part in enumerate(parts) if part]))
    changed = with_byte(parts[which], draw(st.integers(0, len(parts[which]) - 1)), draw(st.integers(1, 255)))
    return [changed if number == which else part for number, part in enumerate(parts)]


def parts_of(message: Request | Response) -> list[bytes]:
    return [message.body, *[value.encode("latin-1") for value in message.headers.values()]]


def from_parts(message: Request, parts: list[bytes]) -> Request:
    values = [part.decode("latin-1") for part in parts[1:]]
    return replace(message, body=parts[0], headers=dict(zip(message.headers, values, strict=True)))


@pytest.mark.parametrize("message", [POST, GET], ids=["post", "get"])
@given(data=st.data())
def test_a_request_with_one_byte_changed_is_refused(message: Request, data: st.DataObject) -> None:
    prove(message)
    changed = from_parts(message, data.draw(one_byte_off(parts_of(message))))
    with pytest.raises(BadSignature):
        prove(changed)


@given(st.data())
def test_an_answer_with_one_byte_changed_is_refused(data: st.DataObject) -> None:
    verify_response(ANSWER, keys=KEYS)
    parts = data.draw(one_byte_off(parts_of(ANSWER)))
    values = [part.decode("latin-1") for part in parts[1:]]
    changed = replace(ANSWER, body=parts[0], headers=dict(zip(ANSWER.headers, values, strict=True)))
    with pytest.raises(BadSignature):
        verify_response(changed, keys=KEYS)


@given(st.integers(0, len(ADDRESS) - 1), st.sampled_from("abcxyz019/?.-"))
def test_a_request_holds_at_its_own_address_only(position: int, letter: str) -> None:
    url = ADDRESS[:position] + letter + ADDRESS[position + 1 :]
    # Scheme and a letter's case in the host say nothing; everything else is covered.
    if url[8:] == ADDRESS[8:] or not url.startswith("https://"):
        return
    with pytest.raises(BadSignature):
        prove(replace(POST, url=url))


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "HEAD", "post"])
def test_a_request_holds_for_its_own_method_only(method: str) -> None:
    with pytest.raises(BadSignature):
        prove(replace(POST, method=method))


def test_a_body_that_nothing_vouches_for_is_refused() -> None:
    with pytest.raises(DigestMismatch):
        prove(replace(GET, body=b"{}"))


def test_who_signed_is_told() -> None:
    signed = BY[OTHER_KEY].sign_request(Request("GET", ADDRESS))
    verified = verify_request(signed, keys=KEYS, nonces=Nonces())
    assert (verified.sender, verified.keyid) == ("440300", OTHER_KEY)
    assert verified.expires - verified.created == dt.timedelta(seconds=300)


def test_a_request_holds_once_and_what_is_refused_spends_no_nonce() -> None:
    nonces = Nonces()
    with pytest.raises(DigestMismatch):
        verify_request(replace(POST, body=b"{}"), keys=KEYS, nonces=nonces)
    assert not nonces.seen
    verify_request(POST, keys=KEYS, nonces=nonces)
    with pytest.raises(Replayed):
        verify_request(POST, keys=KEYS, nonces=nonces)


@pytest.mark.parametrize(("seconds", "holds"), [(-61, False), (-60, True), (0, True), (300, True), (301, False)])
def test_a_signature_has_its_time(seconds: int, holds: bool) -> None:
    signed = BY[PLATFORM_KEY].sign_request(Request("GET", ADDRESS))
    with time_machine.travel(MOMENT + dt.timedelta(seconds=seconds), tick=False):
        if holds:
            prove(signed)
        else:
            with pytest.raises(BadSignature, match="stale"):
                prove(signed)


def test_a_key_that_was_taken_back_holds_nothing() -> None:
    with pytest.raises(UnknownKey):
        verify_request(POST, keys=KeyBook({}), nonces=Nonces())


def test_no_answer_without_a_signed_request_is_believed() -> None:
    bare = Request("POST", ADDRESS, body=POST.body)
    to_unsigned = BY[HUB_KEY].sign_response(Response(401, bare, body=b"{}"))
    assert '"signature"' not in to_unsigned.headers["signature-input"]
    with pytest.raises(Unsigned):
        verify_response(to_unsigned, keys=KEYS)
    with pytest.raises(BadSignatureInput):
        verify_response(replace(to_unsigned, request=POST), keys=KEYS)


def test_an_answer_answers_its_own_request_only() -> None:
    again = BY[PLATFORM_KEY].sign_request(Request("POST", ADDRESS, body=POST.body))
    with pytest.raises(Tampered):
        verify_response(replace(ANSWER, request=again), keys=KEYS)


def test_header_names_are_read_in_any_case_and_a_second_header_is_refused() -> None:
    prove(replace(POST, headers={name.title(): value for name, value in POST.headers.items()}))
    twice = {**POST.headers, "signature": ", ".join([POST.headers["signature"]] * 2)}
    with pytest.raises(BadSignatureInput):
        prove(replace(POST, headers=twice))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("created=", "created=9"),
        lambda text: text.replace("created=", "created=-"),
        lambda text: text.replace(";created=", ";created=?1;x="),
        lambda text: text + ";more=1",
        lambda text: text.replace(';alg="ed25519"', ""),
        lambda text: text.replace('nonce="', 'nonce="é'),
        lambda text: text.replace('"@path" ', '"@path";sf '),
        lambda text: "wire",
        lambda text: 'wire="x"',
        lambda text: "(" * 5000,
    ],
)
def test_hostile_parameters_are_refused(spoil: Callable[[str], str]) -> None:
    with pytest.raises(BadSignature):
        prove(replace(POST, headers={**POST.headers, "signature-input": spoil(POST.headers["signature-input"])}))


def test_a_signer_shows_no_key_and_takes_no_other_name() -> None:
    assert PRIVATE[HUB_KEY] not in repr(BY[HUB_KEY]) and "private" not in repr(BY[HUB_KEY])
    with pytest.raises(ValueError, match="key id"):
        Signer("guangdong", load_private_key(PRIVATE[PLATFORM_KEY]))
