"""Notices: handed over in batches, the rows are the queue; once, in time, and never before a code."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import generate_latest

from kuaiji.common import clock
from kuaiji.sms import loop, origins, sending, tasks
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.metrics import SmsCollector
from kuaiji.sms.models import MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.origins import Origin
from kuaiji.sms.services import DELIVER, TAKEN, send_message, take_notices
from people.houses.loopback import Connection, Loopback, Request, loopback, reply
from tests.support.together import together

PHONE = "13912345678"
DAY = dt.timedelta(days=1)
ACCEPTED = reply(200, {"status": "accepted", "serial": "SI0000000001"})


class Told:
    """An origin that keeps what it is told."""

    def __init__(self) -> None:
        self.over: set[uuid.UUID] = set()
        self.outcomes: dict[uuid.UUID, str] = {}

    def registered(self) -> Origin:
        return Origin(
            unwanted=lambda ids: self.over & set(ids),
            note=lambda ids, outcome, reason: self.outcomes.update(dict.fromkeys(ids, outcome)),
        )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Whoever has the notices of these tests sent."""
    made = Told()
    monkeypatch.setattr(origins.ORIGINS, "_entries", {"tests": made.registered()})
    return made


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A gateway that takes everything, until told otherwise."""
    with loopback(ACCEPTED) as partner:
        for name, value in {
            "KUAIJI_DEMO": "1",
            "KUAIJI_SMS_PROVIDERS": "standin",
            "KUAIJI_STANDINS_URL": partner.url,
            "KUAIJI_STANDINS_TOKEN": "token",
        }.items():
            monkeypatch.setenv(name, value)
        tasks.provider.cache_clear()
        yield partner
    tasks.provider.cache_clear()


def notice(*, once_only: bool = False, life: dt.timedelta = DAY) -> uuid.UUID:
    """Queue a notice."""
    return send_message(
        template_key=TemplateKey.PASSWORD_CHANGED,
        phone=PHONE,
        parameters={"time": "11月30日14:05"},
        expires_at=clock.now() + life,
        origin="tests",
        once_only=once_only,
    )


def code() -> uuid.UUID:
    return send_message(
        template_key=TemplateKey.SIGN_IN_CODE,
        phone=PHONE,
        parameters={"code": "123456", "minutes": "10"},
        expires_at=clock.now() + DAY,
    )


def state_of(key: uuid.UUID) -> str:
    return OutgoingSms.objects.get(pk=key).state


@pytest.mark.race
def test_a_notice_needs_no_job_and_goes_out_and_is_forgotten(gateway: Loopback, told: Told) -> None:
    key = notice()
    assert not ProcrastinateJob.objects.filter(task_name=DELIVER).exists()
    loop.once()
    message = OutgoingSms.objects.get(pk=key)
    assert [request.json()["id"] for request in gateway.requests] == [str(key)]
    assert (message.state, message.provider, message.serial) == ("sent", "standin", "SI0000000001")
    assert message.sent_at and message.phone is None and message.parameters is None
    assert told.outcomes == {key: "sent"}
    assert ProviderCount.objects.get().count == 1
    loop.once()
    assert len(gateway.requests) == 1


@pytest.mark.race
def test_a_batch_takes_as_many_statements_as_one_notice(gateway: Loopback, told: Told) -> None:
    counts = []
    for number in (1, 1, sending.AT_ONCE):  # the first makes the row of figures
        for _ in range(number):
            notice()
        with CaptureQueriesContext(connection) as statements:
            assert sending.send_notices(provider=tasks.provider()) == number
        counts.append(len(statements))
    assert counts[1] == counts[2] <= 10  # BEGIN and COMMIT of both transactions among them
    assert ProviderCount.objects.get().count == len(told.outcomes) == 2 + sending.AT_ONCE
    assert set(told.outcomes.values()) == {"sent"}


@pytest.mark.race
def test_a_backlog_of_notices_delays_no_code(gateway: Loopback, told: Told) -> None:
    """While the gateway keeps every notice waiting, a code goes out by its job."""
    goes_on = threading.Event()
    backlog = {str(notice()) for _ in range(3 * sending.AT_ONCE)}

    def keeps_notices(request: Request, line: Connection) -> None:
        if request.json()["id"] in backlog:
            goes_on.wait(4)
        ACCEPTED(request, line)

    gateway.behaviour = keeps_notices
    worker = threading.Thread(target=_work_once)
    worker.start()
    try:
        while len(gateway.requests) < sending.SENDERS:  # as many as wait there at a time
            threading.Event().wait(0.01)
        key = code()
        tasks.deliver(str(key))
        assert state_of(key) == "sent"
        assert OutgoingSms.objects.filter(state=MessageState.WAITING).count() == len(backlog)
    finally:
        goes_on.set()
        worker.join()
    assert not OutgoingSms.objects.filter(state=MessageState.WAITING).exists()


def _work_once() -> None:
    try:
        loop.once()
    finally:
        connections.close_all()


@pytest.mark.race
def test_no_connection_is_held_while_a_batch_is_handed_over(gateway: Loopback, told: Told) -> None:
    held: list[bool] = []
    ours = connections["default"]

    def looks(request: Request, line: Connection) -> None:
        held.append(ours.connection is not None)
        ACCEPTED(request, line)

    for _ in range(5):
        notice()
    gateway.behaviour = looks
    loop.once()
    assert held == [False] * 5


@pytest.mark.race
def test_what_waits_is_counted_for_operators(told: Told) -> None:
    for _ in range(3):
        notice()
    code()
    with time_machine.travel(clock.now() + dt.timedelta(minutes=1), tick=False):
        figures = generate_latest(SmsCollector()).decode()
    assert "kuaiji_sms_notices_waiting 3.0" in figures
    assert 59 < float(figures.rpartition("kuaiji_sms_notices_oldest_seconds ")[2].split()[0]) < 90


@pytest.mark.race
def test_what_everybody_must_be_told_goes_first(gateway: Loopback, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SENDERS", 1)
    reminders = [str(notice(once_only=True)) for _ in range(3)]
    must = str(notice())
    loop.once()
    assert [request.json()["id"] for request in gateway.requests] == [must, *reminders]


@pytest.mark.race
def test_several_workers_hand_over_each_notice_once(gateway: Loopback, told: Told) -> None:
    keys = {str(notice()) for _ in range(40)}
    together([loop.once] * 4)
    assert sorted(request.json()["id"] for request in gateway.requests) == sorted(keys)


@pytest.mark.race
def test_late_and_unwanted_ones_are_given_up(gateway: Loopback, told: Told) -> None:
    late, unwanted, well = notice(life=dt.timedelta(seconds=-1)), notice(), notice()
    told.over = {unwanted, late}
    loop.once()
    assert (state_of(late), state_of(unwanted), state_of(well)) == ("expired", "unwanted", "sent")
    assert told.outcomes == {late: "expired", unwanted: "unwanted", well: "sent"}
    assert [request.json()["id"] for request in gateway.requests] == [str(well)]


@pytest.mark.race
def test_what_no_provider_takes_is_tried_again_later_until_it_is_too_late(gateway: Loopback, told: Told) -> None:
    gateway.behaviour = reply(503, {})
    key = notice(life=dt.timedelta(minutes=5))
    waits = []
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(6):
            tasks.provider.cache_clear()  # the breaker of another process
            loop.once()
            message = OutgoingSms.objects.get(pk=key)
            assert message.due_at
            waits.append(round((message.due_at - clock.now()).total_seconds()))
            loop.once()  # nothing is due
            now.move_to(message.due_at)
        assert waits == [2, 4, 8, 16, 30, 30] and len(gateway.requests) == 6
        assert (message.state, message.phone) == ("waiting", PHONE)
        OutgoingSms.objects.update(expires_at=clock.now() + dt.timedelta(seconds=20))
        tasks.provider.cache_clear()
        loop.once()
    message.refresh_from_db()
    assert (message.state, message.error, message.phone) == ("expired", "unavailable", None)
    assert told.outcomes == {key: "expired"}


@pytest.mark.race
def test_one_that_cannot_be_handed_over_stops_no_other(gateway: Loopback, told: Told) -> None:
    strange, well = notice(), notice()
    OutgoingSms.objects.filter(pk=strange).update(template_key="none")
    sending.send_notices(provider=tasks.provider())
    assert (state_of(strange), state_of(well)) == ("waiting", "sent")


@pytest.mark.race
@pytest.mark.parametrize(
    ("once_only", "twice_is_once", "again"), [(False, False, True), (True, True, True), (True, False, False)]
)
def test_what_somebody_had_who_died_goes_out_again_where_twice_does_no_harm(
    told: Told, once_only: bool, twice_is_once: bool, again: bool
) -> None:
    key = notice(once_only=once_only)
    assert [row.pk for row in take_notices(limit=9, twice_is_once=twice_is_once)] == [key]
    assert take_notices(limit=9, twice_is_once=twice_is_once) == []  # somebody has it
    with time_machine.travel(clock.now() + TAKEN, tick=False):
        assert [row.pk for row in take_notices(limit=9, twice_is_once=twice_is_once)] == [key] * again
    message = OutgoingSms.objects.get(pk=key)
    assert (message.state, message.serial) == (("waiting", "") if again else ("sent", ""))
    assert (message.phone is None) == (not again)


@pytest.mark.race
def test_one_that_was_not_taken_is_in_no_doubt(gateway: Loopback, told: Told) -> None:
    """A provider said no for now: trying again later does not send twice."""
    gateway.behaviour = reply(503, {})
    key = notice(once_only=True)
    loop.once()
    with time_machine.travel(clock.now() + TAKEN, tick=False):
        assert [row.pk for row in take_notices(limit=9, twice_is_once=False)] == [key]


@pytest.mark.race
def test_silence_about_one_that_knows_no_ids_counts_as_sent(
    gateway: Loopback, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuaiji.sms.providers.standin.StandinProvider.knows_ids", False)
    gateway.behaviour = lambda request, line: None  # hangs up without a word
    key = notice(once_only=True)
    loop.once()
    assert (state_of(key), told.outcomes) == ("sent", {key: "sent"})
