"""Signing in and 找回密码 as a browser without script sees it: only what the HTML offers is filled in and pressed."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from kuaiji.audit.models import AccessLog, RefusalCount
from kuaiji.common.redirects import local_address
from kuaiji.identity.models import Session
from kuaiji.identity.sessions.store import SessionStore
from people.client_visitor import ClientVisitor
from people.sign_in_steps import PASSWORD, code_for, make_details, make_owner
from tests.support.moments import BEGIN
from tests.support.sign_in_pages import LEAVES, ONE, SEND, STAYS, VERIFY, signed_in, where

pytestmark = pytest.mark.django_db


def test_signing_in_and_out(visitor: ClientVisitor) -> None:
    user = make_owner(ONE)
    visitor.open("/login/")
    visitor.send(document_number=f" {ONE.person.document.number.lower()} ", password=PASSWORD)
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
        (ONE.person.document.number, "wrong"),
        (ONE.person.document.number, f"{PASSWORD} "),
        (make_details("two").person.document.number, PASSWORD),
        ("garbage", "no-password"),
    ],
)
def test_one_answer_whatever_is_wrong(visitor: ClientVisitor, number: str, password: str) -> None:
    make_owner(ONE)
    visitor.open("/login/")
    page = visitor.send(document_number=number, password=password)
    assert page.status == 422 and "证件号或密码不正确" in page.summary and page.faults == {}
    assert page.forms[-1]["fields"]["document_number"] == number and password not in page.text
    assert RefusalCount.objects.get().outcome == "sign_in_refused" and not AccessLog.objects.exists()


def test_a_session_planted_before_signing_in_is_worth_nothing(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    planted = SessionStore()
    planted["n"] = 1
    planted.save()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
    assert signed_in(visitor) and not SessionStore(planted.session_key).load()
    assert visitor.client.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key


def test_session_limits_sign_out(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        visitor.open("/login/")
        visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
        for _ in range(25):
            traveller.shift(dt.timedelta(minutes=28))
            visitor.open("/me/")
            assert visitor.path == "/me/"
        traveller.shift(dt.timedelta(minutes=28))
        visitor.open("/me/")
        assert visitor.path == "/login/?next=/me/"


@pytest.mark.parametrize("target", STAYS)
def test_next_leads_on_inside(target: str) -> None:
    assert local_address(target) == target


@pytest.mark.parametrize("target", LEAVES)
def test_next_never_leads_outside(visitor: ClientVisitor, target: str) -> None:
    assert local_address(target) == ""
    make_owner(ONE)
    visitor.client.get("/login/", {"next": target})
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"document_number": ONE.person.document.number, "password": PASSWORD, "csrfmiddlewaretoken": token}
    response = visitor.client.post("/login/", typed | {"next": target})
    assert response.headers["Location"] == reverse("portal:me")


def test_next_is_kept_through_a_wrong_password(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    visitor.open("/login/?next=/directory/")
    visitor.send(document_number=ONE.person.document.number, password="wrong")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
    assert visitor.path == "/directory/"


def test_recovering_signs_in_with_the_new_password(visitor: ClientVisitor) -> None:
    user = make_owner(ONE)
    elsewhere = ClientVisitor()
    elsewhere.open("/login/")
    elsewhere.send(document_number=ONE.person.document.number, password=PASSWORD)
    visitor.open("/recover/")
    page = visitor.send(SEND, document_number=ONE.person.document.number, phone=ONE.phone)
    assert page.status == 200 and page.forms[-1]["fields"]["phone"] == ONE.phone
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    assert where(visitor) == "/recover/password/"
    assert visitor.send(password1="short").status == 422
    visitor.send(password1="秋水 blue-heron 88")
    assert visitor.path == reverse("portal:me") and signed_in(visitor) == str(user.pk)
    elsewhere.open("/me/")
    assert where(elsewhere) == "/login/"
    visitor.open("/recover/password/")
    assert where(visitor) == "/recover/"


@pytest.mark.parametrize("path", ["/recover/password/"])
def test_the_new_password_asks_for_proof(visitor: ClientVisitor, path: str) -> None:
    make_owner(ONE)
    visitor.open(path)
    assert where(visitor) == "/recover/"
    visitor.send(SEND, document_number=ONE.person.document.number, phone=ONE.phone)
    visitor.open(path)
    assert where(visitor) == "/recover/"


def test_who_comes_for_the_collection_is_offered_to_register_first(visitor: ClientVisitor) -> None:
    page = visitor.open("/collection/")
    assert visitor.path == "/login/?next=/collection/"
    assert page.text.index("首次办理，去注册") < page.text.index("document_number")
    page = visitor.send(document_number=ONE.person.document.number, password="wrong")
    assert "没有登录成功" in page.summary and "处需要修改" not in page.summary
    page = visitor.open("/login/")
    assert page.text.index("document_number") < page.text.index("首次办理，去注册")
    assert page.text.index(">登录</button>") < page.text.index("证件号码与他人相同")
