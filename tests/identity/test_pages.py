"""The doors as a browser without script sees them: only what the HTML offers is filled in and pressed."""

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from kuaiji.audit.models import AccessLog
from kuaiji.common.profile import profile
from kuaiji.identity import limits, views
from kuaiji.identity.challenge import in_chinese
from kuaiji.identity.enums import AttemptKind
from kuaiji.identity.limits import FREE_BY_ADDRESS
from kuaiji.identity.models import Registration, Session, User
from kuaiji.identity.session_store import SessionStore
from kuaiji.sms.models import Message, MessageState
from tests.identity.conftest import Others
from tests.identity.helping import (
    DRAW,
    PASSWORD,
    Page,
    Visitor,
    code_for,
    make_details,
    make_owner,
    other_than,
    run_jobs,
)

pytestmark = pytest.mark.django_db
BEGIN = dt.datetime.now(dt.UTC).replace(hour=8, minute=0, second=0, microsecond=0)
ONE = make_details("one")
TYPED = dataclasses.asdict(ONE)
SEND, REGISTER, VERIFY = ("action", "send_code"), ("action", "register"), ("action", "verify")
YES = {"works_in_accounting": "yes", "holds_qualification": "no"}
NUMERALS = {in_chinese(number): number for number in range(20)}


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def to_details(visitor: Visitor) -> Page:
    visitor.open("/register/")
    return visitor.send(**YES)


def to_password(visitor: Visitor, typed: dict[str, str] = TYPED) -> Page:
    to_details(visitor)
    visitor.send(SEND, **typed)
    return visitor.send(REGISTER, sms_code=code_for(typed["phone"]))


def signed_in(visitor: Visitor) -> str | None:
    return visitor.client.session.get(SESSION_KEY)


def where(visitor: Visitor) -> str:
    return visitor.path.split("?")[0]


# ── Registering ──


def test_the_whole_way(visitor: Visitor, others: Others) -> None:
    page = visitor.open("/register/")
    assert profile().work_question in page.text
    for other in profile().others:
        assert other.title in page.text and other.address in page.links
    assert to_details(visitor).status == 200 and where(visitor) == "/register/details/"
    page = visitor.send(SEND, **TYPED)
    assert "短信验证码已发往" in page.text and ONE.phone[:3] in page.text
    assert page.forms[-1]["fields"].items() >= TYPED.items() - {"document_country": ""}.items()
    assert 'data-seconds-left="60"' in page.text or 'data-seconds-left="59"' in page.text
    visitor.send(REGISTER, sms_code=code_for(ONE.phone))
    assert where(visitor) == "/register/password/"
    before = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.send(password1=PASSWORD, password2=PASSWORD)
    assert visitor.path == reverse("collection:overview")
    assert signed_in(visitor) == str(User.objects.get().pk)
    assert visitor.client.cookies[settings.SESSION_COOKIE_NAME].value != before
    for door in ("/register/", "/register/details/", "/register/password/"):
        visitor.open(door)
        assert visitor.path == reverse("collection:overview")


@pytest.mark.parametrize(
    ("works", "holds", "goes_on"),
    [("yes", "yes", True), ("yes", "no", True), ("no", "yes", True), ("no", "no", False)],
)
def test_the_two_questions(visitor: Visitor, works: str, holds: str, goes_on: bool) -> None:
    visitor.open("/register/")
    page = visitor.send(works_in_accounting=works, holds_qualification=holds)
    assert (where(visitor) == "/register/details/") is goes_on
    assert page.status == 200
    if not goes_on:
        assert "无须进行信息采集" in page.text
        assert not Registration.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize("answers", [{}, {"works_in_accounting": "yes"}, {"holds_qualification": "maybe"}])
def test_questions_left_open(visitor: Visitor, answers: dict[str, str]) -> None:
    visitor.open("/register/")
    page = visitor.send(**answers)
    missing = {"works_in_accounting", "holds_qualification"} - {name for name in answers if answers[name] == "yes"}
    assert page.status == 422 and page.faults.keys() == missing
    assert "错误：" in page.text and not Registration.objects.exists()


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "王3"}, "name"),
    ({"name": "名" * 51}, "name"),
    ({"document_type": "77"}, "document_type"),
    ({"document_number": ""}, "document_number"),
    ({"document_number": ONE.document_number.translate({ord("1"): "2"})}, "document_number"),
    ({"document_number": "440103900307721"}, "document_number"),
    ({"document_type": "04", "document_number": "P1234567"}, "document_country"),
    ({"phone": "1391234567"}, "phone"),
    ({"phone": "02012345678"}, "phone"),
    ({"phone": ""}, "phone"),
]  # fmt: skip


