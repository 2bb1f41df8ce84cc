"""手机号丢失申请 (R2.2): a stranger learns nothing, the owner hears of it, the bureau decides."""

from typing import Any

import pytest
import time_machine

from kuaiji.applications.enums import ApplicationState, ArchiveItem
from kuaiji.applications.models import Application, PhoneLostDraft
from kuaiji.applications.services.phone_lost import (
    compared_items,
    find_phone_lost_draft,
    open_claims,
    send_phone_lost_code,
    start_phone_lost,
    submit_phone_lost,
)
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.applications.staff_display import lines
from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Session, User
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import phone_fingerprints, users_with
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.tasks import sweep
from kuaiji.identity.unfinished.services import LIFETIME
from kuaiji.limits.models import Attempt
from kuaiji.limits.services import address_of
from kuaiji.sms.models import OutgoingSms
from people.records.drafts import operation
from people.records.users import make_user
from people.records.versioned_records import make_record
from people.sign_in_steps import make_details
from tests.support.bureau_requests import NEW_PHONE, approve, claim, details_of, known_items, refuse

pytestmark = pytest.mark.django_db


ADDRESS = address_of("203.0.113.9")


def told() -> list[tuple[str, str | None]]:
    """Messages but codes, and but that the record was collected."""
    sent = OutgoingSms.objects.exclude(template_key__endswith="_code").exclude(template_key="collected")
    sent = sent.order_by("created_at", "pk")
    return [(one.template_key, one.phone) for one in sent]


def test_the_owner_hears_of_it_and_one_person_decides() -> None:
    record = make_record()
    before = record.user.phone
    request = claim(details_of(record), known_items(record))
    assert request.user == record.user and request.owner_told_at
    assert told() == [("phone_lost_claimed", before)]
    store = SessionStore()
    store["_auth_user_id"] = str(record.user_id)
    store.save()
    assert Session.objects.filter(user=record.user).exists()
    assert approve(request, "张三").state == ApplicationState.APPROVED
    user = User.objects.get(pk=record.user_id)
    assert user.phone == NEW_PHONE and not Session.objects.filter(user=user).exists()
    found = users_with(FingerprintKind.PHONE, phone_fingerprints(NEW_PHONE))
    assert list(found) == [user]
    assert not users_with(FingerprintKind.PHONE, phone_fingerprints(before)).exists()
    assert sorted(told()) == sorted(
        [("phone_lost_claimed", before), ("phone_changed", before), ("request_approved", NEW_PHONE)]
    )


def test_the_owner_is_found_by_every_way_of_writing_the_name() -> None:
    record = make_record()
    User.objects.filter(pk=record.user_id).update(name="O\u2019BRIEN  ANN")
    typed = Details.from_flat(details_of(record).flat() | {"name": "O'Brien Ann"})
    assert claim(typed, known_items(record)).user == record.user


def test_an_archive_that_says_otherwise_takes_two_people() -> None:
    record = make_record()
    request = claim(details_of(record), known_items(record) | {ArchiveItem.EMAIL: "somebody@example.com"})
    assert list(compared_items(request).values()) == [True, False]
    request = approve(request, "张三")
    assert request.state == ApplicationState.SUBMITTED and User.objects.get(pk=record.user_id).phone != NEW_PHONE
    assert approve(request, "李四").state == ApplicationState.APPROVED


def test_items_are_found_wherever_the_archive_has_them() -> None:
    record = make_record(status="1")
    content = record.versions.get().content
    items = {
        ArchiveItem.SCHOOL: content["education"]["full_time_school"],
        ArchiveItem.GRADUATED_ON: content["education"]["full_time_graduated_on"],
        ArchiveItem.EMPLOYER: content["employment"]["employer_name"],
        ArchiveItem.ACCOUNTING_START: content["employment"]["accounting_start_date"],
        **known_items(record),
    }
    assert set(items) == set(ArchiveItem)
    request = claim(details_of(record), items)
    assert set(compared_items(request).values()) == {True}


