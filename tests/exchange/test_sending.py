"""The outbox reaches the hub: in order, once in effect, and nothing is lost when the hub is away, slow or odd."""

import datetime as dt
import json
import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest
import structlog
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.reporting import reports
from kuaiji.accountants.services.changing import change_name
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.cases.models import Case
from kuaiji.common import clock
from kuaiji.exchange import loop, sending, topics
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.parking import park
from kuaiji.exchange.sending import MOST_ATTEMPTS, SendAttempt, send_now, send_waiting
from kuaiji.exchange.services import drop_parked, parked_messages, retry_parked, send_again
from kuaiji.exchange.topics import OutgoingTopic
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji_wire.answers import Answer, Refusal, ReportResult
from kuaiji_wire.errors import BadMessage, OverQuota
from kuaiji_wire.messages import Topic, digest, parse, read_envelope
from kuaiji_wire.shapes import PlatformName, Shape
from kuaiji_wire.signing import Request
from people.records.drafts import attachment
from people.records.versioned_records import by_owner, make_record
from tests.support.wire_hub import Hub

pytestmark = pytest.mark.race
HUNAN = PlatformName(code="430000", name="湖南省")


def renamed(record: Record, name: str) -> None:
    """Another name, and so another version."""
    proof = attachment(record.user, "name_proof")
    change_name(operation=by_owner(record), record_id=record.pk, name=name, proof_id=proof.pk, reason="更名")


def row(record: Record) -> OutboxMessage:
    return OutboxMessage.objects.get(subject_id=record.pk, version=1)


def refuse(hub: Hub, refusal: Refusal, held_by: PlatformName | None = None) -> None:
    """From now on the hub refuses everything."""

    def take(request: Request) -> Shape:
        result = ReportResult(held_by=held_by, newest_version=None) if held_by else None
        message_id = read_envelope(request.body).id
        return Answer(id=message_id, status="refused", code=refusal.value, message="不收", result=result)

    hub.take = take  # type: ignore[method-assign]


def test_a_collected_person_is_reported_once(small_hub: Hub) -> None:
    record = make_record()
    loop.once()
    loop.once()
    [(known, _)] = small_hub.taken.values()
    sent = row(record)
    assert sent.done_at and (sent.answer_code, sent.digest, sent.attempts) == ("ok", known, 0)
    assert list(small_hub.taken) == [sent.message_id]


def test_the_same_version_is_always_told_in_the_same_words(small_hub: Hub) -> None:
    record = make_record()
    telling = sending._take(OutboxMessage.objects.all(), limit=1)[0]
    record.confirmed_at = record.confirmed_at + dt.timedelta(days=1)
    record.save()
    OutboxMessage.objects.update(next_attempt_at=None)
    again = sending._take(OutboxMessage.objects.all(), limit=1)[0]
    assert telling.body == again.body and telling.body is not again.body


def test_versions_of_a_person_go_one_after_the_other(small_hub: Hub) -> None:
    told: list[tuple[uuid.UUID, int]] = []
    take = small_hub.take

    def listen(request: Request) -> Shape:
        body: Any = parse(read_envelope(request.body))
        told.append((body.record_id, body.archive.version))
        if len(told) % 3 == 0:
            raise ConnectionError
        return take(request)

    records = [make_record(seed=seed) for seed in (1, 2)]
    for name in ("甲名字", "乙名字", "丙名字"):
        for record in records:
            renamed(record, name)
    small_hub.take = listen  # type: ignore[method-assign]
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        while OutboxMessage.objects.open().exists():
            loop.once()
            traveller.shift(dt.timedelta(seconds=61))
    for record in records:
        versions = [version for subject, version in told if subject == record.pk]
        assert versions == sorted(versions) and set(versions) == {1, 2, 3, 4}
    assert len(small_hub.taken) == 8


def test_name_and_document_before_a_change_are_told_with_it(small_hub: Hub) -> None:
    record = make_record()
    before = record.user.name
    renamed(record, "新名字")
    bodies = [attempt.body for attempt in _all()]
    assert [body.previous and body.previous.name for body in bodies] == [None, before]  # type: ignore[union-attr]
    assert bodies[1].person.name == "新名字"  # type: ignore[union-attr]


def _all() -> list[SendAttempt]:
    attempts = [SendAttempt(message) for message in OutboxMessage.objects.order_by("id")]
    for attempt in attempts:
        sending._render(attempt)
    return attempts


def test_a_changed_name_waits_for_the_national_platform(small_hub: Hub) -> None:
    record = make_record()
    loop.once()
    renamed(record, "新名字")
    assert ExamRow.objects.get(record=record).name_change_pending
    loop.once()
    assert not ExamRow.objects.get(record=record).name_change_pending


