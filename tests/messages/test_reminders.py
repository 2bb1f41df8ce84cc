"""Reminders: whom, when, once, within hours and budget, judged once more; by an index, going on where they ended."""

import datetime as dt
import io
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.services.reminders import exam_closings, last_confirmed
from kuaiji.collection.models import Draft
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import months_after
from kuaiji.common.profile import profile
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.models import ExamWindow
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from kuaiji.messages.catalogue import CATALOGUE
from kuaiji.messages.models import Delivery, Message, ReminderPlace, StoppedMessage, Unwanted
from kuaiji.messages.services import reminding
from kuaiji.messages.services.delivering import send_due
from kuaiji.messages.services.reminding import Found, remind_all, remind_in_hours
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from kuaiji.unsent.models import UnsentForm
from people.factories import UserFactory
from tests.support.exam_rules import titled
from tests.support.reminded import NOON, record_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    """A day without an exam at hand."""
    ExamWindow.objects.all().delete()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def draft_touched(days_ago: float) -> Draft:
    user = UserFactory.create()
    draft = Draft.objects.create(user=user, person_key=user.person_key)
    Draft.objects.filter(pk=draft.pk).update(touched_at=NOON - dt.timedelta(days=days_ago))
    draft.refresh_from_db()
    return draft


def window(collect_by: dt.datetime, *, level: ExamLevel = ExamLevel.MIDDLE, place: str = "440000") -> ExamWindow:
    day = collect_by.astimezone(CHINA).date()
    return ExamWindow.objects.create(
        year=2027,
        level=level,
        place=place,
        registration_from=day - dt.timedelta(20),
        registration_to=day + dt.timedelta(1),
        collect_by=collect_by,
        source="示例",
    )


def reminded(event: TemplateKey) -> list[uuid.UUID | None]:
    return [message.subject_id for message in Message.objects.filter(event=event).order_by("made_at", "pk")]


def in_days(days: int) -> dt.date:
    return NOON.date() + dt.timedelta(days)