@pytest.mark.parametrize("button", [SEND, REGISTER], ids=["send", "register"])
@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_wrong_details_are_named_and_kept_and_send_nothing(
    visitor: Visitor, wrong: dict[str, str], field: str, button: tuple[str, str]
) -> None:
    to_details(visitor)
    typed = TYPED | {"sms_code": "123456"} | wrong
    page = visitor.send(button, **typed)
    assert page.status == 422 and list(page.faults) == [field]
    assert page.faults[field] in page.summary and "有 1 处需要修改" in page.summary
    kept = page.forms[-1]["fields"]
    assert {name: kept[name] for name in typed if name != "document_type" or kept[name]} == {
        name: typed[name] for name in typed if name != "document_type" or kept[name]
    }
    assert run_jobs(DRAW) == 0 and not Message.objects.exists()


def test_all_faults_are_told_at_once(visitor: Visitor) -> None:
    to_details(visitor)
    page = visitor.send(REGISTER, name="", document_number="", phone="")
    assert page.status == 422 and page.faults.keys() == {"name", "document_number", "phone", "sms_code"}
    page = visitor.send(SEND, name="", document_number="", phone="")
    assert page.faults.keys() == {"name", "document_number", "phone"}


def test_numbers_are_taken_as_people_type_them(visitor: Visitor, others: Others) -> None:
    to_details(visitor)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in ONE.phone)
    spaced = f" {ONE.document_number[:6]} {ONE.document_number[6:14]}-{ONE.document_number[14:]} ".lower()
    visitor.send(SEND, **TYPED | {"phone": wide, "document_number": spaced})
    code = code_for(ONE.phone)
    visitor.send(REGISTER, sms_code=f" {code[:3]} {code[3:]} ")
    assert where(visitor) == "/register/password/"


def test_a_double_tap_is_one_message_and_no_error(visitor: Visitor) -> None:
    to_details(visitor)
    for _ in range(3):
        page = visitor.send(SEND, **TYPED)
        assert page.status == 200 and "data-seconds-left" in page.text
    assert run_jobs(DRAW) == 1 and Message.objects.count() == 1


def test_a_wrong_code_keeps_everything(visitor: Visitor) -> None:
    to_details(visitor)
    visitor.send(SEND, **TYPED)
    page = visitor.send(REGISTER, sms_code=other_than(code_for(ONE.phone)))
    assert page.status == 422 and list(page.faults) == ["sms_code"]
    assert page.forms[-1]["fields"]["document_number"] == ONE.document_number


def test_no_second_code_for_another_correction(visitor: Visitor, others: Others) -> None:
    others.matches = False
    page = to_password(visitor)
    assert page.status == 422 and page.faults["name"] == "姓名与证件号码不一致，请核对"
    assert "手机号已验证" in page.text
    others.matches = True
    page = visitor.open("/register/details/")
    assert "手机号已验证" in page.text
    visitor.send(REGISTER, name="改正后")
    assert where(visitor) == "/register/password/"


def test_already_registered_is_shown_the_ways_in(visitor: Visitor, others: Others) -> None:
    make_owner(ONE)
    page = to_password(visitor, TYPED | {"phone": "13800000001"})
    assert page.status == 422 and "已在本平台注册" in page.summary
    assert {"/login/", "/recover/", "/directory/"} <= set(page.links)


def test_another_name_at_the_national_platform_tells_nothing_more(visitor: Visitor, others: Others) -> None:
    others.known_otherwise = True
    page = to_password(visitor)
    assert page.status == 422 and "姓名与证件号码不一致" in page.summary and not User.objects.exists()


@pytest.mark.parametrize(("code", "name"), [("430000", "湖南省"), ("440300", "深圳市")])
def test_held_elsewhere_is_shown_where_and_how(visitor: Visitor, others: Others, code: str, name: str) -> None:
    others.held_by = {"code": code, "name": name}
    page = to_password(visitor)
    assert page.status == 422 and name in page.text and "办理调出" in page.text
    addresses = [other.address for other in profile().others if other.code == code]
    assert {"/transfers/in/", *addresses} <= set(page.links) and not User.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ("", "", "password1"),
        ("short", "short", "password1"),
        (PASSWORD, f"{PASSWORD} ", "password2"),
        ("a1234567", "a1234567", "password1"),
    ],
)
def test_refused_passwords(visitor: Visitor, others: Others, first: str, second: str, field: str) -> None:
    to_password(visitor)
    page = visitor.send(password1=first, password2=second)
    assert page.status == 422 and field in page.faults
    assert PASSWORD not in page.text and not User.objects.exists()


