"""The proof of messages, scaled down: a gateway that loses, cuts and breaks, and workers that are killed."""

import random
from collections.abc import Iterator

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kuaiji.messages.models import Delivery, Message
from kuaiji.sms import services, tasks
from kuaiji.sms.models import MessageState, OutgoingSms
from kuaiji.sms.services import DELIVER
from people.houses.loopback import loopback
from people.sign_in_steps import run_jobs
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
    killer, note = random.Random(5), services.record_sent

    def dies_first(**outcome: str) -> None:
        """The gateway has taken it, and nobody wrote that down."""
        if killer.random() < 0.2:
            raise Killed
        note(**outcome)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "record_sent", dies_first)
    assert tell_twice(MESSAGES) == MESSAGES == Message.objects.count() == OutgoingSms.objects.count()
    for _ in range(40):
        try:
            tasks.provider.cache_clear()  # another process: its breaker has seen nothing
            run_jobs(DELIVER)
        except Killed:
            continue  # its job is found and taken over
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
    assert not ProcrastinateJob.objects.filter(task_name=DELIVER, status="failed").exists()
