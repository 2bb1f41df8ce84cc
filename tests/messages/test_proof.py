"""The proof of messages, scaled down: a gateway that loses, cuts and breaks, and workers that are killed."""

import random
from collections.abc import Iterator, Sequence

import pytest
import time_machine

from kuaiji.common import clock
from kuaiji.messages.models import Delivery, Message
from kuaiji.sms import loop, sending, services, tasks
from kuaiji.sms.models import MessageState, OutgoingSms
from kuaiji.sms.services import TAKEN, Handed
from people.houses.loopback import loopback
from prove.messages import counted, report_twice, tell_twice
from prove.support.messaging import Gateway

MESSAGES = 60


class Killed(BaseException):
    """What ends a process in the middle of its work."""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Without hanging: that takes five seconds each."""
    bad = Gateway(random.Random(3), fates={"well": 70, "lost": 10, "cut": 10, "broken": 10})
    with loopback(bad) as there:
        for name, value in {
            "KUAIJI_DEMO": "1",
            "KUAIJI_SMS_PROVIDERS": "standin",
            "KUAIJI_STANDINS_URL": there.url,
            "KUAIJI_STANDINS_TOKEN": "token",
        }.items():
            monkeypatch.setenv(name, value)
        tasks.provider.cache_clear()
        yield bad
    tasks.provider.cache_clear()


@pytest.mark.race
def test_whatever_gateway_and_workers_do_everybody_gets_it_once(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer, note = random.Random(5), services.settle

    def dies_first(*, handed: Sequence[Handed]) -> None:
        """The gateway has taken them, and nobody wrote that down."""
        if killer.random() < 0.4:
            raise Killed
        note(handed=handed)

    monkeypatch.setattr(sending, "settle", dies_first)
    monkeypatch.setattr(sending, "AT_ONCE", 8)
    begin = clock.now()
    assert tell_twice(MESSAGES) == MESSAGES == Message.objects.count() == OutgoingSms.objects.count()
    for turn in range(40):
        try:
            tasks.provider.cache_clear()  # another process: its breaker has seen nothing
            with time_machine.travel(begin + turn * TAKEN, tick=True):  # until what was taken may be taken again
                loop.once()
        except Killed:
            continue
        report_twice(gateway)
        if not OutgoingSms.objects.filter(state=MessageState.WAITING).exists():
            break
    report_twice(gateway)
    found = counted(gateway, MESSAGES)
    assert {name: found[name] for name in ("missing", "strange", "told_twice", "not_known_to_have_arrived")} == {
        "missing": 0, "strange": 0, "told_twice": 0, "not_known_to_have_arrived": 0,
    }  # fmt: skip
    assert found["handed_over_again"] > 0 and gateway.met["lost"] and gateway.met["broken"]
    assert Delivery.objects.count() == MESSAGES