@pytest.mark.parametrize("path", ["/register/details/", "/register/password/"])
def test_steps_are_not_skipped(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    assert visitor.path == "/register/?expired=1"
    to_details(visitor)
    visitor.open("/register/password/")
    assert where(visitor) == "/register/details/"


def test_an_expired_registration_begins_again(visitor: Visitor) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        to_details(visitor)
        traveller.shift(dt.timedelta(minutes=29))
        visitor.client.session.save()
        Registration.objects.update(expires_at=BEGIN)
        page = visitor.send(SEND, **TYPED)
    assert visitor.path == "/register/?expired=1" and "已超时" in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MessageState.REFUSED, "没有受理"),
        (MessageState.EXPIRED, "没有发出"),
        (MessageState.WAITING, "发送较慢"),
        (MessageState.SENT, "已发往"),
    ],
)
def test_the_page_says_how_the_message_fares(visitor: Visitor, state: MessageState, words: str) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        to_details(visitor)
        visitor.send(SEND, **TYPED)
        run_jobs(DRAW)
        Message.objects.update(state=state)
        traveller.shift(dt.timedelta(seconds=30))
        assert words in visitor.open("/register/details/").text


def test_the_last_page_sent_twice_at_once_leads_to_the_same_place(others: Others) -> None:
    """The second request has read its session before the first one ended."""
    first = Visitor()
    to_password(first)
    cookie = first.client.cookies[settings.SESSION_COOKIE_NAME].value
    kept = Registration.objects.get()
    first.send(password1=PASSWORD, password2=PASSWORD)
    second = Visitor()
    session = SessionStore()
    session[views.REGISTRATION] = str(kept.pk)
    session.save()
    second.client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    second.open("/login/")
    token = second.client.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"password1": PASSWORD, "password2": PASSWORD, "csrfmiddlewaretoken": token}
    response = second.client.post("/register/password/", typed)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("collection:overview"))
    assert User.objects.count() == 1 and not SessionStore(cookie).get(SESSION_KEY)


# ── Signing in and out ──


def test_signing_in_and_out(visitor: Visitor) -> None:
    user = make_owner(ONE)
    visitor.open("/login/")
    visitor.send(document_number=f" {ONE.document_number.lower()} ", password=PASSWORD)
    assert visitor.path == reverse("portal:me") and signed_in(visitor) == str(user.pk)
    old = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    assert visitor.client.get("/logout/").status_code == 405
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    response = visitor.client.post("/logout/", {"csrfmiddlewaretoken": token})
    assert response.status_code == 302 and "cache" in response.headers["Clear-Site-Data"]
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = old
    assert not signed_in(visitor) and not Session.objects.exists()
    outcomes = list(AccessLog.objects.filter(subject_id=user.pk).values_list("action", "outcome"))
    assert ("identity.login", "ok") in outcomes and ("identity.logout", "ok") in outcomes


@pytest.mark.parametrize(
    ("number", "password"),
    [
        (ONE.document_number, "wrong"),
        (ONE.document_number, f"{PASSWORD} "),
        (make_details("two").document_number, PASSWORD),
        ("garbage", "no-password"),
    ],
)
def test_one_answer_whatever_is_wrong(visitor: Visitor, number: str, password: str) -> None:
    make_owner(ONE)
    visitor.open("/login/")
    page = visitor.send(document_number=number, password=password)
    assert page.status == 422 and "证件号或密码不正确" in page.summary and page.faults == {}
    assert page.forms[-1]["fields"]["document_number"] == number and password not in page.text
    assert AccessLog.objects.get().outcome == "sign_in_refused"


def test_a_session_planted_before_signing_in_is_worth_nothing(visitor: Visitor) -> None:
    make_owner(ONE)
    planted = SessionStore()
    planted["n"] = 1
    planted.save()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    visitor.open("/login/")
    visitor.send(document_number=ONE.document_number, password=PASSWORD)
    assert signed_in(visitor) and not SessionStore(planted.session_key).load()
    assert visitor.client.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key


