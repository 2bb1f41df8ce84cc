"""What travels is read in one way only; what is no message is refused without being quoted."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji_signed import canonical
from kuaiji_wire.answers import REFUSALS, Answer, ReportResult, TransferResult, TransferState
from kuaiji_wire.errors import BadJson, BadMessage, UnknownTopic, UnknownVersion, WireError
from kuaiji_wire.messages import MODELS, Envelope, Message, Topic, digest, parse, read_envelope
from kuaiji_wire.shapes import PlatformName
from people.wire_samples import CLAIMED, HERE, MESSAGES, MESSAGES_2, NOW, PERSON, RELEASED, REPORTED, WITHDRAWN

ID = uuid.UUID("01990000-0000-7000-8000-0000000000ff")
numbers = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def envelope(message: Message = WITHDRAWN, **changes: Any) -> Envelope:
    return Envelope.of(message, id=ID, sent_at=NOW).model_copy(update=changes)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.topic)
def test_a_message_arrives_as_it_left(message: Message) -> None:
    arrived = read_envelope(canonical.dump(envelope(message).plain()))
    assert parse(arrived) == message


def test_every_topic_has_a_shape_and_a_sample() -> None:
    assert {topic for topic, _ in MODELS} == set(Topic) == set(REFUSALS)
    assert {message.topic for message in (*MESSAGES, *MESSAGES_2)} == set(Topic)


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(UnknownTopic):
        parse(envelope(topic="record.deleted"))
    with pytest.raises(UnknownVersion):
        parse(envelope(version=2))


BODY = CLAIMED.plain()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"more": 1}, "body.more"),
        ({"claimed_at": "2026-11-22T04:00:00"}, "body.claimed_at"),
        ({"claimed_at": 1795320000}, "body.claimed_at"),
        ({"claim_id": "no"}, "body.claim_id"),
        ({"destination_division": "4403"}, "body.destination_division"),
        ({"destination_division": 440304}, "body.destination_division"),
        ({"person": {**BODY["person"], "name": ""}}, "body.person.name"),
        ({"person": {**BODY["person"], "name": "秘密\n"}}, "body.person.name"),
        ({"person": {**BODY["person"], "document_country": "China"}}, "body.person.document_country"),
        ({"person": None}, "body.person"),
    ],
)
def test_a_fault_is_found_and_not_quoted(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadMessage) as refused:
        parse(envelope(CLAIMED, body=BODY | change))
    assert refused.value.field == field
    assert PERSON.document.number not in repr(refused.value) and "秘密" not in repr(refused.value)
    assert refused.value.__cause__ is None and refused.value.__context__ is None


def test_a_missing_member_is_found() -> None:
    with pytest.raises(BadMessage, match=r"body\.transfer_id"):
        parse(envelope(body={"at": NOW.isoformat(), "reason": ""}))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b"1.5",
        b"1e3",
        b"NaN",
        b"-Infinity",
        b"9007199254740992",
        b"9" * 100_000,
        b'{"a":"\\ud800"}',
        b'{"\\ud800":1}',
        b'["\\ud800"]',
        b'"\\ud800"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 200_000,
    ],
    ids=range(17),
)
def test_json_that_two_could_read_differently_is_refused(text: bytes) -> None:
    with pytest.raises(BadJson) as refused:
        canonical.load(text)
    assert refused.value.__context__ is None or refused.value.__suppress_context__
    with pytest.raises(BadJson):
        read_envelope(text)


@given(values)
def test_canonical_bytes_are_read_back_and_stay(value: Any) -> None:
    data = canonical.dump(value)
    assert canonical.load(data) == value
    assert canonical.dump(json.loads(json.dumps(value))) == data


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {1, 2}, "\ud800", {"\ud800": 1}, ["\ud800"]])
def test_what_canonical_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(BadJson):
        canonical.dump(value)


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_message_or_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(WireError):
        read_envelope(data)


def test_a_digest_is_of_what_is_said_not_of_when() -> None:
    said = digest(envelope())
    later = envelope(sent_at=NOW + dt.timedelta(days=1), id=HERE)
    shuffled = read_envelope(json.dumps(dict(reversed(envelope().plain().items())), indent=3).encode())
    assert digest(later) == digest(shuffled) == said
    others = [envelope(body=WITHDRAWN.plain() | {"reason": "别的"}), envelope(version=2), envelope(topic="a")]
    assert said not in {digest(other) for other in others}


def test_a_message_never_changes() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(REPORTED, "record_id", ID)  # noqa: B010 (the type checker knows that it is frozen)


@pytest.mark.parametrize("picture", ["iVBORw0KGgo=", "/9j/!", ""])
def test_a_message_shows_pictures_as_jpeg_only(picture: str) -> None:
    with pytest.raises(BadMessage, match=r"body\.pictures\.photo"):
        parse(envelope(RELEASED, body=RELEASED.plain() | {"pictures": {"photo": picture}}))


HELD_BY = PlatformName(code="440000", name="广东省")
REPORT = ReportResult(held_by=HELD_BY, newest_version=1)
TRANSFER = TransferResult(transfer_id=ID, state=TransferState.RECEIVED, held_by=HELD_BY)


@pytest.mark.parametrize(
    ("topic", "status", "code", "result", "fits"),
    [
        (Topic.RECORD_REPORTED, "accepted", "ok", REPORT, True),
        (Topic.RECORD_REPORTED, "accepted", "ok", TRANSFER, False),
        (Topic.RECORD_REPORTED, "accepted", "ok", None, False),
        (Topic.RECORD_REPORTED, "refused", "held_elsewhere", REPORT, True),
        (Topic.RECORD_REPORTED, "refused", "already_received", None, False),
        (Topic.TRANSFER_WITHDRAWN, "refused", "already_received", TRANSFER, True),
        (Topic.TRANSFER_WITHDRAWN, "refused", "unknown_transfer", None, True),
        (Topic.TRANSFER_WITHDRAWN, "refused", "ok", TRANSFER, False),
        (Topic.TRANSFER_WITHDRAWN, "accepted", "already_received", TRANSFER, False),
    ],
)
def test_an_answer_fits_its_topic(topic: Topic, status: Any, code: str, result: Any, fits: bool) -> None:
    assert Answer(id=ID, status=status, code=code, message="", result=result).fits(topic) is fits
