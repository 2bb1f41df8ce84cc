"""The switches: what each stops and what goes on, two people for the widest one, and their ends."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.audit.access import OperationStopped
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.enums import Role
from kuaiji.switches import rules
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.models import SwitchPeriod
from kuaiji.switches.services.standing import hub_is_paused, standing, stop_operation
from kuaiji.switches.services.turning import Hand, agree, turn_off, turn_on
from people.records.versioned_records import make_record
from tests.support.members import make_member, signed_in
from tests.support.record_pages import browser_of

FIRST, SECOND = Hand("甲员"), Hand("乙员")
HOUR = dt.timedelta(hours=1)


def operation(kind: OperationKind = OperationKind.SWITCHING) -> Operation:
    return Operation(kind=kind, actor_kind=ActorKind.STAFF)


def on(switch: SwitchName, *, by: Hand = FIRST, lasts: dt.timedelta = HOUR) -> SwitchPeriod:
    """The switch is turned on; by two where two are asked."""
    period = turn_on(operation=operation(), switch=switch, reason="系统升级", ends_at=clock.now() + lasts, by=by)
    if switch in rules.NEEDS_SECOND:
        agree(operation=operation(), period_id=period.pk, by=SECOND)
    return period


def stopped() -> set[OperationKind]:
    """The kinds that a gate lets nobody begin now."""
    found = set()
    for kind in OperationKind:
        try:
            stop_operation(operation(kind))
        except OperationStopped:
            found.add(kind)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("switch", SwitchName)
def test_a_switch_stops_its_kinds_and_no_others_from_the_moment_it_is_turned(switch: SwitchName) -> None:
    assert stopped() == set() and standing(*SwitchName) is None
    period = on(switch)
    assert stopped() == rules.STOPPED[switch]
    assert hub_is_paused() == (switch == SwitchName.HUB_PAUSED)
    assert turn_off(operation=operation(), period_id=period.pk, by=SECOND)
    assert stopped() == set()
    assert not turn_off(operation=operation(), period_id=period.pk, by=FIRST)  # once more changes nothing
    period.refresh_from_db()
    assert period.ended_name == SECOND.name
    told = list(Event.objects.filter(subject_id=period.pk).order_by("pk").values_list("kind", flat=True))
    two = ["SwitchAgreed"] if switch in rules.NEEDS_SECOND else []
    assert told == ["SwitchTurnedOn", *two, "SwitchTurnedOff"]


@pytest.mark.django_db
def test_it_ends_by_itself_and_can_be_turned_on_again() -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, tzinfo=dt.UTC), tick=False) as traveller:
        before = on(SwitchName.NO_TRANSFER)
        traveller.shift(HOUR - dt.timedelta(seconds=1))
        assert OperationKind.TRANSFER_OUT in stopped()
        traveller.shift(dt.timedelta(seconds=1))
        assert stopped() == set()
        assert on(SwitchName.NO_TRANSFER) != before
        before.refresh_from_db()
        assert (before.ended_at, before.ended_name) == (before.ends_at, "")


@pytest.mark.django_db
def test_only_viewing_needs_a_second_person() -> None:
    period = turn_on(
        operation=operation(), switch=SwitchName.READ_ONLY, reason="搬迁", ends_at=clock.now() + HOUR, by=FIRST
    )
    assert stopped() == set()
    with pytest.raises(RuleBroken, match="second_is_first"):
        agree(operation=operation(), period_id=period.pk, by=FIRST)
    agree(operation=operation(), period_id=period.pk, by=SECOND)
    agree(operation=operation(), period_id=period.pk, by=SECOND)
    assert stopped() == rules.STOPPED[SwitchName.READ_ONLY]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begun", "second"),
    [(("甲员", True), ("甲员", True)), (("甲员", False), ("甲员", False)), (("甲员", True), ("甲员", False))],
)
def test_the_database_refuses_one_person_as_two(begun: tuple[str, bool], second: tuple[str, bool]) -> None:
    member, now = uuid.uuid4(), clock.now()
    ids = [member if known else None for _, known in (begun, second)]
    with pytest.raises(IntegrityError, match="by_two"), transaction.atomic():
        SwitchPeriod.objects.create(
            switch=SwitchName.READ_ONLY,
            reason="x",
            begun_at=now,
            begun_by=ids[0],
            begun_name=begun[0],
            second_by=ids[1],
            second_name=second[0],
            in_force_at=now,
            ends_at=now + HOUR,
        )


@pytest.mark.django_db
def test_two_people_against_each_other_leave_one_state_and_are_told_who() -> None:
    period = on(SwitchName.NO_REGISTRATION)
    with pytest.raises(RuleBroken, match="already_on") as told:
        on(SwitchName.NO_REGISTRATION, by=SECOND)
    assert told.value.message.startswith("甲员已于")
    waiting = turn_on(
        operation=operation(), switch=SwitchName.READ_ONLY, reason="搬迁", ends_at=clock.now() + HOUR, by=FIRST
    )
    turn_off(operation=operation(), period_id=waiting.pk, by=FIRST)
    with pytest.raises(RuleBroken, match="over") as told:
        agree(operation=operation(), period_id=waiting.pk, by=SECOND)
    assert re.fullmatch("甲员已于.*关闭", told.value.message)
    assert [row.pk for row in SwitchPeriod.objects.open(clock.now())] == [period.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "lasts", "code", "field"),
    [
        (" ", HOUR, "reason_missing", "reason"),
        ("因" * 101, HOUR, "too_long", "reason"),
        ("升级", -HOUR, "end_passed", "ends_at"),
        ("升级", dt.timedelta(days=15), "end_far", "ends_at"),
    ],
)
def test_what_is_written_wrongly_turns_nothing(reason: str, lasts: dt.timedelta, code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        turn_on(
            operation=operation(),
            switch=SwitchName.HUB_PAUSED,
            reason=reason,
            ends_at=clock.now() + lasts,
            by=FIRST,
        )
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not SwitchPeriod.objects.exists()


@pytest.mark.django_db
def test_people_read_why_and_until_when(client: Client) -> None:
    assert client.get("/register/").status_code == 200
    on(SwitchName.NO_REGISTRATION)
    answer = client.get("/register/")
    assert answer.status_code == 503 and "暂停新用户注册。原因：系统升级。预计" in answer.content.decode()
    assert client.post("/register/", {"works": "yes"}).status_code == 503
    assert client.get("/").status_code == 200
    on(SwitchName.NO_TRANSFER)
    assert client.get("/transfers/in/").status_code == 503
    assert browser_of(make_record()).get("/transfers/out/new/").status_code == 503


@pytest.mark.django_db
def test_while_only_viewing_people_sign_in_and_look(client: Client) -> None:
    record = make_record()
    on(SwitchName.READ_ONLY)
    browser = browser_of(record)
    assert browser.get("/me/").status_code == 200
    assert "平台暂时只能查看" in browser.get("/changes/").content.decode()
    refused = browser.post("/changes/confirm/", {})
    assert refused.status_code in (422, 503) and "平台暂时只能查看" in refused.content.decode()
    assert browser.post("/me/security/sessions/", {"session": "others"}).status_code == 302


def posted(browser: Client, **fields: Any) -> Any:
    return browser.post("/staff/switches/", fields)


@pytest.mark.django_db
def test_at_the_desk_one_turns_it_and_another_agrees() -> None:
    first, second = (make_member(Role.SYSTEM, bureau="440000", name=name) for name in ("系甲", "系乙"))
    ends = (clock.now() + 2 * HOUR).astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")
    browser, other = signed_in(first), signed_in(second)
    fields = {"action": "turn_on", "switch": "read_only", "reason": "数据库搬迁", "ends_at": ends}
    faulty = posted(browser, **fields | {"ends_at": "明天"})
    assert faulty.status_code == 422 and "数据库搬迁" in faulty.content.decode()  # what was typed is kept
    assert posted(browser, **fields).status_code == 302
    [period] = SwitchPeriod.objects.all()
    assert period.in_force_at is None and period.begun_by == first.pk
    page = browser.get("/staff/switches/").content.decode()
    assert "待第二人同意" in page and "同意打开" not in page
    assert posted(browser, action="agree", period=str(period.pk)).status_code == 422
    assert "同意打开" in other.get("/staff/switches/").content.decode()
    assert posted(other, action="agree", period=str(period.pk)).status_code == 302
    assert OperationKind.REGISTERING in stopped()
    again = posted(other, **fields)
    assert again.status_code == 422 and "系甲已于" in again.content.decode()
    assert posted(other, action="turn_off", period=str(period.pk)).status_code == 302
    assert stopped() == set()
    assert "系乙" in browser.get("/staff/switches/").content.decode()
    assert posted(browser, action="agree", period=str(uuid.uuid4())).status_code == 404


@pytest.mark.django_db
def test_the_command_does_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("switch", "list")
    call_command("switch", "on", "read_only", "--reason", "搬迁", "--hours", "2", "--by", "甲员")
    [period] = SwitchPeriod.objects.all()
    with pytest.raises(CommandError, match="另一位"):
        call_command("switch", "agree", str(period.pk), "--by", "甲员")
    call_command("switch", "agree", str(period.pk), "--by", "乙员")
    with pytest.raises(SystemExit):
        call_command("switch", "list")
    call_command("switch", "off", str(period.pk), "--by", "甲员")
    with pytest.raises(CommandError, match="没有编号"):
        call_command("switch", "off", str(uuid.uuid4()), "--by", "甲员")
    shown = capsys.readouterr().out
    assert "没有打开的开关" in shown and "待第二人" in shown and "平台暂时只能查看，不能提交。原因：搬迁" in shown
    assert stopped() == set()
