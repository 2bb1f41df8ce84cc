"""The one table of messages: whole, in every profile, short enough, without links, and shown in docs/messages.md."""

import dataclasses
import datetime as dt
import uuid

import pytest
from django.core.checks import Error

from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.profile import SmsTemplate, load, profile
from kuaiji.keys.models import PersonKey
from kuaiji.messages import lengths, system_checks
from kuaiji.messages.catalogue import CATALOGUE, may_be_switched_off, next_hour
from kuaiji.messages.display import item_of
from kuaiji.messages.enums import MessageClass
from kuaiji.messages.models import Message
from kuaiji.sms.enums import PARAMETERS, TemplateKey
from tests.support.sources import read_rows

PROFILES = [load("guangdong"), load("shenzhen")]
CODES = {key for key, names in PARAMETERS.items() if "minutes" in names}


def test_everything_that_is_sent_but_codes_stands_in_the_table() -> None:
    assert set(CATALOGUE) == set(TemplateKey) - CODES


def test_only_reminders_have_hours_and_a_budget() -> None:
    for event, entry in CATALOGUE.items():
        assert (entry.budget is not None) == (entry.of == MessageClass.REMINDER), event
        assert entry.secret <= PARAMETERS[event]


@pytest.mark.parametrize("event", CATALOGUE)
def test_every_message_is_shown_in_the_inbox_with_the_way_on(event: TemplateKey) -> None:
    key = PersonKey(id=uuid.uuid4())
    row = Message(id=uuid.uuid4(), person_key=key, event=event, words=None, made_at=clock.now())
    row.__dict__["_prefetched_objects_cache"] = {"deliveries": []}
    item = item_of(row)
    assert (item.heading, item.page) == (CATALOGUE[event].heading, CATALOGUE[event].page) and item.link


def test_the_page_shows_the_table() -> None:
    rows = read_rows("messages.md", heading="event")
    shown = {row[0].strip("`"): (row[1], row[2]) for row in rows}
    assert shown == {
        event.value: (entry.of.value, entry.heading if entry.kept else "–") for event, entry in CATALOGUE.items()
    }


@pytest.mark.parametrize(
    ("at", "goes"),
    [("08:59", "09:00"), ("09:00", "09:00"), ("19:59", "19:59"), ("20:00", "next 09:00"), ("23:30", "next 09:00")],
)
def test_reminders_keep_their_hours(at: str, goes: str) -> None:
    day = dt.datetime(2026, 12, 31, tzinfo=CHINA)
    asked = dt.datetime.fromisoformat(f"2026-12-31T{at}").replace(tzinfo=CHINA)
    wanted = dt.datetime.combine(day.date() + dt.timedelta("next" in goes), dt.time.fromisoformat(goes[-5:]), CHINA)
    assert next_hour(asked) == wanted


@pytest.mark.parametrize(("signs", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_parts_of_a_message(signs: int, parts: int) -> None:
    assert lengths.segments("字" * signs) == parts


def test_a_rare_sign_counts_twice() -> None:
    assert lengths.segments("𠮷" * 35) == 1 and lengths.segments("𠮷" * 36) == 2


@pytest.mark.parametrize("ours", PROFILES, ids=lambda each: each.slug)
@pytest.mark.parametrize("event", list(TemplateKey))
def test_messages_of_the_shipped_profiles_fit(ours: object, event: TemplateKey) -> None:
    template, signature = ours.sms[event], ours.sms_signature  # type: ignore[attr-defined]
    assert lengths.segments(lengths.longest(template.text, signature=signature)) <= lengths.MOST_SEGMENTS


def checked(monkeypatch: pytest.MonkeyPatch, **changes: object) -> list[str]:
    """What the checks say of this profile with ``changes``."""
    changed = dataclasses.replace(profile(), **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(system_checks, "profile", lambda: changed)
    found = [*system_checks.check_switches(None), *system_checks.check_lengths(None)]
    assert all(isinstance(each, Error) for each in found)
    return [str(each.id) for each in found]


def worded(text: str) -> dict[str, SmsTemplate]:
    template = profile().sms[TemplateKey.TRANSFER_RELEASED]
    return profile().sms | {TemplateKey.TRANSFER_RELEASED.value: dataclasses.replace(template, text=text)}


def test_the_shipped_profile_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(monkeypatch) == []
    off = tuple(event.value for event in CATALOGUE if may_be_switched_off(event))
    assert checked(monkeypatch, messages_off=off) == []


@pytest.mark.parametrize("name", ["password_changed", "registration_code", "no_such"])
def test_a_profile_switches_off_nothing_that_people_must_have(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert checked(monkeypatch, messages_off=(name,)) == ["messages.E001"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("您调往{place}的申请" + "很长" * 60, "messages.E002"),
        ("您调往{place}的申请，见 http://evil.example/x", "messages.E003"),
        ("您调往{place}的申请，见 www.evil.cn", "messages.E003"),
    ],
)
def test_a_message_that_is_too_long_or_leads_elsewhere_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    assert checked(monkeypatch, sms=worded(text)) == [fault]
