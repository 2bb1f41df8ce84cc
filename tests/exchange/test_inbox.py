"""The feed: stored first, in order, worked through once; what does not fit waits for people."""

import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.signals import connection_created

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.exchange import loop, topics
from kuaiji.exchange.fetching import MOST_ATTEMPTS
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.services import drop_parked, parked_messages, retry_parked
from kuaiji.exchange.topics import OutOfOrder
from kuaiji.keys.models import PersonKey
from kuaiji_wire.answers import FeedEntry
from kuaiji_wire.messages import Envelope, Message, Topic
from kuaiji_wire.signing import Response
from people import wire_samples
from people.records.versioned_records import make_record
from tests.support.wire_hub import Hub

pytestmark = pytest.mark.race


class Heard:
    """A handler that writes down what came; ``trouble`` is raised for the transfers it names."""

    def __init__(self) -> None:
        self.messages: list[uuid.UUID] = []
        self.trouble: dict[uuid.UUID, Exception] = {}

    def __call__(self, operation: Operation, message: Message, envelope_id: uuid.UUID) -> None:
        PersonKey.objects.make()
        if error := self.trouble.get(message.transfer_id):  # type: ignore[attr-defined]
            raise error
        self.messages.append(envelope_id)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    handler = Heard()
    monkeypatch.setattr(topics, "_handlers", dict.fromkeys(Topic, handler))
    return handler


def tell(hub: Hub, *transfers: uuid.UUID, topic: str | None = None) -> list[uuid.UUID]:
    """Put a withdrawal of each transfer into the feed; the ids of the envelopes."""
    for transfer_id in transfers:
        message = wire_samples.WITHDRAWN.model_copy(update={"transfer_id": transfer_id})
        envelope = Envelope.of(message, id=uuid7(), sent_at=wire_samples.NOW)
        if topic:
            envelope = envelope.model_copy(update={"topic": topic})
        hub.feed.append(FeedEntry(number=len(hub.feed) + 1, envelope=envelope))
    return [entry.envelope.id for entry in hub.feed]


def test_everything_is_worked_through_once_and_in_order(small_hub: Hub, heard: Heard) -> None:
    told = tell(small_hub, *(uuid7() for _ in range(120)))
    loop.once()
    loop.once()
    assert heard.messages == told
    assert list(InboxMessage.objects.values_list("message_id", flat=True)) == told
    assert not InboxMessage.objects.open().exists()