def test_session_limits_sign_out(visitor: Visitor) -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        visitor.open("/login/")
        visitor.send(document_number=ONE.document_number, password=PASSWORD)
        for _ in range(25):
            traveller.shift(dt.timedelta(minutes=28))
            visitor.open("/me/")
            assert visitor.path == "/me/"
        traveller.shift(dt.timedelta(minutes=28))
        visitor.open("/me/")
        assert visitor.path == "/login/?next=/me/"


STAYS = ["/collection/", "/directory/?q=x#y", "/me/", "/a//b", "/a?next=http://evil.example/"]
LEAVES = [
    "",
    "http://evil.example/",
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "http:evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/\tevil",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    "\t//evil.example",
    "/ /evil.example",
    "／／evil.example",
    "/／evil.example",
    "evil.example",
    "@evil.example",
    "user@evil.example",
    "https://testserver@evil.example",
    "//testserver@evil.example",
    "https:evil.example",
    "//evil.example\\@testserver",
    "/\u2028/evil.example",
    "/\x00/evil",
    "?next=//evil",
    "#//evil",
    "ftp://evil.example",
    "//[::1]/",
    "/汉字",
]


@pytest.mark.parametrize("target", STAYS)
def test_next_leads_on_inside(target: str) -> None:
    assert views.local_address(target) == target


@pytest.mark.parametrize("target", LEAVES)
def test_next_never_leads_outside(visitor: Visitor, target: str) -> None:
    assert views.local_address(target) == ""
    make_owner(ONE)
    visitor.client.get("/login/", {"next": target})
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"document_number": ONE.document_number, "password": PASSWORD, "csrfmiddlewaretoken": token}
    response = visitor.client.post("/login/", typed | {"next": target})
    assert response.headers["Location"] == reverse("portal:me")


def test_next_is_kept_through_a_wrong_password(visitor: Visitor) -> None:
    make_owner(ONE)
    visitor.open("/login/?next=/directory/")
    visitor.send(document_number=ONE.document_number, password="wrong")
    visitor.send(document_number=ONE.document_number, password=PASSWORD)
    assert visitor.path == "/directory/"


# ── Recovering ──


def test_recovering_signs_in_with_the_new_password(visitor: Visitor) -> None:
    user = make_owner(ONE)
    elsewhere = Visitor()
    elsewhere.open("/login/")
    elsewhere.send(document_number=ONE.document_number, password=PASSWORD)
    visitor.open("/recover/")
    page = visitor.send(SEND, document_number=ONE.document_number, phone=ONE.phone)
    assert page.status == 200 and page.forms[-1]["fields"]["phone"] == ONE.phone
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert where(visitor) == "/recover/password/"
    assert visitor.send(password1="short", password2="short").status == 422
    visitor.send(password1="秋水 blue-heron 88", password2="秋水 blue-heron 88")
    assert visitor.path == reverse("portal:me") and signed_in(visitor) == str(user.pk)
    elsewhere.open("/me/")
    assert where(elsewhere) == "/login/"
    visitor.open("/recover/password/")
    assert where(visitor) == "/recover/"


@pytest.mark.parametrize("path", ["/recover/password/"])
def test_the_new_password_asks_for_proof(visitor: Visitor, path: str) -> None:
    make_owner(ONE)
    visitor.open(path)
    assert where(visitor) == "/recover/"
    visitor.send(SEND, document_number=ONE.document_number, phone=ONE.phone)
    visitor.open(path)
    assert where(visitor) == "/recover/"


# ── What a stranger learns ──


def stripped(response: Any) -> tuple[int, dict[str, str], str]:
    """Status, headers and body without tokens."""
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return response.status_code, headers, text


def answers_to(path: str, posts: list[dict[str, str]], number: str, phone: str, state: MessageState) -> list[Any]:
    """All answers of one visit, with what was typed made alike."""
    visitor = Visitor(address="198.51.100.8")
    if path == "/register/details/":
        to_details(visitor)
    seen = [stripped(visitor.client.get(path))]
    for post in posts:
        token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
        seen.append(stripped(visitor.client.post(path, post | {"csrfmiddlewaretoken": token})))
        run_jobs(DRAW)
        Message.objects.update(state=state)
        seen.append(stripped(visitor.client.get(path)))
    masked = f"{phone[:3]}******{phone[-2:]}"
    return [
        (status, headers, text.replace(number, "NUMBER").replace(phone, "PHONE").replace(masked, "MASKED"))
        for status, headers, text in seen
    ]


