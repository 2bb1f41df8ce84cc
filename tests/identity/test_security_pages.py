"""登录与安全 as a browser without script sees it."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings

from kuaiji.audit.models import AccessLog, Event
from kuaiji.common.phones import mask_phone
from kuaiji.identity import attempts
from kuaiji.identity.models import Session, User
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor, Page
from people.records.busy import make_busy
from people.sign_in_steps import DRAW, PASSWORD, code_for, make_details, make_owner, other_than, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEW_PHONE, NEW = "13900139000", "秋水 blue-heron 88"
SEND, VERIFY, SAVE = ("action", "send_code"), ("action", "verify"), ("action", "save")
EXTRA = {"user": "x", "user_id": "x", "is_active": "", "closed_at": "", "proven": NEW_PHONE, "old": NEW_PHONE,
         "finished_at": "2020-01-01", "name": "另一个人", "document_number": "x"}  # fmt: skip


def signed_in(address: str = "198.51.100.7") -> ClientVisitor:
    visitor = ClientVisitor(address)
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
    assert visitor.path == "/me/"
    return visitor


def cookie(visitor: ClientVisitor) -> str:
    return visitor.client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(visitor: ClientVisitor) -> bool:
    visitor.open("/me/")
    return visitor.path == "/me/"


def post(visitor: ClientVisitor, path: str, **fields: str) -> int:
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    return visitor.client.post(path, fields | {"csrfmiddlewaretoken": token}).status_code


def to_new_phone(visitor: ClientVisitor) -> Page:
    visitor.open("/me/security/phone/")
    visitor.send(SEND)
    return visitor.send(VERIFY, sms_code=code_for(ONE.phone))


# ── the phone ──


def test_the_whole_way_to_another_phone() -> None:
    user = make_owner(ONE)
    visitor, other = signed_in(), signed_in("198.51.100.8")
    page = visitor.open("/me/security/")
    assert ONE.phone not in page.text and mask_phone(ONE.phone) in page.text
    page = visitor.open("/me/security/phone/")
    assert "第 1 步" in page.text and "phone" not in page.forms[-1]["fields"]
    page = visitor.send(SEND)
    assert "短信验证码已发往" in page.text and ONE.phone not in page.text
    page = visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert "第 2 步" in page.text
    page = visitor.send(SEND, phone=f" {NEW_PHONE[:3]} {NEW_PHONE[3:]} ")
    assert "短信验证码已发往" in page.text and page.forms[-1]["fields"]["phone"] == NEW_PHONE
    before = cookie(visitor)
    page = visitor.send(SAVE, sms_code=code_for(NEW_PHONE))
    assert (
        visitor.path.startswith("/me/security/") and "手机号已更换" in page.text and mask_phone(NEW_PHONE) in page.text
    )
    user.refresh_from_db()
    assert user.phone == NEW_PHONE and cookie(visitor) != before
    assert is_in(visitor) and is_in(other)  # and the page offers to end the others
    visitor.open("/me/security/phone/")
    assert "第 1 步" in visitor.page.text  # type: ignore[union-attr]


def test_a_wrong_code_and_a_missing_one_are_told_at_the_field() -> None:
    make_owner(ONE)
    visitor = signed_in()
    visitor.open("/me/security/phone/")
    assert visitor.send(VERIFY).faults.keys() == {"sms_code"}
    visitor.send(SEND)
    page = visitor.send(VERIFY, sms_code=other_than(code_for(ONE.phone)))
    assert page.status == 422 and page.faults.keys() == {"sms_code"} and "第 1 步" in page.text
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    page = visitor.send(SEND, phone="123")
    assert page.status == 422 and page.faults.keys() == {"phone"} and page.forms[-1]["fields"]["phone"] == "123"
    page = visitor.send(SEND, phone=ONE.phone)
    assert page.status == 422 and "与原手机号相同" in page.faults["phone"]


def test_the_last_press_sent_again_changes_nothing_more() -> None:
    make_owner(ONE)
    visitor = signed_in()
    to_new_phone(visitor)
    visitor.send(SEND, phone=NEW_PHONE)
    code = code_for(NEW_PHONE)
    token = visitor.page.forms[-1]["fields"]["csrfmiddlewaretoken"]  # type: ignore[union-attr]
    fields = {"phone": NEW_PHONE, "sms_code": code, "action": "save", "csrfmiddlewaretoken": token}
    answers = [visitor.client.post("/me/security/phone/", fields) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {"/me/security/?done=phone"}
    assert Event.objects.filter(kind="PhoneChanged").count() == 1


def test_extra_fields_prove_nothing() -> None:
    user = make_owner(ONE)
    visitor = signed_in()
    visitor.open("/me/security/phone/")
    for action in ("save", "verify", "send_code"):
        post(visitor, "/me/security/phone/", phone=NEW_PHONE, sms_code="123456", action=action, **EXTRA)
    user.refresh_from_db()
    assert user.phone == ONE.phone and user.name == ONE.person.name and user.is_active
    run_jobs(DRAW)
    assert {message.phone for message in OutgoingSms.objects.filter(template_key__endswith="_code")} == {ONE.phone}


def test_a_proof_ends_with_its_session() -> None:
    """Replay after signing out, and from another session of the same person."""
    user = make_owner(ONE)
    visitor = signed_in()
    to_new_phone(visitor)
    visitor.send(SEND, phone=NEW_PHONE)
    code, form = code_for(NEW_PHONE), {"phone": NEW_PHONE, "action": "save"}
    thief = signed_in("198.51.100.9")
    thief.open("/me/security/phone/")
    assert "第 1 步" in thief.page.text  # type: ignore[union-attr]
    post(thief, "/me/security/phone/", **form, sms_code=code)
    stolen = cookie(visitor)
    visitor.client.post("/logout/", {"csrfmiddlewaretoken": visitor.page.forms[-1]["fields"]["csrfmiddlewaretoken"]})  # type: ignore[union-attr]
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert post(thief, "/me/security/phone/", **form, sms_code=code) == 302
    user.refresh_from_db()
    assert user.phone == ONE.phone and not Event.objects.filter(kind="PhoneChanged").exists()


def test_a_busy_address_is_asked_before_a_code_is_sent() -> None:
    make_owner(ONE)
    visitor = signed_in()
    make_busy(attempts.CODE_FROM_ADDRESS, "198.51.100.7")
    visitor.open("/me/security/phone/")
    page = visitor.send(SEND)
    assert page.status == 422 and page.faults.keys() == {"challenge"} and run_jobs(DRAW) == 0


# ── the password ──


def test_another_password_keeps_this_session_under_a_new_id_and_ends_the_others() -> None:
    """ASVS 6.2.2, 6.2.3, 7.2.4, 7.4.3."""
    make_owner(ONE)
    visitor, other = signed_in(), signed_in("198.51.100.8")
    before = cookie(visitor)
    visitor.open("/me/security/password/")
    page = visitor.send(current_password=PASSWORD, password1=NEW)
    assert visitor.path.startswith("/me/security/") and "密码已修改" in page.text
    assert is_in(visitor) and not is_in(other) and cookie(visitor) != before
    stolen = ClientVisitor()
    stolen.client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(stolen)
    messages = OutgoingSms.objects.count()
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=NEW)
    assert visitor.path == "/me/" and OutgoingSms.objects.count() == messages  # this browser stays a known one


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, {"current_password", "password1"}),
        ({"current_password": "wrong", "password1": NEW}, {"current_password"}),
        ({"current_password": PASSWORD, "password1": "kuaiji2026"}, {"password1"}),
        ({"current_password": f" {PASSWORD}", "password1": NEW}, {"current_password"}),
    ],
)
def test_passwords_are_refused_at_their_field_and_never_shown_again(typed: dict[str, str], fields: set[str]) -> None:
    make_owner(ONE)
    visitor = signed_in()
    visitor.open("/me/security/password/")
    page = visitor.send(**typed)
    assert page.status == 422 and page.faults.keys() == fields
    assert not any(value in page.text for value in typed.values())
    assert is_in(visitor)


# ── sessions ──


def handles(page: Page) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]{32})"', page.text)


def test_sessions_are_listed_and_ended_one_by_one_or_all() -> None:
    """ASVS 7.5.2."""
    user = make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        many = [signed_in(f"198.51.100.{number}") for number in range(3)]
        traveller.shift(dt.timedelta(minutes=5))
        visitor = signed_in("198.51.100.9")
        page = visitor.open("/me/security/")
        assert len(handles(page)) == 3 and page.text.count("本机") == 1 and page.text.count(" 用过<") == 4
        visitor.send(("session", handles(page)[0]))
        assert sum(map(is_in, many)) == 2 and is_in(visitor)
        page = visitor.open("/me/security/")
        assert len(handles(page)) == 2
        page = visitor.send(("session", "others"))
        assert "已退出" in page.text and handles(page) == []
        assert not any(map(is_in, many)) and is_in(visitor)
    ended = [event.data["ended_sessions"] for event in Event.objects.filter(kind="SessionsEnded", subject_id=user.pk)]
    assert ended == [1, 2]


def test_nobody_ends_another_person_s_session() -> None:
    make_owner(ONE)
    two = make_details("two")
    make_owner(two)
    other = ClientVisitor("198.51.100.8")
    other.open("/login/")
    other.send(document_number=two.person.document.number, password=PASSWORD)
    watching = signed_in("198.51.100.10")
    page = watching.open("/me/security/")
    visitor = signed_in()
    [handle] = handles(visitor.open("/me/security/"))
    assert handles(page) == []
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    for thief in (other,):
        thief.open("/me/security/")
        for value in (handle, "", "x", "0" * 32, handle.upper()):
            assert post(thief, "/me/security/sessions/", session=value) == 302
    assert is_in(watching) and is_in(other)
    assert not Event.objects.filter(kind="SessionsEnded").exists()


def test_using_a_session_moves_its_last_use_also_near_the_absolute_end() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        visitor = signed_in()
        for _ in range(143):
            traveller.shift(dt.timedelta(minutes=5))
            assert is_in(visitor)
        row = Session.objects.exclude(user=None).get()
        assert row.last_used_at == BEGIN + dt.timedelta(minutes=5 * 143)
        assert row.expire_date == BEGIN + dt.timedelta(hours=12)


# ── who comes here ──


@pytest.mark.parametrize("path", ["", "phone/", "password/", "sessions/", "close/"])
def test_strangers_are_sent_to_sign_in(path: str) -> None:
    visitor = ClientVisitor()
    visitor.open("/login/")
    address = f"/me/security/{path}"
    if path != "sessions/":
        assert visitor.client.get(address).headers["Location"].startswith("/login/?next=")
    status = 405 if path == "" else 302
    assert post(visitor, address, phone=NEW_PHONE, current_password=PASSWORD) == status


def test_looking_is_noted() -> None:
    user = make_owner(ONE)
    signed_in().open("/me/security/")
    assert AccessLog.objects.filter(action="identity.security", subject_id=user.pk, outcome="ok").exists()


def test_a_session_of_nobody_has_nothing_to_change() -> None:
    user = make_owner(ONE)
    visitor = signed_in()
    visitor.open("/me/security/phone/")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert post(visitor, "/me/security/phone/", action="send_code") == 302 and run_jobs(DRAW) == 0
