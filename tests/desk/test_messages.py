"""卡住的消息: cases of parked messages, who reads what of them, and how they are tried again or given up."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.audit.models import AccessLog, Event
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.carrying_out import carry_out_due
from kuaiji.cases.services.filling import fill_cases
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.desk.deciding import messages as display
from kuaiji.exchange import fetching, sending
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.parking import park
from kuaiji.exchange.sending import SendAttempt
from kuaiji.exchange.topics import outgoing_topic
from kuaiji.reconciliation.enums import STUCK_CASE
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji_signed import canonical
from kuaiji_wire.answers import Answer
from kuaiji_wire.messages import Envelope, Message
from people import wire_samples
from people.records.versioned_records import make_record
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
PROVINCE, LIST = "440000", "/staff/messages/"


@pytest.fixture
def manager() -> Member:
    return make_member(Role.MANAGER, bureau=PROVINCE, name="郑管理")


@pytest.fixture
def other() -> Member:
    return make_member(Role.MANAGER, bureau=PROVINCE, name="钱管理")


@pytest.fixture
def system() -> Member:
    return make_member(Role.SYSTEM, bureau=PROVINCE, name="孙系统")


def stuck(place: str = "440103") -> tuple[Record, OutboxMessage]:
    """A report that the hub never takes, of somebody of ``place``, and one more behind it."""
    record = make_record()
    Record.objects.filter(pk=record.pk).update(division_code=place)
    row = OutboxMessage.objects.get(stream_id=record.pk)
    OutboxMessage.objects.create(
        topic=row.topic, subject_id=record.pk, stream_id=record.pk, version=2, dedupe_key="behind"
    )
    park(row, "bad_message")
    return record, OutboxMessage.objects.get(pk=row.pk)


def told(message: Message = wire_samples.CLAIMED, *, topic: str = "", stream: uuid.UUID | None = None) -> InboxMessage:
    """A message of the feed that nobody here can use."""
    envelope = Envelope.of(message, id=uuid7(), sent_at=wire_samples.NOW)
    if topic:
        envelope = envelope.model_copy(update={"topic": topic})
    stream = stream or uuid7()
    row = InboxMessage.objects.create(
        number=InboxMessage.objects.count() + 1,
        message_id=envelope.id,
        stream_id=stream,
        topic=envelope.topic,
        received_at=clock.now(),
        person_key=fetching._key_of(stream),
        envelope=canonical.dump(envelope.plain()),
    )
    park(row, "unknown_transfer")
    return row


def sections_of(row: OutboxMessage) -> Any:
    """As the message tells them."""
    return outgoing_topic(row.topic).render(row).plain()["archive"]["sections"]


def page_of(row: OutboxMessage | InboxMessage) -> str:
    return f"{LIST}{row.message_id}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def looks(member: Member) -> list[str]:
    rows = AccessLog.objects.filter(actor_id=member.pk).order_by("id")
    return list(rows.values_list("action", flat=True))


def sent(client: Client, path: str, **fields: Any) -> int:
    return int(client.post(path, fields).status_code)


# --- the case ---------------------------------------------------------------------------------------------------------


def test_a_parked_message_is_a_case_where_its_person_belongs_until_it_goes() -> None:
    record, row = stuck()
    case = Case.objects.get(kind=STUCK_CASE)
    assert (case.subject_id, case.division_code, case.user_id) == (row.message_id, "440103", record.user_id)
    row.parked_at = None
    OutboxMessage.objects.filter(pk=row.pk).update(parked_at=None)
    assert fill_cases() == 1 and Case.objects.get(kind=STUCK_CASE).closed_at
    OutboxMessage.objects.filter(pk=row.pk).update(parked_at=clock.now())
    assert fill_cases() == 1 and Case.objects.filter(kind=STUCK_CASE, closed_at=None).count() == 1


def test_a_message_of_nobody_known_is_the_registrys_own(manager: Member) -> None:
    row = told()
    assert Case.objects.get(kind=STUCK_CASE).division_code == PROVINCE
    below = make_member(Role.MANAGER, bureau="440103")
    assert signed_in(below).get(page_of(row)).status_code == 404
    assert str(row.message_id) not in text(signed_in(below).get(LIST))
    assert str(row.message_id) in text(signed_in(manager).get(LIST))


def test_a_message_that_is_answered_after_all_is_no_case_any_more() -> None:
    """By a worker that had sent it before another parked it."""
    _, row = stuck()
    answer = Answer(id=row.message_id, status="accepted", code="ok", message="", result=None)
    sending._done(SendAttempt(row, body=outgoing_topic(row.topic).render(row), answer=answer))
    row.refresh_from_db()
    assert row.done_at and row.parked_at is None and Case.objects.get(kind=STUCK_CASE).closed_at


# --- who reads what ---------------------------------------------------------------------------------------------------


def test_system_sees_what_stands_around_a_message_and_never_its_body(system: Member) -> None:
    record, row = stuck()
    desk = signed_in(system)
    seen = text(desk.get(page_of(row)))
    for words in ("信息采集上报", "record.reported", "bad_message", "已尝试", "1 次", "1 条，等它先走", "已 0 小时"):
        assert words in seen, words
    sections = sections_of(row)
    for value in (record.user.name[0] + "*", record.user.document_number[-4:], sections["personal"]["email"]):
        assert value not in seen, value
    assert record.reference_number not in seen and "/staff/people/" not in seen
    assert "bad_message" in text(desk.get(LIST)) and looks(system) == []
    assert sent(desk, page_of(row), action="take") == 404 and not Case.objects.get(kind=STUCK_CASE).holder


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR])
def test_nobody_else_finds_it(role: Role) -> None:
    _, row = stuck()
    desk = signed_in(make_member(role, bureau=PROVINCE))
    assert (desk.get(page_of(row)).status_code, sent(desk, page_of(row), action="take")) == (404, 404)


def test_a_manager_reads_the_body_masked_and_each_look_is_one_row(manager: Member) -> None:
    record, row = stuck()
    desk = signed_in(manager)
    for _ in range(2):
        seen = text(desk.get(page_of(row)))
    user = record.user
    sections = sections_of(row)
    assert f"{user.name[0]}{'*' * (len(user.name) - 1)}" in seen
    employment = sections["employment"]
    hidden = [user.name, user.document_number, sections["personal"]["email"], sections["personal"]["birth_date"]]
    hidden += [employment.get("employer_phone"), employment.get("residence_address")]
    assert not [value for value in hidden if value and str(value) in seen]
    assert sections["education"]["full_time_school"] in seen
    assert looks(manager) == ["desk.message"] * 2
    assert set(AccessLog.objects.filter(actor_id=manager.pk).values_list("subject_id", flat=True)) == {user.pk}


def test_in_hand_it_stays_masked(manager: Member) -> None:
    record, row = stuck()
    desk = signed_in(manager)
    sent(desk, page_of(row), action="take")
    seen = text(desk.get(page_of(row)))
    assert record.user.name not in seen and record.user.document_number not in seen.replace(" ", "")


def test_of_a_message_of_unknown_shape_nothing_but_its_words_for_things_is_shown(manager: Member) -> None:
    row = told(topic="transfer.discussed")
    seen = text(signed_in(manager).get(page_of(row)))
    person = wire_samples.CLAIMED.person
    assert "transfer.discussed" in seen and "＊＊＊" in seen
    assert person.name not in seen and person.name[:1] + "*" not in seen and person.document.number[-4:] not in seen


def test_a_message_that_cannot_be_read_says_why(manager: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    record, row = stuck()
    record.person_key.destroy(at=clock.now())
    assert "密钥已销毁" in text(signed_in(manager).get(page_of(row)))

    def fails(topic: str) -> Any:
        raise LookupError(topic)

    monkeypatch.setattr(display, "outgoing_topic", fails)
    assert "写不出来（LookupError）" in text(signed_in(manager).get(page_of(row)))


def test_proofs_and_pictures_are_counted_and_not_shown(manager: Member) -> None:
    row = told(wire_samples.RELEASED_2)
    seen = text(signed_in(manager).get(page_of(row)))
    body = wire_samples.RELEASED_2.plain()
    assert "项凭据，不在这里显示" in seen and "个版本，不在这里显示" in seen
    assert body["proofs"]["phone"]["digest"] not in seen and body["person"]["document_number"] not in seen


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_one_person_has_it_tried_again_at_once(manager: Member) -> None:
    record, row = stuck()
    desk = signed_in(manager)
    sent(desk, page_of(row), action="take")
    assert sent(desk, page_of(row), decision="retry") == 302
    row.refresh_from_db()
    assert (row.parked_at, row.attempts, row.last_error) == (None, 0, "")
    assert Case.objects.get(kind=STUCK_CASE).closed_at and Decision.objects.get().carried_out_at
    event = Event.objects.select_related("operation").get(subject_id=record.pk, kind="ParkedMessageRetried")
    assert (event.operation.kind, event.operation.actor_id) == ("parked_deciding", manager.pk)
    assert "已生效" in text(desk.get(page_of(row)))


def test_two_people_give_it_up_and_ten_minutes_later_it_is(manager: Member, other: Member) -> None:
    record, row = stuck()
    first, second, path = signed_in(manager), signed_in(other), page_of(row)
    sent(first, path, action="take")
    unexplained = first.post(path, {"decision": "drop"})
    assert unexplained.status_code == 422 and "请写明说明" in text(unexplained)
    sent(first, path, decision="drop", words="版本 2 已包含，重复", at_once="on")
    assert "等待另一人复核" in text(first.get(path))
    again = first.post(path, {"decision": "drop", "words": "版本 2 已包含，重复"})
    assert again.status_code == 422 and "不能是同一人" in text(again)
    sent(second, path, action="take")
    asked = text(second.get(path))
    assert "版本 2 已包含，重复" in asked and asked.index('value="drop"') < asked.index('value="retry"')
    sent(second, path, decision="drop", words="版本 2 已包含，重复")
    row.refresh_from_db()
    assert row.dropped_at is None and carry_out_due() == 0
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        assert carry_out_due() == 1
    row.refresh_from_db()
    assert (
        row.dropped_at and row.dropped_reason == "版本 2 已包含，重复" and Case.objects.get(kind=STUCK_CASE).closed_at
    )
    assert Event.objects.filter(subject_id=record.pk, kind="ParkedMessageDropped").exists()
    assert OutboxMessage.objects.heads(now=clock.now(), limit=9).count() == 1, "what stood behind goes on"


def test_what_went_on_meanwhile_makes_the_decision_void(manager: Member, other: Member) -> None:
    _, row = stuck()
    path = page_of(row)
    for desk in (signed_in(manager), signed_in(other)):
        sent(desk, path, action="take")
        sent(desk, path, decision="drop", words="重复")
    OutboxMessage.objects.filter(pk=row.pk).update(parked_at=None, done_at=clock.now())
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        carry_out_due()
    row.refresh_from_db()
    assert row.dropped_at is None and Decision.objects.get().void_as == "refused"


def test_the_database_refuses_a_drop_by_one(manager: Member) -> None:
    stuck()
    case = Case.objects.get(kind=STUCK_CASE)
    alone = Decision(
        case=case, verdict="drop", maker=manager, made_at=clock.now(), key=uuid7(), needs_second=False, words="x"
    )
    with pytest.raises(IntegrityError, match="decision_drop_by_two"), transaction.atomic():
        alone.save(force_insert=True)


def test_a_case_is_told_by_what_waits_for_people_when_two_share_an_id(manager: Member) -> None:
    """Whoever sends gives the id: one of the feed may be that of a message of ours."""
    _, row = stuck()
    OutboxMessage.objects.filter(pk=row.pk).update(parked_at=None, done_at=clock.now())
    fill_cases()
    twin = told()
    InboxMessage.objects.filter(pk=twin.pk).update(message_id=row.message_id)
    Case.objects.filter(subject_id=twin.message_id).delete()
    fill_cases()
    desk = signed_in(manager)
    assert "全国平台发来" in text(desk.get(page_of(row)))
    sent(desk, page_of(row), action="take")
    sent(desk, page_of(row), decision="retry")
    twin.refresh_from_db()
    assert twin.parked_at is None
