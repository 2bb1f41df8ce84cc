"""A hub that is away, or that nothing proves to be the hub: nothing is lost and nobody is believed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog
import time_machine

from kuaiji.accountants.models import Record
from kuaiji.accountants.reporting.reports import unreported_since
from kuaiji.common.breaker import UNTRUSTED_PAUSE
from kuaiji.exchange import loop
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.sending import MOST_ATTEMPTS
from kuaiji.exchange.services import parked_messages
from kuaiji_wire.messages import parse, read_envelope
from kuaiji_wire.shapes import Shape
from kuaiji_wire.signing import Request, Response
from people.records.versioned_records import make_record
from tests.support.wire_hub import Hub

pytestmark = pytest.mark.race


def row(record: Record) -> OutboxMessage:
    return OutboxMessage.objects.get(subject_id=record.pk, version=1)


AWAY: dict[str, Callable[[Response], Response]] = {
    "busy": lambda answer: replace(answer, status_code=503, headers={}, body=b"{}"),
    "proxy": lambda answer: replace(answer, status_code=502, headers={"content-type": "text/html"}, body=b"<html>"),
}


@pytest.mark.parametrize("change", AWAY.values(), ids=AWAY)
def test_a_hub_that_is_away_is_left_alone_and_then_everything_goes(
    small_hub: Hub, change: Callable[[Response], Response]
) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        records = [make_record(seed=seed) for seed in range(3)]
        usual, small_hub.change = small_hub.change, change
        loop.once()
        assert breaker.is_open and not parked_messages()
        for _ in range(240):  # four hours, a minute each
            traveller.shift(dt.timedelta(minutes=1))
            loop.once()
        assert OutboxMessage.objects.open().count() == 3 and not parked_messages()
        assert all(unreported_since(record) for record in records)
        small_hub.change = usual
        traveller.shift(dt.timedelta(minutes=1))
        loop.once()
        assert not OutboxMessage.objects.open().exists() and not breaker.reason
        assert not any(unreported_since(record) for record in records)


FORGED: dict[str, Callable[[Response], Response]] = {
    "redirect": lambda answer: replace(answer, status_code=302, headers={"location": "http://127.0.0.1:1/"}, body=b""),
    "unsigned": lambda answer: replace(answer, headers={"content-type": "application/json"}),
    "changed byte": lambda answer: replace(answer, body=answer.body.replace(b"accepted", b"refused ")),
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_who_is_not_proven_to_be_the_hub_is_believed_nothing(
    small_hub: Hub, change: Callable[[Response], Response]
) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        record = make_record()
        usual, small_hub.change = small_hub.change, change
        with structlog.testing.capture_logs() as lines:
            loop.once()
        assert "hub_untrusted" in {line["event"] for line in lines if line["log_level"] == "error"}
        assert row(record).done_at is None and breaker.is_open
        small_hub.change = usual
        traveller.shift(UNTRUSTED_PAUSE - dt.timedelta(seconds=1))
        loop.once()
        assert row(record).done_at is None
        traveller.shift(dt.timedelta(seconds=2))
        loop.once()
        assert row(record).done_at


def test_only_what_fails_while_others_pass_is_parked(small_hub: Hub) -> None:
    poison, take = make_record(seed=0), small_hub.take

    def choke(request: Request) -> Shape:
        body: Any = parse(read_envelope(request.body))
        if body.record_id == poison.pk:
            raise ConnectionError
        return take(request)

    small_hub.take = choke  # type: ignore[method-assign]
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        for seed in range(1, MOST_ATTEMPTS + 1):
            other = make_record(seed=seed)
            loop.once()
            traveller.shift(dt.timedelta(hours=1, seconds=1))
            assert row(other).done_at
        loop.once()
    assert [message.stream_id for message in parked_messages()] == [poison.pk]