def test_messages_of_a_transfer_share_a_key_that_opens_them(small_hub: Hub, heard: Heard) -> None:
    one, other = uuid7(), uuid7()
    tell(small_hub, one, other)
    loop.once()
    tell(small_hub, one)
    loop.once()
    keys = list(InboxMessage.objects.values_list("person_key", flat=True))
    assert keys[0] == keys[2] != keys[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT envelope FROM exchange_inboxmessage")
        assert all(b"transfer_id" not in bytes(row[0]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("error", "code", "parked"),
    [(OutOfOrder("unknown_transfer"), "unknown_transfer", True), (ValueError(), "failed:ValueError", False)],
)
def test_what_does_not_fit_holds_back_its_transfer_alone(
    small_hub: Hub, heard: Heard, error: Exception, code: str, parked: bool
) -> None:
    bad, good = uuid7(), uuid7()
    heard.trouble[bad] = error
    told = tell(small_hub, bad, bad, good)
    keys = PersonKey.objects.count()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        loop.once()
        assert heard.messages == told[2:] and PersonKey.objects.count() == keys + 3  # two streams, and the good one's
        assert bool(parked_messages()) is parked
        for _ in range(MOST_ATTEMPTS):
            traveller.shift(dt.timedelta(hours=2))
            loop.once()
        [waiting] = parked_messages()
        assert (waiting.message_id, waiting.last_error) == (told[0], code)
        heard.trouble.clear()
        retry_parked(operation=by_staff(), message_id=told[0])
        loop.once()
    assert sorted(heard.messages) == sorted(told) and not parked_messages()


def test_topics_nobody_knows_wait_for_people(small_hub: Hub, heard: Heard) -> None:
    told = tell(small_hub, uuid7(), topic="transfer.discussed")
    loop.once()
    assert [row.last_error for row in parked_messages()] == ["unknown_topic"] and not heard.messages
    drop_parked(operation=by_staff(), message_id=told[0], reason="新主题，等升级")
    loop.once()
    assert not parked_messages() and not InboxMessage.objects.open().exists()


def test_two_workers_work_through_a_message_once(small_hub: Hub, heard: Heard) -> None:
    told = tell(small_hub, *(uuid7() for _ in range(20)))

    def work() -> None:
        loop.once()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard.messages) == sorted(told) and InboxMessage.objects.count() == 20


def test_parked_is_told_in_words_without_a_person(small_hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    record = make_record()
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(parked_at=dt.datetime.now(dt.UTC), last_error="bad_message")
    with pytest.raises(SystemExit):
        call_command("parked", "list")
    call_command("parked", "show", str(message.message_id))
    said = capsys.readouterr().out
    assert "bad_message" in said and "record.reported" in said and "共 1 条" in said and str(record.pk) in said
    assert record.user.name not in said and record.user.document_number not in said
    with pytest.raises(CommandError, match="没有编号"):
        call_command("parked", "show", str(uuid7()))
    for write in ("retry", "drop"):  # is the desk's (R9.2)
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("parked", write, str(message.message_id))
    retry_parked(operation=by_staff(), message_id=message.message_id)
    with pytest.raises(RuleBroken, match="not_parked"):
        drop_parked(operation=by_staff(), message_id=message.message_id, reason="x")


def by_staff() -> Operation:
    return Operation(kind=OperationKind.PARKED_DECIDING, actor_kind=ActorKind.STAFF)


def test_the_worker_exchanges_until_it_is_stopped(small_hub: Hub, heard: Heard) -> None:
    record = make_record()
    told = tell(small_hub, uuid7())
    stop = threading.Event()
    thread = threading.Thread(target=loop.run, args=(stop,))
    thread.start()
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    while dt.datetime.now(dt.UTC) < deadline and not (heard.messages and small_hub.taken):
        stop.wait(0.05)
    stop.set()
    thread.join(20)
    assert not thread.is_alive() and heard.messages == told
    assert OutboxMessage.objects.get(subject_id=record.pk).done_at


def test_news_of_a_transfer_nobody_knows_wait_for_people(small_hub: Hub) -> None:
    known, unknown = uuid7(), uuid7()
    here = {"origin": wire_samples.SHENZHEN, "destination": wire_samples.GUANGDONG, "destination_division": "440106"}
    told: list[Message] = [wire_samples.RELEASED_2.model_copy(update={"transfer_id": known, **here})]
    told += [wire_samples.CODE_RENEWED.model_copy(update={"transfer_id": id}) for id in (known, unknown)]
    told.append(wire_samples.ATTEMPTS_REFUSED.model_copy(update={"transfer_id": uuid7()}))
    for number, message in enumerate(told, start=1):
        envelope = Envelope.of(message, id=uuid7(), sent_at=wire_samples.NOW)
        small_hub.feed.append(FeedEntry(number=number, envelope=envelope))
    loop.once()
    waiting = {(row.topic, row.last_error) for row in parked_messages()}
    assert waiting == {
        ("transfer.code_renewed", "unknown_transfer"),
        ("transfer.attempts_refused", "unknown_transfer"),
    }
    done = InboxMessage.objects.filter(stream_id=known, done_at__isnull=False)
    assert sorted(done.values_list("topic", flat=True)) == ["transfer.code_renewed", "transfer.released"]


def test_a_worker_with_nothing_to_do_keeps_its_connection(small_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it asks for the feed; what is sent is sent without one."""
    monkeypatch.setattr(loop, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(loop, "FEED_SECONDS", 0)
    made: list[object] = []
    answers: list[Response] = []
    stop = threading.Event()

    def opened(sender: object, **_: object) -> None:
        made.append(sender)

    def answered(answer: Response) -> Response:
        answers.append(answer)
        if len(answers) == 20:
            stop.set()
        return answer

    small_hub.change = answered
    connection.close()
    connection_created.connect(opened)
    try:
        loop.run(stop)
    finally:
        connection_created.disconnect(opened)
    assert len(answers) >= 20 and len(made) == 1