@pytest.mark.parametrize("case", ["unknown number", "other name", "stopped", "registered only"])
def test_whoever_is_asked_for_the_request_is_taken_and_the_bureau_sees(case: str) -> None:
    record = make_record()
    details = details_of(record)
    if case == "unknown number":
        details = make_details("nobody", phone=NEW_PHONE)
    elif case == "other name":
        details = details_of(record, name="冒名")
    elif case == "stopped":
        User.objects.filter(pk=record.user_id).update(is_active=False)
    elif case == "registered only":
        user = make_user(seed=7)
        details = details_of(type("Only", (), {"user": user})())
    request = claim(details, known_items(record))
    assert request.state == ApplicationState.SUBMITTED and not any(compared_items(request).values())
    if case == "registered only":
        assert request.user and told() == [("phone_lost_claimed", request.user.phone)]
        assert approve(request, "张三").state == ApplicationState.SUBMITTED
        return
    assert request.user is None and told() == []
    with pytest.raises(RuleBroken, match="no_such_person"):
        approve(request, "张三")
    assert refuse(request, "张三").state == ApplicationState.REFUSED
    assert told() == [("request_refused", NEW_PHONE)]


def test_the_owner_signs_in_and_objects() -> None:
    record = make_record()
    request = claim(details_of(record), known_items(record))
    assert open_claims(record.user) == [request]
    withdraw_application(operation=operation(record.user), user=record.user, application_id=request.pk)
    assert open_claims(record.user) == []
    with pytest.raises(RuleBroken, match="already_closed"):
        approve(request, "张三")
    assert User.objects.get(pk=record.user_id).phone != NEW_PHONE


def test_the_last_button_pressed_twice_makes_one_request() -> None:
    record = make_record()
    details, items = details_of(record), known_items(record)
    request = claim(details, items)
    draft = PhoneLostDraft.objects.get()
    again = submit_phone_lost(operation=operation(record.user), draft=draft, details=details, items=items, sms_code="")
    assert again == request and Application.objects.count() == 1
    assert draft.answers == {} and find_phone_lost_draft(draft.pk) == draft


def test_one_phone_asks_once_for_a_document_another_may_too() -> None:
    record = make_record()
    claim(details_of(record), known_items(record))
    with time_machine.travel(clock.now() + LIFETIME, tick=False):
        with pytest.raises(RuleBroken, match="already_applied"):
            claim(details_of(record), known_items(record))
        claim(details_of(record, phone="13700137001"), known_items(record))
    assert Application.objects.count() == 2 == len(open_claims(record.user))


def test_strangers_with_phones_of_their_own_do_not_stop_the_owner_and_the_bound_phone_hears_three_times() -> None:
    record = make_record()
    before = record.user.phone
    strangers = [claim(details_of(record, phone=f"1370013700{number}"), known_items(record)) for number in range(1, 6)]
    assert [request.owner_told_at is not None for request in strangers] == [True] * 3 + [False] * 2
    owner = claim(details_of(record), known_items(record))
    assert told() == [("phone_lost_claimed", before)] * 3 and len(open_claims(record.user)) == 6
    assert "没有再发" in str(dict(lines(owner, reveal=False)))


def test_one_phone_asks_twice_a_day_for_a_document_that_the_bureau_refuses() -> None:
    record = make_record()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(2):
            refuse(claim(details_of(record), known_items(record)), "张三")
            traveller.shift(LIFETIME)
        with pytest.raises(RuleBroken, match="limit_phone_lost"):
            claim(details_of(record), known_items(record))
        claim(details_of(record, phone="13700137001"), known_items(record))


def test_a_wrong_code_proves_nothing() -> None:
    record = make_record()
    draft = start_phone_lost()
    details, items = details_of(record), known_items(record)
    send_phone_lost_code(draft=draft, details=details, items=items)
    act = operation(record.user)
    with pytest.raises(RuleBroken, match="sms_code_wrong"):
        submit_phone_lost(operation=act, draft=draft, details=details, items=items, sms_code="123456")
    assert not Application.objects.exists()


def test_what_was_typed_is_sealed_and_forgotten() -> None:
    record = make_record()
    send_phone_lost_code(draft=start_phone_lost(), details=details_of(record), items=known_items(record))
    with time_machine.travel(clock.now() + LIFETIME, tick=False):
        sweep(timestamp=0)
    assert not PhoneLostDraft.objects.exists()
    request = claim(details_of(record, phone="13700137003"), known_items(record))
    event = Event.objects.get(kind="RequestSubmitted")
    assert event.person_key == request.person_key != record.person_key
    assert record.user.document_number not in str(event.data)


def test_a_code_that_was_asked_for_counts_for_the_address() -> None:
    record = make_record()
    asked: dict[str, Any] = {"details": details_of(record), "items": known_items(record), "address": ADDRESS}
    draft = start_phone_lost()
    assert send_phone_lost_code(draft=draft, **asked) and not send_phone_lost_code(draft=draft, **asked)
    assert Attempt.objects.filter(kind="code_from_address", key=ADDRESS.key).count() == 1
