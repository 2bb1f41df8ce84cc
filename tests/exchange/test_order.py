"""Messages of one stream keep the order of their making, whatever the clocks say."""

import datetime as dt

import pytest
import time_machine

from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.services import enqueue

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("step", [dt.timedelta(0), dt.timedelta(seconds=-2)], ids=["one millisecond", "a slower clock"])
def test_order(step: dt.timedelta) -> None:
    stream = uuid7()
    for version in range(1, 9):
        with time_machine.travel(NOON + version * step, tick=False):
            enqueue(topic="record.reported", subject_id=stream, stream_id=stream, version=version)
    told = OutboxMessage.objects.filter(stream_id=stream).order_by("id").values_list("version", flat=True)
    assert list(told) == list(range(1, 9))
    [head] = OutboxMessage.objects.filter(stream_id=stream).heads(now=clock.now(), limit=2)
    assert head.version == 1
