"""Messages from the queue to a provider: once, in time, forgotten afterwards, holding nothing while they wait."""

import dataclasses
import datetime as dt
import re
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import generate_latest

from kuaiji.common import clock
from kuaiji.common.profile import Profile, SmsTemplate, profile
from kuaiji.sms import system_checks, tasks
from kuaiji.sms.enums import PARAMETERS, TemplateKey, TryOutcome
from kuaiji.sms.metrics import SmsCollector
from kuaiji.sms.models import MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.providers.chain import Try
from kuaiji.sms.services import DELIVER, RETENTION, count_tries, send_message
from people.houses.loopback import Behaviour, Connection, Loopback, Request, loopback, reply

PHONE = "13912345678"
TEN_MINUTES = dt.timedelta(minutes=10)
ACCEPTED = reply(200, {"status": "accepted", "serial": "SI0000000001"})


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


def send(life: dt.timedelta = TEN_MINUTES) -> OutgoingSms:
    """Queue a code."""
    key = send_message(
        template_key=TemplateKey.REGISTRATION_CODE,
        phone=PHONE,
        parameters={"code": "123456", "minutes": "10"},
        expires_at=clock.now() + life,
    )
    return OutgoingSms.objects.get(pk=key)


def deliver(message: OutgoingSms) -> OutgoingSms:
    tasks.deliver(str(message.pk))
    return OutgoingSms.objects.get(pk=message.pk)


def waiting_jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=DELIVER).order_by("pk"))


@pytest.mark.race
def test_a_message_goes_out_and_is_forgotten(gateway: Loopback) -> None:
    message = deliver(send())
    body = gateway.requests[0].json()
    assert (body["id"], body["to"]) == (str(message.pk), PHONE)
    assert body["params"] == ["123456", "10"] and body["text"].startswith("123456")
    assert (message.state, message.provider, message.serial) == ("sent", "standin", "SI0000000001")
    assert message.sent_at and message.phone is None and message.parameters is None


@pytest.mark.race
@pytest.mark.parametrize("state", [state for state in MessageState if state != MessageState.WAITING])
def test_only_what_waits_is_sent(gateway: Loopback, state: MessageState) -> None:
    message = send()
    OutgoingSms.objects.update(state=state)
    deliver(message)
    assert gateway.requests == []


@pytest.mark.race
def test_the_same_job_twice_sends_once(gateway: Loopback) -> None:
    message = send()
    deliver(message), deliver(message)
    assert len(gateway.requests) == 1


@pytest.mark.race
def test_what_is_too_late_is_not_sent(gateway: Loopback) -> None:
    message = deliver(send(life=dt.timedelta(seconds=-1)))
    assert (message.state, message.phone, message.parameters) == ("expired", None, None)
    assert gateway.requests == []


@pytest.mark.race
def test_a_refusal_is_final(gateway: Loopback) -> None:
    gateway.behaviour = reply(422, {"status": "rejected", "code": "phone_blocked", "message": "…", "field": "to"})
    with structlog.testing.capture_logs() as logs:
        message = deliver(send())
    assert (message.state, message.error, message.phone) == ("refused", "phone_blocked", None)
    assert len(waiting_jobs()) == 1
    assert PHONE not in str(logs) and "123456" not in str(logs)


@pytest.mark.race
def test_silence_is_met_with_growing_patience_until_it_is_too_late(gateway: Loopback) -> None:
    gateway.behaviour = reply(503, {})
    message = send()
    waits = []
    for _ in range(7):
        begun = clock.now()
        message = deliver(message)
        scheduled = waiting_jobs()[-1].scheduled_at
        assert scheduled
        waits.append(round((scheduled - begun).total_seconds()))
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    assert (message.state, message.phone) == ("waiting", PHONE)
    OutgoingSms.objects.update(expires_at=clock.now() + dt.timedelta(seconds=20))
    message = deliver(message)
    assert (message.state, message.error, message.phone, message.parameters) == ("expired", "unavailable", None, None)
    assert len(waiting_jobs()) == 8


@pytest.mark.race
def test_silence_then_an_answer(gateway: Loopback) -> None:
    gateway.behaviour = reply(500, {})
    message = deliver(send())
    gateway.behaviour = ACCEPTED
    assert deliver(message).state == "sent"


@pytest.mark.race
def test_a_hanging_provider_holds_no_connection(gateway: Loopback) -> None:
    answered = threading.Event()
    gateway.behaviour = after(answered, ACCEPTED)
    messages = [send() for _ in range(8)]
    before = open_connections()
    workers = [threading.Thread(target=_work, args=(str(message.pk),)) for message in messages]
    for worker in workers:
        worker.start()
    wait_until(lambda: len(gateway.requests) == 8)
    during = open_connections()
    answered.set()
    for worker in workers:
        worker.join()
    assert during <= before
    assert set(OutgoingSms.objects.values_list("state", flat=True)) == {"sent"}