def test_an_answer_about_an_older_name_leaves_the_newer_one_waiting(small_hub: Hub) -> None:
    record = make_record()
    renamed(record, "甲名字")
    renamed(record, "乙名字")
    for _ in range(2):
        send_waiting()
    assert OutboxMessage.objects.open().count() == 1
    assert ExamRow.objects.get(record=record).name_change_pending
    loop.once()
    assert not ExamRow.objects.get(record=record).name_change_pending


@pytest.mark.parametrize(
    ("refusal", "held_by", "holder"),
    [
        (Refusal.HELD_ELSEWHERE, HUNAN, ("430000", "湖南省")),
        (Refusal.NAME_MISMATCH, None, ("", "")),
        (Refusal.DOCUMENT_TAKEN, HUNAN, ("", "")),
    ],
)
def test_a_refused_report_is_a_conflict_until_it_is_taken(
    small_hub: Hub, refusal: Refusal, held_by: PlatformName | None, holder: tuple[str, str]
) -> None:
    record, take = make_record(), small_hub.take
    refuse(small_hub, refusal, held_by)
    loop.once()
    check = record.user.checks.get(kind=CheckKind.HOLDER)
    assert (check.outcome, check.holder_code, check.holder_name) == (CheckOutcome.CONFLICT, *holder)
    assert row(record).done_at and row(record).answer_code == refusal and not parked_messages()
    small_hub.take = take  # type: ignore[method-assign]
    assert send_again(topic=Topic.RECORD_REPORTED, subject_id=record.pk)
    assert not send_again(topic=Topic.RECORD_REPORTED, subject_id=record.pk)
    loop.once()
    check.refresh_from_db()
    assert check.outcome == CheckOutcome.CLEAR
    assert Event.objects.filter(kind="CheckAnswered", subject_id=record.user_id).count() == 2


def test_what_can_never_be_taken_is_parked_and_holds_back_its_person_alone(small_hub: Hub) -> None:
    first, second = make_record(seed=1), make_record(seed=2)
    take = small_hub.take

    def picky(request: Request) -> Shape:
        body: Any = parse(read_envelope(request.body))
        if body.record_id == first.pk:
            raise BadMessage("body.archive")
        return take(request)

    small_hub.take = picky  # type: ignore[method-assign]
    renamed(first, "新名字")
    loop.once()
    [parked] = parked_messages()
    assert (parked.last_error, parked.stream_id) == ("bad_message", first.pk)
    assert row(second).done_at and OutboxMessage.objects.open().filter(stream_id=first.pk).count() == 2
    small_hub.take = take  # type: ignore[method-assign]
    loop.once()
    assert OutboxMessage.objects.open().count() == 2
    retry_parked(operation=by_staff(), message_id=parked.message_id)
    loop.once()
    assert not OutboxMessage.objects.open().exists() and len(small_hub.taken) == 3


def test_a_dropped_message_lets_the_others_pass(small_hub: Hub) -> None:
    record = make_record()
    renamed(record, "新名字")
    OutboxMessage.objects.filter(version=1).update(parked_at=dt.datetime.now(dt.UTC))
    loop.once()
    assert not small_hub.taken
    drop_parked(operation=by_staff(), message_id=row(record).message_id, reason="重复")
    loop.once()
    assert len(small_hub.taken) == 1 and row(record).dropped_reason == "重复"
    assert {event.kind for event in Event.objects.filter(subject_id=record.pk)} >= {"ParkedMessageDropped"}


def test_two_workers_that_park_a_message_open_one_case() -> None:
    row = OutboxMessage.objects.get(stream_id=make_record().pk)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait(10)
        park(row, "bad_message")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Case.objects.get(closed_at=None).subject_id == row.message_id


def by_staff() -> Operation:
    return Operation(kind=OperationKind.PARKED_DECIDING, actor_kind=ActorKind.STAFF, reason="经办人")


