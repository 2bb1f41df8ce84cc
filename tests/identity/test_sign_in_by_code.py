"""短信验证码登录: in by number, bound phone and code; silent about who is registered; one allowance with 找回密码."""

import dataclasses
import datetime as dt
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from kuaiji.audit.models import AccessLog
from kuaiji.common.phones import mask_phone
from kuaiji.identity.models import KnownBrowser, Recovery, Session, User
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor, Page
from people.sign_in_steps import DRAW, PASSWORD, code_for, codes_for, make_details, make_owner, other_than, run_jobs
from tests.support.moments import BEGIN
from tests.support.sign_in_pages import LEAVES, ONE, SEND, VERIFY, signed_in, where

pytestmark = pytest.mark.django_db
NUMBER = ONE.person.document.number
TWO = make_details("two")


def ask(visitor: ClientVisitor, *, number: str = NUMBER, phone: str = ONE.phone, path: str = "/login/code/") -> Page:
    visitor.open(path)
    return visitor.send(SEND, document_number=number, phone=phone)


def messages(key: TemplateKey) -> int:
    return OutgoingSms.objects.filter(template_key=key).count()


def test_the_code_leads_in_and_the_phone_is_told_of_a_new_browser(visitor: ClientVisitor) -> None:
    user = make_owner(ONE)
    elsewhere = ClientVisitor()
    elsewhere.open("/login/")
    elsewhere.send(document_number=NUMBER, password=PASSWORD)
    told = messages(TemplateKey.NEW_BROWSER)
    page = ask(visitor, number=f" {NUMBER.lower()} ")
    assert page.status == 200 and "短信会在一分钟内到达" in page.text
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert visitor.path == reverse("portal:me") and signed_in(visitor) == str(user.pk)
    assert messages(TemplateKey.NEW_BROWSER) == told + 1 and KnownBrowser.objects.filter(user=user).count() == 2
    assert AccessLog.objects.filter(subject_id=user.pk, action="identity.login", outcome="ok").count() == 2
    assert signed_in(elsewhere) == str(user.pk) and Session.objects.filter(user=user).count() == 2
    assert User.objects.get().check_password(PASSWORD) and Recovery.objects.get().answers == {}


def test_a_known_browser_is_not_told_of(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    visitor.open("/login/")
    visitor.send(document_number=NUMBER, password=PASSWORD)
    told = messages(TemplateKey.NEW_BROWSER)
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    visitor.client.post("/logout/", {"csrfmiddlewaretoken": token})
    assert not signed_in(visitor)
    ask(visitor)
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert signed_in(visitor) and messages(TemplateKey.NEW_BROWSER) == told


def test_a_wrong_code_and_none_lead_nowhere(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    ask(visitor)
    code = code_for(ONE.phone)
    page = visitor.send(VERIFY, sms_code=other_than(code))
    assert page.status == 422 and "没有登录成功" in page.summary and "短信验证码不正确" in page.faults["sms_code"]
    assert visitor.send(VERIFY, sms_code="").faults.keys() == {"sms_code"}
    assert not signed_in(visitor)
    visitor.send(VERIFY, sms_code=code)
    assert signed_in(visitor)


@pytest.mark.parametrize(("asked", "entered"), [("/login/code/", "/recover/"), ("/recover/", "/login/code/")])
def test_a_code_of_the_one_way_opens_nothing_at_the_other(visitor: ClientVisitor, asked: str, entered: str) -> None:
    make_owner(ONE)
    ask(visitor, path=asked)
    code = code_for(ONE.phone)
    visitor.open(entered)
    page = visitor.send(VERIFY, document_number=NUMBER, phone=ONE.phone, sms_code=code)
    assert page.status == 422 and "验证码已失效" in page.faults["sms_code"]
    assert not signed_in(visitor) and where(visitor) == entered


@pytest.mark.parametrize(
    ("number", "phone"), [(NUMBER, ONE.phone), (NUMBER, TWO.phone), (TWO.person.document.number, ONE.phone)]
)
def test_what_belongs_together_and_what_does_not_look_alike(visitor: ClientVisitor, number: str, phone: str) -> None:
    """S-24: the same words, the same bytes but for what was typed; only the job knows."""
    make_owner(ONE)
    stranger = ClientVisitor()
    unknown = make_details("three")
    pages = []
    for at, typed, to in ((visitor, number, phone), (stranger, unknown.person.document.number, unknown.phone)):
        page = ask(at, number=typed, phone=to)
        run_jobs(DRAW)
        shown = at.open("/login/code/").text
        for words in (typed, to, mask_phone(to)):
            shown = shown.replace(words, "…")
        pages.append((page.status, re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", shown)))
    assert pages[0] == pages[1]
    assert messages(TemplateKey.SIGN_IN_CODE) == ((number, phone) == (NUMBER, ONE.phone))


def test_both_ways_have_one_allowance(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for turn in range(6):
            traveller.shift(dt.timedelta(minutes=2))
            page = ask(ClientVisitor(), path=("/login/code/", "/recover/")[turn % 2])
            run_jobs(DRAW)
        assert page.status == 422 and "太频繁" in page.summary
        assert len(codes_for(ONE.phone)) == 5


def test_two_people_of_one_number_and_phone_are_asked_for_the_type(visitor: ClientVisitor) -> None:
    card = make_owner(ONE)
    other = dataclasses.replace(
        ONE, person=dataclasses.replace(ONE.person, document=dataclasses.replace(ONE.person.document, type="99"))
    )
    passport = make_owner(other, f"{PASSWORD} too")
    ask(visitor)
    page = visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert page.status == 422 and "请选择证件类型" in page.faults["document_type"]
    visitor.send(VERIFY, document_type="99")
    assert signed_in(visitor) == str(passport.pk) != str(card.pk)


def test_who_has_closed_is_told_so_once_the_phone_is_proven(visitor: ClientVisitor) -> None:
    user = make_owner(ONE)
    User.objects.filter(pk=user.pk).update(is_active=False, closed_at=BEGIN)
    ask(visitor)
    page = visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert page.status == 422 and "您已注销" in page.summary and not signed_in(visitor)


def test_the_address_one_came_for_is_kept(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    links = visitor.open("/login/?next=/directory/").links
    visitor.open(next(link for link in links if link.startswith("/login/code/?next=")))
    visitor.send(SEND, document_number=NUMBER, phone=ONE.phone)
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert visitor.path == "/directory/"


@pytest.mark.parametrize("target", LEAVES[1:6])
def test_it_never_leads_outside(visitor: ClientVisitor, target: str) -> None:
    make_owner(ONE)
    ask(visitor, path=f"/login/code/?{urlencode({'next': target})}")
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert visitor.path == reverse("portal:me")
