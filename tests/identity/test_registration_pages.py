"""Registering as a browser without script sees it: only what the HTML offers is filled in and pressed."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from kuaiji.common.profile import profile
from kuaiji.identity.enums import CheckKind
from kuaiji.identity.models import Registration, Session, User
from kuaiji.identity.partner_checks.services import PENDING, first_check
from kuaiji.identity.registration.views import REGISTRATION
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.sms.models import MessageState, OutgoingSms
from people.client_visitor import ClientVisitor
from people.sign_in_steps import DRAW, PASSWORD, code_for, make_owner, other_than, run_jobs
from tests.support.moments import BEGIN
from tests.support.partners import Others
from tests.support.sign_in_pages import ONE, REGISTER, SEND, TYPED, signed_in, to_details, to_password, where

pytestmark = pytest.mark.django_db


def test_the_whole_way(visitor: ClientVisitor, others: Others) -> None:
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
    visitor.send(password1=PASSWORD)
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
def test_the_two_questions(visitor: ClientVisitor, works: str, holds: str, goes_on: bool) -> None:
    visitor.open("/register/")
    page = visitor.send(works_in_accounting=works, holds_qualification=holds)
    assert (where(visitor) == "/register/details/") is goes_on
    assert page.status == 200
    if not goes_on:
        assert "无须进行信息采集" in page.text
        assert not Registration.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize("answers", [{}, {"works_in_accounting": "yes"}, {"holds_qualification": "maybe"}])
def test_questions_left_open(visitor: ClientVisitor, answers: dict[str, str]) -> None:
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
    ({"document_number": ONE.person.document.number.translate({ord("1"): "2"})}, "document_number"),
    ({"document_number": "440103900307721"}, "document_number"),
    ({"document_type": "04", "document_number": "P1234567"}, "document_country"),
    ({"document_type": "04", "document_number": "E12345678", "document_country": "CHN"}, "document_country"),
    ({"document_type": "04", "document_number": "K12345678", "document_country": "HKG"}, "document_country"),
    ({"document_type": "08", "document_number": "CHN110000000000"}, "document_number"),
    ({"phone": "1391234567"}, "phone"),
    ({"phone": "02012345678"}, "phone"),
    ({"phone": ""}, "phone"),
]  # fmt: skip


@pytest.mark.parametrize("button", [SEND, REGISTER], ids=["send", "register"])
@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_wrong_details_are_named_and_kept_and_send_nothing(
    visitor: ClientVisitor, wrong: dict[str, str], field: str, button: tuple[str, str]
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
    assert run_jobs(DRAW) == 0 and not OutgoingSms.objects.exists()


def test_a_country_that_cannot_be_read_is_one_fault(visitor: ClientVisitor) -> None:
    to_details(visitor)
    typed = {"document_type": "04", "document_number": "P1234567", "document_country": "QQQ"}
    page = visitor.send(SEND, **TYPED | typed)
    assert page.text.count('id="error-document_country"') == 1 and "有 1 处需要修改" in page.summary


def test_all_faults_are_told_at_once(visitor: ClientVisitor) -> None:
    to_details(visitor)
    page = visitor.send(REGISTER, name="", document_number="", phone="")
    assert page.status == 422 and page.faults.keys() == {"name", "document_number", "phone", "sms_code"}
    page = visitor.send(SEND, name="", document_number="", phone="")
    assert page.faults.keys() == {"name", "document_number", "phone"}


def test_numbers_are_taken_as_people_type_them(visitor: ClientVisitor, others: Others) -> None:
    to_details(visitor)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in ONE.phone)
    number = ONE.person.document.number
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]} ".lower()
    visitor.send(SEND, **TYPED | {"phone": wide, "document_number": spaced})
    code = code_for(ONE.phone)
    visitor.send(REGISTER, sms_code=f" {code[:3]} {code[3:]} ")
    assert where(visitor) == "/register/password/"


def test_a_double_tap_is_one_message_and_no_error(visitor: ClientVisitor) -> None:
    to_details(visitor)
    for _ in range(3):
        page = visitor.send(SEND, **TYPED)
        assert page.status == 200 and "data-seconds-left" in page.text
    assert run_jobs(DRAW) == 1 and OutgoingSms.objects.count() == 1


def test_a_wrong_code_keeps_everything(visitor: ClientVisitor) -> None:
    to_details(visitor)
    visitor.send(SEND, **TYPED)
    page = visitor.send(REGISTER, sms_code=other_than(code_for(ONE.phone)))
    assert page.status == 422 and list(page.faults) == ["sms_code"]
    assert page.forms[-1]["fields"]["document_number"] == ONE.person.document.number


def test_no_second_code_for_another_correction(visitor: ClientVisitor, others: Others) -> None:
    others.matches = False
    page = to_password(visitor)
    assert page.status == 422 and page.faults["name"] == "姓名与证件号码不一致，请核对"
    assert "手机号已验证" in page.text
    others.matches = True
    page = visitor.open("/register/details/")
    assert "手机号已验证" in page.text
    visitor.send(REGISTER, name="改正后")
    assert where(visitor) == "/register/password/"


def test_already_registered_is_shown_the_ways_in(visitor: ClientVisitor, others: Others) -> None:
    make_owner(ONE)
    page = to_password(visitor, TYPED | {"phone": "13800000001"})
    assert page.status == 422 and "已在本平台注册" in page.summary
    assert {"/login/", "/recover/", "/directory/"} <= set(page.links)


def test_without_an_answer_another_name_is_asked_to_come_back(visitor: ClientVisitor, others: Others) -> None:
    """Nothing is typed again, and when the check answers, the confirmed name goes on."""
    first_check(make_owner(ONE), CheckKind.IDENTITY, PENDING).save()
    others.down = ("/identity/checks",)
    to_details(visitor)
    visitor.send(SEND, **TYPED | {"name": "欧阳真"})
    page = visitor.send(REGISTER, sms_code=code_for(ONE.phone))
    assert where(visitor) == "/register/details/" and page.status == 200
    assert "暂时没有答复，没有注册" in page.text and "手机号已验证" in page.text
    assert page.forms[-1]["fields"]["name"] == "欧阳真"
    others.down = ()
    visitor.send(REGISTER)
    assert where(visitor) == "/register/password/"


def test_another_name_at_the_national_platform_tells_nothing_more(visitor: ClientVisitor, others: Others) -> None:
    others.known_otherwise = True
    page = to_password(visitor)
    assert page.status == 422 and "姓名与证件号码不一致" in page.summary and not User.objects.exists()


@pytest.mark.parametrize(("code", "name"), [("430000", "湖南省"), ("440300", "深圳市")])
def test_held_elsewhere_is_shown_where_and_how(visitor: ClientVisitor, others: Others, code: str, name: str) -> None:
    others.held_by = {"code": code, "name": name}
    page = to_password(visitor)
    assert page.status == 422 and name in page.text and "办理调出" in page.text
    addresses = [other.address for other in profile().others if other.code == code]
    assert {"/transfers/in/", *addresses} <= set(page.links) and not User.objects.exists()


@pytest.mark.parametrize("to", ["440000", "110000"])
def test_who_is_released_to_us_is_led_to_transfer_in(visitor: ClientVisitor, others: Others, to: str) -> None:
    others.held_by, others.released_to = {"code": "430000", "name": "湖南省"}, to
    page = to_password(visitor)
    is_ours = to == profile().code
    assert page.status == 422 and "/transfers/in/" in page.links and not User.objects.exists()
    assert ("您已放行到本平台，请办理省外调入" in page.summary) is is_ours
    assert ("请先在" in page.text) is not is_ours


@pytest.mark.parametrize("typed", ["", "short", "a1234567"])
def test_refused_passwords(visitor: ClientVisitor, others: Others, typed: str) -> None:
    to_password(visitor)
    page = visitor.send(password1=typed)
    assert page.status == 422 and page.faults.keys() == {"password1"}
    assert PASSWORD not in page.text and not User.objects.exists()


def test_the_password_is_asked_once_and_a_second_one_that_is_posted_is_not_read(
    visitor: ClientVisitor, others: Others
) -> None:
    page = to_password(visitor)
    assert page.text.count('type="password"') == 1
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"password1": PASSWORD, "password2": "something else", "csrfmiddlewaretoken": token}
    response = visitor.client.post("/register/password/", typed)
    assert response.headers["Location"] == "/collection/" and User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("path", ["/register/details/", "/register/password/"])
def test_steps_are_not_skipped(visitor: ClientVisitor, path: str) -> None:
    visitor.open(path)
    assert visitor.path == "/register/?expired=1"
    to_details(visitor)
    visitor.open("/register/password/")
    assert where(visitor) == "/register/details/"


def test_an_expired_registration_begins_again(visitor: ClientVisitor) -> None:
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
def test_the_page_says_how_the_message_fares(visitor: ClientVisitor, state: MessageState, words: str) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        to_details(visitor)
        visitor.send(SEND, **TYPED)
        run_jobs(DRAW)
        OutgoingSms.objects.update(state=state)
        traveller.shift(dt.timedelta(seconds=30))
        assert words in visitor.open("/register/details/").text


def test_the_last_page_sent_twice_at_once_leads_to_the_same_place(others: Others) -> None:
    """The second request has read its session before the first one ended."""
    first = ClientVisitor()
    to_password(first)
    cookie = first.client.cookies[settings.SESSION_COOKIE_NAME].value
    kept = Registration.objects.get()
    first.send(password1=PASSWORD)
    second = ClientVisitor()
    session = SessionStore()
    session[REGISTRATION] = str(kept.pk)
    session.save()
    second.client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    second.open("/login/")
    token = second.client.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"password1": PASSWORD, "csrfmiddlewaretoken": token}
    response = second.client.post("/register/password/", typed)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("collection:overview"))
    assert User.objects.count() == 1 and not SessionStore(cookie).get(SESSION_KEY)


def test_who_has_registered_finds_the_sign_in_at_the_top_and_nothing_to_mend(
    visitor: ClientVisitor, others: Others
) -> None:
    page = visitor.open("/register/")
    assert page.text.index('href="/login/">登录</a></p>') < page.text.index("works_in_accounting")
    assert "返回登录" not in page.text
    make_owner(ONE)
    page = to_password(visitor)
    assert page.status == 422 and "不用再注册" in page.summary and "处需要修改" not in page.summary