def test_a_message_that_cannot_be_written_stops_nobody(small_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = make_record(seed=1), make_record(seed=2)
    broken.person_key.destroy(at=dt.datetime.now(dt.UTC))
    with structlog.testing.capture_logs() as lines:
        loop.once()
    [parked] = parked_messages()
    assert parked.last_error == "not_rendered:KeyDestroyed" and row(other).done_at
    assert {"message_not_rendered", "message_parked"} <= {line["event"] for line in lines}


def test_a_quota_makes_new_people_wait_and_nobody_else(small_hub: Hub) -> None:
    """The hub is there: the breaker stays shut, and what is over the quota is tried again each hour, for days."""
    over, take = make_record(seed=0), small_hub.take

    def bounded(request: Request) -> Shape:
        body: Any = parse(read_envelope(request.body))
        if body.record_id == over.pk:
            raise OverQuota("first_reports")
        return take(request)

    small_hub.take = bounded  # type: ignore[method-assign]
    other = make_record(seed=1)
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        for _ in range(MOST_ATTEMPTS + 1):
            loop.once()
            assert not breaker.is_open and row(over).attempts == 0 and row(over).last_error == "over_quota"
            assert row(over).next_attempt_at == clock.now() + dt.timedelta(hours=1)
            traveller.shift(dt.timedelta(hours=1, seconds=1))
        assert row(other).done_at and not parked_messages()
        small_hub.take = take  # type: ignore[method-assign]
        loop.once()
    assert row(over).done_at


def test_an_answer_that_cannot_be_used_is_asked_for_again(small_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    record = make_record()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        with monkeypatch.context() as patch:
            patch.setattr("kuaiji.accountants.reporting.reports.record_hub_verdict", lambda **_: 1 / 0)
            loop.once()
        assert row(record).done_at is None and row(record).last_error == "not_used:ZeroDivisionError"
        traveller.shift(dt.timedelta(minutes=1))
        loop.once()
    assert row(record).done_at and len(small_hub.taken) == 1


def test_answers_are_used_together_and_one_that_cannot_be_holds_up_no_other(
    small_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [make_record(seed=seed) for seed in range(1, 6)]
    with CaptureQueriesContext(connection) as asked:
        assert send_waiting() == 5
    said = [each["sql"] for each in asked.captured_queries]
    assert said.count("COMMIT") == 2, said  # of what was taken, and of what was answered
    assert all(row(record).done_at for record in records)
    OutboxMessage.objects.update(done_at=None)
    broken, used = records[2].pk, reports.take_report_answer

    def breaks(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
        used(operation, message, answer)
        if message.subject_id == broken:
            raise ZeroDivisionError

    monkeypatch.setitem(topics._telling, Topic.RECORD_REPORTED, OutgoingTopic(reports.render_report, breaks))
    send_waiting()
    assert [record.pk for record in records if row(record).done_at is None] == [broken]
    assert row(records[2]).last_error == "not_used:ZeroDivisionError"


def test_a_yes_that_says_nothing_new_changes_nothing(small_hub: Hub) -> None:
    """And one that does is kept: who was held elsewhere is held by nobody else any more."""
    record, other = make_record(seed=1), make_record(seed=2)
    for user, outcome, holder in ((record.user, "clear", ""), (other.user, "conflict", "430000")):
        user.checks.filter(kind=CheckKind.HOLDER).delete()
        user.checks.create(kind=CheckKind.HOLDER, outcome=outcome, holder_code=holder, checked_at=clock.now())
    loop.once()
    assert {row(each).answer_code for each in (record, other)} == {"ok"}
    kept = {each.user_id: (each.outcome, each.holder_code) for each in Check.objects.filter(kind=CheckKind.HOLDER)}
    assert kept == {record.user_id: ("clear", ""), other.user_id: ("clear", "")}
    assert [event.subject_id for event in Event.objects.filter(kind="CheckAnswered")] == [other.user_id]


def test_sending_while_a_person_waits(small_hub: Hub) -> None:
    record, other = make_record(seed=1), make_record(seed=2)
    renamed(record, "新名字")
    assert send_now(record.pk)
    assert not OutboxMessage.objects.open().filter(stream_id=record.pk).exists()
    assert row(other).done_at is None
    small_hub.change = lambda answer: replace(answer, status_code=503, headers={}, body=b"{}")
    assert not send_now(other.pk)
    assert row(other).done_at is None


def test_nothing_of_a_person_stands_in_the_logs(small_hub: Hub) -> None:
    record = make_record()
    refuse(small_hub, Refusal.HELD_ELSEWHERE, HUNAN)
    with structlog.testing.capture_logs() as lines:
        loop.once()
    said = json.dumps(lines, default=str, ensure_ascii=False)
    assert lines and record.user.name not in said and record.user.document_number not in said


def test_the_digest_kept_is_that_of_what_was_sent(small_hub: Hub) -> None:
    record = make_record()
    bodies: list[bytes] = []
    take = small_hub.take

    def keep(request: Request) -> Shape:
        bodies.append(request.body)
        return take(request)

    small_hub.take = keep  # type: ignore[method-assign]
    loop.once()
    assert row(record).digest == digest(read_envelope(bodies[0]))