@pytest.mark.parametrize("months", [12, 13, 1])
def test_the_last_day_of_a_confirmation_is_found(months: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Months differ in length: the day before the answer still counts until then, the day after it no more."""
    ours = profile()
    monkeypatch.setattr(
        "kuaiji.accountants.services.reminders.profile", lambda: type("Ours", (), {"up_to_date_months": months})
    )
    assert ours.up_to_date_months
    draw = random.Random(7)
    for until in [
        dt.date(2027, 2, 28),
        dt.date(2028, 2, 29),
        dt.date(2027, 12, 31),
        *(dt.date(2026, 1, 1) + dt.timedelta(draw.randrange(2000)) for _ in range(200)),
    ]:
        last = last_confirmed(until)
        assert months_after(last, months) <= until < months_after(last + dt.timedelta(1), months)


@pytest.mark.parametrize(("days", "times"), [(31, 0), (30, 1), (8, 1), (7, 1), (0, 1), (-1, 0)])
def test_who_is_told_that_a_record_has_to_be_confirmed(days: int, times: int) -> None:
    record = record_until(in_days(days))
    until = up_to_date(record, clock.today()).until
    assert until <= in_days(days)
    remind_all()
    assert reminded(TemplateKey.CONFIRM_SOON) == [record.pk] * times
    if times:
        words = Message.objects.get().words or ""
        assert f"{until.year}年{until.month}月{until.day}日" in words


def test_it_is_told_twice_and_not_more(noon: Any) -> None:
    record = record_until(in_days(30))
    for _ in range(40):
        remind_all()
        noon.shift(dt.timedelta(days=1))
    assert reminded(TemplateKey.CONFIRM_SOON) == [record.pk] * 2


@pytest.mark.parametrize(
    "change",
    [
        {"status": CollectionStatus.ENDED},
        {"status": CollectionStatus.TRANSFERRED_OUT},
        {"status": CollectionStatus.TRANSFERRING_OUT},
        {"user": False},
    ],
)
def test_who_has_left_is_not_told(change: dict[str, Any]) -> None:
    record = record_until(in_days(20))
    if change.pop("user", None) is False:
        User.objects.filter(pk=record.user_id).update(is_active=False)
    Record.objects.filter(pk=record.pk).update(**change) if change else None
    remind_all()
    assert not Message.objects.exists()


@pytest.mark.parametrize(("days_left", "times"), [(8, 0), (6.9, 1), (0.5, 1), (-0.5, 0)])
def test_who_is_told_that_a_draft_goes(days_left: float, times: int) -> None:
    draft = draft_touched(profile().draft_days - days_left)
    remind_all(), remind_all()
    assert reminded(TemplateKey.DRAFT_ENDS) == [draft.pk] * times
    submitted = draft_touched(profile().draft_days - 3)
    Draft.objects.filter(pk=submitted.pk).update(submitted_at=NOON)
    remind_all()
    assert reminded(TemplateKey.DRAFT_ENDS) == [draft.pk] * times


@pytest.mark.parametrize(("days_left", "times"), [(8, 0), (6.9, 1), (0.5, 1), (-0.5, 0)])
def test_who_is_told_that_a_form_goes_that_was_not_sent(days_left: float, times: int) -> None:
    row = unsent("changes.employment", days_left)
    unsent("collection.employment", days_left)  # of which the collection tells
    remind_all(), remind_all()
    assert reminded(TemplateKey.UNSENT_ENDS) == [row.pk] * times
    if times:
        words = Message.objects.get().words or ""
        assert "“变更工作信息”还没有提交" in words
        row.delete()
        send_due()
        assert not OutgoingSms.objects.exists()  # given up, or sent, in the meantime


def unsent(form: str, days_left: float) -> UnsentForm:
    user, ago = UserFactory.create(), dt.timedelta(days=profile().draft_days - days_left)
    return UnsentForm.objects.create(
        user=user, person_key=user.person_key, form=form, fields={"name": ["示例"]}, saved_at=NOON - ago
    )


def test_before_an_exam_who_has_something_to_do_is_told_once(noon: Any) -> None:
    closes = NOON + dt.timedelta(days=10)
    window(closes), window(closes, level=ExamLevel.JUNIOR)
    late, fine, lapsed, long_ago = (record_until(in_days(days)) for days in (9, 40, -100, -400))
    elsewhere = record_until(in_days(-5), division_code="440306")
    draft = draft_touched(3)
    for _ in range(3):
        remind_all()
        noon.shift(dt.timedelta(days=1))
    told = set(reminded(TemplateKey.EXAM_CLOSING))
    assert told == {late.pk, lapsed.pk, draft.pk, elsewhere.pk}
    assert len(reminded(TemplateKey.EXAM_CLOSING)) == 4 and not told & {fine.pk, long_ago.pk}
    assert "2027年度初级、中级会计资格报名前的信息采集3月25日12:00截止" in (
        Message.objects.filter(event=TemplateKey.EXAM_CLOSING).first().words or ""  # type: ignore[union-attr]
    )


@pytest.mark.parametrize(("days", "closes"), [(15, 0), (14, 1), (1, 1), (0, 0)])
def test_when_an_exam_is_at_hand(days: int, closes: int) -> None:
    window(NOON + dt.timedelta(days=days))
    assert len(exam_closings(clock.now())) == closes


def test_an_exam_of_another_place_is_not_told() -> None:
    window(NOON + dt.timedelta(days=10), place="330000")
    record_until(in_days(5)), draft_touched(3)
    remind_all()
    assert not reminded(TemplateKey.EXAM_CLOSING)


@pytest.mark.parametrize(
    ("title", "since", "times"),
    [
        (None, "2024-01-01", 1),  # the four years are there by the end of the year of the exam
        (None, "2024-03-01", 0),
        (None, None, 0),
        ("1", "2024-01-01", 1),
        ("2", "2010-01-01", 0),  # has it
        ("3", "2010-01-01", 0),
    ],
)
def test_only_who_could_register_for_the_level_is_told(title: str | None, since: str | None, times: int) -> None:
    window(NOON + dt.timedelta(days=10))
    record = record_until(in_days(5))
    ExamRow.objects.filter(pk=record.pk).update(
        qualifications=[titled(level=title, on="2015-05-01")] if title else [],
        accounting_periods=[[since, None]] if since else [],
    )
    remind_all()
    assert reminded(TemplateKey.EXAM_CLOSING) == [record.pk] * times


def test_they_go_out_in_their_hours_to_the_phone_that_is_bound(noon: Any) -> None:
    record = record_until(in_days(20))
    noon.move_to(NOON.replace(hour=21))
    assert remind_in_hours() == [] and not Message.objects.exists()
    remind_all()
    assert Delivery.objects.get().state == "planned" and send_due() == 0 and not OutgoingSms.objects.exists()
    user = User.objects.select_related("person_key").get(pk=record.user_id)
    user.phone = "13900139000"
    user.save()
    noon.move_to(NOON.replace(hour=9) + dt.timedelta(days=1))
    assert send_due() == 1 and send_due() == 0
    message = OutgoingSms.objects.get()
    assert (message.phone, message.origin, message.once_only) == ("13900139000", "messages", True)
    assert message.expires_at.astimezone(CHINA).hour == 20
    assert Delivery.objects.get().state == "queued" and Delivery.objects.get().parameters is None


def confirm(record: Record) -> None:
    Record.objects.filter(pk=record.pk).update(confirmed_at=NOON)


def stop(record: Record) -> None:
    StoppedMessage.objects.create(event=TemplateKey.CONFIRM_SOON, stopped_at=NOON, stopped_by="陈晓")


def refuse(record: Record) -> None:
    Unwanted.objects.create(person_key=record.person_key, message_class="reminder", since=NOON)


def leave(record: Record) -> None:
    User.objects.filter(pk=record.user_id).update(is_active=False)


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [(confirm, "out_of_date"), (stop, "out_of_date"), (refuse, "not_wanted"), (leave, "no_phone")],
)
def test_what_is_over_by_then_is_not_sent(meanwhile: Any, reason: str) -> None:
    record = record_until(in_days(20))
    remind_all()
    meanwhile(record)
    assert send_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("dropped", reason) and not OutgoingSms.objects.exists()


def test_the_budget_of_a_day_ends_a_search_that_goes_on_the_next_day(
    noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = CATALOGUE[TemplateKey.CONFIRM_SOON]
    small = type("Entry", (), {name: getattr(entry, name) for name in entry.__slots__} | {"budget": 2})
    monkeypatch.setattr(reminding, "CATALOGUE", {**CATALOGUE, TemplateKey.CONFIRM_SOON: small})
    records = [record_until(in_days(20 + number)) for number in range(5)]
    found = {each.round: each for each in remind_all()}
    assert found["confirm_soon:30"] == Found("confirm_soon:30", TemplateKey.CONFIRM_SOON, 2, out_of_budget=True)
    assert remind_all()[0].reminded == 0
    noon.shift(dt.timedelta(days=1))
    remind_all()
    noon.shift(dt.timedelta(days=1))
    remind_all()
    assert set(reminded(TemplateKey.CONFIRM_SOON)) == {record.pk for record in records}
    assert Message.objects.count() == 5


def test_a_dry_run_counts_and_writes_nothing() -> None:
    for number in range(3):
        record_until(in_days(20 + number))
    draft_touched(profile().draft_days - 2)
    dry = {each.round: each.reminded for each in remind_all(dry_run=True)}
    assert not Message.objects.exists() and not ReminderPlace.objects.exists()
    assert dry == {each.round: each.reminded for each in remind_all()} and dry["confirm_soon:30"] == 3
    assert {each.reminded for each in remind_all(dry_run=True)} == {0}


def test_what_was_looked_at_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements of a run grow with who became due, not with who there is."""
    monkeypatch.setattr(reminding, "PAGE", 2)
    for number in range(5):
        record_until(in_days(10 + number))
    remind_all()
    with CaptureQueriesContext(connection) as idle:
        remind_all()
    for number in range(6):
        record_until(in_days(40 + number))
        record_until(in_days(10 - number), confirmed_at=NOON - dt.timedelta(days=900))
    with CaptureQueriesContext(connection) as still_idle:
        remind_all()
    assert len(still_idle) == len(idle) and Message.objects.count() == 5


def test_the_search_goes_along_the_index() -> None:
    with connection.cursor() as cursor:
        for table, columns in (
            ("accountants_record", "confirmed_at"),
            ("collection_draft", "touched_at"),
        ):
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
            assert [row for (row,) in cursor.fetchall() if f"({columns}, id)" in row], table


def test_a_person_whose_key_is_gone_is_left_out() -> None:
    record = record_until(in_days(20))
    PersonKey.objects.get(pk=record.person_key_id).destroy(at=NOON)
    remind_all()
    assert not Message.objects.exists()


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("messages", *words, stdout=out)
    return out.getvalue()


def test_the_command_lists_reminds_stops_and_resumes() -> None:
    record_until(in_days(20))
    assert "confirm_soon  到期提醒  信息快到期限" in said("list")
    assert "confirm_soon:30  要提醒 1 人" in said("remind", "--dry-run") and not Message.objects.exists()
    assert "已停发" in said("stop", "confirm_soon", "--by", "陈晓") and "已停发" in said("list")
    assert "confirm_soon" not in said("remind")
    assert "早已停发" in said("stop", "confirm_soon", "--by", "陈晓")
    assert "已恢复" in said("resume", "confirm_soon", "--by", "陈晓")
    assert "confirm_soon:30  已安排提醒 1 人" in said("remind")
    for words in (
        ("stop", "closed", "--by", "陈晓"),
        ("stop", "nothing", "--by", "陈晓"),
        ("stop", "collected", "--by", " "),
    ):
        with pytest.raises(CommandError):
            said(*words)