@pytest.mark.parametrize("state", MessageState)
@pytest.mark.parametrize("path", ["/login/", "/recover/", "/register/details/"])
def test_known_and_unknown_people_get_the_same_bytes(path: str, state: MessageState) -> None:
    make_owner(ONE)
    other = make_details("two")
    seen = []
    with time_machine.travel(BEGIN, tick=False):
        for who in (ONE, other):
            typed = dataclasses.asdict(who) | {"name": "同名", "password": "wrong", "sms_code": "000000"}
            posts = [typed | dict([button]) for button in (SEND, SEND, VERIFY, VERIFY)]
            seen.append(answers_to(path, posts, who.document_number, who.phone, state))
    for known, unknown in zip(*seen, strict=True):
        assert known == unknown


def test_codes_are_not_sent_by_reading_nor_across_sites(visitor: Visitor) -> None:
    to_details(visitor)
    visitor.client.get("/register/details/", TYPED | {"action": "send_code"})
    refused = visitor.client.post("/register/details/", TYPED | {"action": "send_code"})
    assert refused.status_code == 403
    assert run_jobs(DRAW) == 0


@pytest.mark.parametrize("path", ["/register/", "/register/details/", "/register/password/", "/login/", "/recover/"])
def test_other_methods_are_refused(visitor: Visitor, path: str) -> None:
    visitor.client.handler.enforce_csrf_checks = False
    for method in ("put", "delete", "patch"):
        assert getattr(visitor.client, method)(path).status_code == 405


# ── Busy addresses ──


def answer(page: Page) -> str:
    """The answer to the page's question, in words."""
    match = re.search(r"请回答：(\w)加(\w)等于几？", page.text)
    assert match
    return in_chinese(NUMERALS[match[1]] + NUMERALS[match[2]])


def crowd(kind: AttemptKind, address: str) -> None:
    for _ in range(FREE_BY_ADDRESS[kind].most):
        limits.count(kind, limits.address_key(address))


def test_registering_from_a_busy_address_asks_one_question(visitor: Visitor, others: Others) -> None:
    crowd(AttemptKind.CODE_FROM_ADDRESS, "198.51.100.7")
    page = to_details(visitor)
    question = answer(page)
    page = visitor.send(SEND, **TYPED)
    assert page.status == 422 and list(page.faults) == ["challenge"] and run_jobs(DRAW) == 0
    assert page.forms[-1]["fields"]["challenge"] == "" and "请回答" in page.text
    assert question
    page = visitor.send(SEND, challenge=answer(page))
    assert page.status == 200 and "请回答" not in page.text
    visitor.send(REGISTER, sms_code=code_for(ONE.phone))
    visitor.send(password1=PASSWORD, password2=PASSWORD)
    assert signed_in(visitor)


def test_signing_in_from_a_busy_address_asks_one_question(visitor: Visitor) -> None:
    make_owner(ONE)
    crowd(AttemptKind.GUESS_FROM_ADDRESS, "198.51.100.7")
    page = visitor.open("/login/")
    page = visitor.send(document_number=ONE.document_number, password=PASSWORD, challenge="九十九")
    assert page.status == 422 and not signed_in(visitor)
    visitor.send(password=PASSWORD, challenge=answer(page))
    assert signed_in(visitor)


def test_a_right_answer_in_a_faulty_form_is_not_asked_again(visitor: Visitor) -> None:
    crowd(AttemptKind.CODE_FROM_ADDRESS, "198.51.100.7")
    page = to_details(visitor)
    page = visitor.send(SEND, **TYPED | {"phone": "1"}, challenge=answer(page))
    assert page.status == 422 and list(page.faults) == ["phone"] and "请回答" not in page.text
    assert visitor.send(SEND, phone=ONE.phone).status == 200


def test_pages_carry_nothing_personal_into_the_log(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    make_owner(ONE)
    visitor.open("/login/")
    visitor.send(document_number=ONE.document_number, password="wrong")
    to_details(visitor)
    visitor.send(SEND, **TYPED)
    code = code_for(ONE.phone)
    visitor.send(REGISTER, sms_code=other_than(code))
    assert not any(secret in caplog.text for secret in (ONE.document_number, ONE.phone, ONE.name, code, "wrong"))