def after(event: threading.Event, behaviour: Behaviour) -> Behaviour:
    """Behave so once the event has come."""

    def behave(request: Request, connection: Connection) -> None:
        event.wait(4)
        behaviour(request, connection)

    return behave


def _work(message_id: str) -> None:
    try:
        tasks.deliver(message_id)
    finally:
        connections.close_all()


def open_connections() -> int:
    """How many connections to this database there are besides ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def wait_until(what: Callable[[], bool]) -> None:
    for _ in range(400):
        if what():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")


@pytest.mark.race
def test_what_came_of_each_provider_is_in_the_figures(gateway: Loopback) -> None:
    for behaviour in (ACCEPTED, ACCEPTED, reply(503, {}), reply(422, {"code": "phone_blocked"})):
        gateway.behaviour = behaviour
        deliver(send())
    figures = generate_latest(SmsCollector()).decode()
    for outcome, count in (("sent", 2), ("unavailable", 1), ("refused", 1)):
        labels = f'{{outcome="{outcome}",provider="standin"}}'
        assert f"kuaiji_sms_provider_seconds_count{labels} {count}.0" in figures
        [seconds] = re.findall(rf"kuaiji_sms_provider_seconds_sum{re.escape(labels)} (\S+)", figures)
        assert 0 < float(seconds) < 5 * count


@pytest.mark.race
def test_tries_that_are_counted_at_the_same_time_are_all_counted() -> None:
    one = Try("standin", TryOutcome.SENT, 0.5)

    def count() -> None:
        try:
            count_tries(tries=[one] * 5)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=count) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert ProviderCount.objects.values_list("count", "seconds").get() == (40, 20.0)


@pytest.mark.django_db
def test_a_rollback_takes_message_and_job_along() -> None:
    with transaction.atomic():
        send()
        assert OutgoingSms.objects.exists() and waiting_jobs()
        transaction.set_rollback(True)
    assert not OutgoingSms.objects.exists() and not waiting_jobs()


@pytest.mark.django_db
@pytest.mark.parametrize("parameters", [{}, {"code": "1"}, {"code": "1", "minutes": "1", "name": "x"}])
def test_wrong_parameters_are_refused_at_once(parameters: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="code, minutes"):
        send_message(template_key=TemplateKey.RECOVERY_CODE, phone=PHONE, parameters=parameters, expires_at=clock.now())


@pytest.mark.django_db
def test_number_and_code_are_sealed_and_no_job_carries_them() -> None:
    send()
    rows = [*OutgoingSms.objects.values_list("phone", "parameters"), *ProcrastinateJob.objects.values_list("args")]
    text = b" ".join(value if isinstance(value, bytes) else repr(value).encode() for row in rows for value in row)
    assert PHONE.encode() not in text and b"123456" not in text


@pytest.mark.django_db
def test_sweeping_forgets_what_lost_its_job() -> None:
    late, live = send(life=dt.timedelta(seconds=-1)), send()
    old = send(life=dt.timedelta(days=-30))
    OutgoingSms.objects.filter(pk=old.pk).update(created_at=clock.now() - RETENTION - TEN_MINUTES)
    tasks.sweep(0)
    assert OutgoingSms.objects.get(pk=late.pk).state == "expired" and OutgoingSms.objects.get(pk=late.pk).phone is None
    assert OutgoingSms.objects.get(pk=live.pk).phone == PHONE
    assert not OutgoingSms.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize(
    ("text", "parameters", "fault"),
    [
        ("{code} {minutes}", ("code", "minutes"), None),
        ("{code} {minutes}", ("minutes", "code"), None),
        ("{code}", ("code", "minutes"), "sms.E002"),
        ("{code} {minutes} {name}", ("code", "minutes"), "sms.E002"),
        ("{code} {minutes}", ("code",), "sms.E002"),
        (None, (), "sms.E001"),
    ],
)
def test_a_profile_without_the_right_words_does_not_start(
    monkeypatch: pytest.MonkeyPatch, text: str | None, parameters: tuple[str, ...], fault: str | None
) -> None:
    words: dict[str, SmsTemplate] = dict(profile().sms)
    key = TemplateKey.RECOVERY_CODE
    words.pop(key)
    if text is not None:
        words[key] = SmsTemplate(text, {}, parameters)
    ours: Profile = dataclasses.replace(profile(), sms=words)
    monkeypatch.setattr(system_checks, "profile", lambda: ours)
    assert [message.id for message in system_checks.check_templates(None)] == ([fault] if fault else [])


def test_every_message_has_parameters() -> None:
    assert set(PARAMETERS) == set(TemplateKey)
