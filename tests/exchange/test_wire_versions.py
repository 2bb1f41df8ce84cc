"""A message is told in the version of the wire that was spoken when it was written, and again in 1 where that is all
that its destination reads."""

import uuid

import pytest

from kuaiji.common.environment import ConfigurationError
from kuaiji.exchange import loop, sending
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.exchange.sending import SendAttempt
from kuaiji.exchange.services import enqueue, send_again, tell_in_version_1
from kuaiji_wire.messages import RecordReported, RecordReported2, Topic, parse, read_envelope
from kuaiji_wire.signing import Request
from people.records.versioned_records import make_record
from tests.support.wire_hub import Hub

pytestmark = pytest.mark.race


def speak(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("KUAIJI_WIRE_VERSION", version)


def test_version_1_is_spoken_until_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUAIJI_WIRE_VERSION", raising=False)
    assert clients.wire_version() == 1
    for given, version in (("", 1), ("1", 1), ("2", 2)):
        speak(monkeypatch, given)
        assert clients.wire_version() == version
    for odd in ("3", "0", "two", " 2"):
        speak(monkeypatch, odd)
        with pytest.raises(ConfigurationError, match="KUAIJI_WIRE_VERSION"):
            clients.wire_version()


def test_a_message_keeps_its_version(small_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again it must say the same, though the deployment has begun to speak another version meanwhile."""
    first = make_record(seed=1)
    speak(monkeypatch, "2")
    second = make_record(seed=2)
    speak(monkeypatch, "1")
    bodies = {}
    for attempt in sending._take(OutboxMessage.objects.all(), limit=9):
        bodies[attempt.row.subject_id] = attempt.body
    assert type(bodies[first.pk]) is RecordReported and type(bodies[second.pk]) is RecordReported2


def test_both_versions_say_the_same_of_a_record(monkeypatch: pytest.MonkeyPatch, small_hub: Hub) -> None:
    record = make_record()
    row = OutboxMessage.objects.get(subject_id=record.pk)
    attempts = []
    for version in (1, 2):
        row.wire_version = version
        attempts.append(SendAttempt(row))
        sending._render(attempts[-1])
    one, two = (attempt.body for attempt in attempts)
    assert isinstance(one, RecordReported) and isinstance(two, RecordReported2)
    said, more = one.plain(), two.plain()
    assert more["archive"].pop("ended") is None and more["archive"].pop("credit_years") == []
    assert said["person"] == more["person"]
    for slug, section in said["archive"].pop("sections").items():
        grown = more["archive"]["sections"][slug]
        assert {name: grown[name] for name in section if name not in ("periods", "qualifications")} == {
            name: value for name, value in section.items() if name not in ("periods", "qualifications")
        }
    del more["archive"]["sections"]
    assert said == more


def test_the_hub_is_told_in_version_2(small_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, "2")
    told = []
    take = small_hub.take

    def listen(request: Request) -> object:
        told.append(parse(read_envelope(request.body)).version)
        return take(request)

    small_hub.take = listen  # type: ignore[method-assign, assignment]
    record = make_record()
    loop.once()
    assert told == [2]
    sent = OutboxMessage.objects.get(subject_id=record.pk)
    assert (sent.wire_version, sent.answer_code) == (2, "ok") and sent.digest == small_hub.taken[sent.message_id][0]
    speak(monkeypatch, "1")
    assert send_again(topic=Topic.RECORD_REPORTED, subject_id=record.pk)
    loop.once()
    assert told == [2, 2] and len({known for known, _ in small_hub.taken.values()}) == 1


@pytest.mark.usefixtures("small_hub")
def test_what_version_1_cannot_say_is_not_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    transfer = uuid.uuid4()
    speak(monkeypatch, "1")
    with pytest.raises(ValueError, match="version 1"):
        enqueue(topic=Topic.TRANSFER_CODE_RENEWED, subject_id=transfer, stream_id=transfer)
    assert not OutboxMessage.objects.filter(subject_id=transfer).exists()
    speak(monkeypatch, "2")
    enqueue(topic=Topic.TRANSFER_CLAIMED, subject_id=transfer, stream_id=transfer)
    assert OutboxMessage.objects.get(subject_id=transfer).wire_version == 1


@pytest.mark.usefixtures("small_hub")
def test_what_is_told_again_in_1_comes_before_what_waits_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, "2")
    transfer, stream = uuid.uuid4(), uuid.uuid4()
    enqueue(topic=Topic.TRANSFER_RELEASED, subject_id=transfer, stream_id=stream)
    enqueue(topic=Topic.TRANSFER_WITHDRAWN, subject_id=transfer, stream_id=stream)
    first, last = OutboxMessage.objects.filter(stream_id=stream).order_by("id")
    tell_in_version_1(first)
    order = list(OutboxMessage.objects.filter(stream_id=stream).order_by("id"))
    assert [(row.topic, row.wire_version) for row in order] == [
        ("transfer.released", 2),
        ("transfer.released", 1),
        ("transfer.withdrawn", 1),
    ]
    assert order[1].message_id not in (first.message_id, last.message_id)
