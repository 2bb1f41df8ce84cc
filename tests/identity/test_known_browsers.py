"""Browsers a person has signed in with: who is told of a new one, and what the cookie gives away."""

import datetime as dt
from http.cookies import Morsel

import pytest
import time_machine
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kuaiji.identity.models import KnownBrowser, Session
from kuaiji.identity.sessions.browser_names import browser_name
from kuaiji.identity.sessions.known_browsers import (
    MOST,
    browser_cookie_name,
    browser_of,
    is_known_to_any,
    keep_cookie,
    remember_browser,
    sweep_known_browsers,
)
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor
from people.sign_in_steps import PASSWORD, make_details, make_owner
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


def sign_in(visitor: ClientVisitor, password: str = PASSWORD) -> None:
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=password)


def sign_out(visitor: ClientVisitor) -> None:
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)


def cookie(visitor: ClientVisitor) -> "Morsel[str]":
    return visitor.client.cookies[browser_cookie_name()]


def told() -> int:
    return OutgoingSms.objects.filter(template_key=TemplateKey.NEW_BROWSER).count()


def test_a_new_browser_is_told_of_and_a_known_one_is_not() -> None:
    make_owner(ONE)
    visitor, other = ClientVisitor(), ClientVisitor()
    for number, (who, count) in enumerate([(visitor, 1), (visitor, 1), (other, 2), (visitor, 2), (other, 2)]):
        sign_in(who)
        assert told() == count, number
        sign_out(who)
    message = OutgoingSms.objects.filter(template_key=TemplateKey.NEW_BROWSER).first()
    assert message and message.phone == ONE.phone and message.parameters.keys() == {"time"}


def test_a_wrong_password_tells_nobody_and_makes_no_browser_known() -> None:
    make_owner(ONE)
    visitor = ClientVisitor()
    sign_in(visitor, "wrong")
    assert told() == 0 and browser_cookie_name() not in visitor.client.cookies


def test_three_messages_a_day_are_enough() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for _ in range(5):
            sign_in(ClientVisitor())
        assert told() == 3
        traveller.shift(dt.timedelta(days=1))
        sign_in(ClientVisitor())
        assert told() == 4


def test_people_who_share_a_browser_are_known_there_each_by_their_own_sign_in() -> None:
    make_owner(ONE)
    two = make_details("two")
    other = make_owner(two)
    visitor = ClientVisitor()
    sign_in(visitor)
    sign_out(visitor)
    visitor.open("/login/")
    visitor.send(document_number=two.person.document.number, password=PASSWORD)
    digests = [bytes(digest) for digest in KnownBrowser.objects.values_list("digest", flat=True)]
    assert told() == 2 and len(set(digests)) == 2
    assert other.browsers.count() == 1


def test_a_browser_is_forgotten_after_a_year_without_signing_in() -> None:
    user = make_owner(ONE)
    visitor = ClientVisitor()
    with time_machine.travel(BEGIN, tick=False) as traveller:
        sign_in(visitor)
        sign_out(visitor)
        traveller.shift(dt.timedelta(days=364))
        sign_in(visitor)
        assert told() == 1
        traveller.shift(dt.timedelta(days=365))
        assert not is_known_to_any(cookie(visitor).value, [user.pk])
        sweep_known_browsers()
        assert not KnownBrowser.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "x" * 21, "x" * 23, "é" * 22, "../" * 8, " " * 22, "x" * 4000])
def test_a_cookie_that_is_not_ours_is_replaced(value: str) -> None:
    user, request, response = make_owner(ONE), HttpRequest(), HttpResponse()
    request.COOKIES[browser_cookie_name()] = value
    browser = browser_of(request)
    assert browser.brought == ""
    remember_browser(user.pk, browser)
    keep_cookie(response, browser)
    given = response.cookies[browser_cookie_name()]
    assert given.value != value and len(given.value) == 22
    assert given["httponly"] and given["secure"] and given["samesite"] == "Lax" and not given["domain"]
    request.COOKIES[browser_cookie_name()] = given.value
    assert is_known_to_any(browser_of(request).brought, [user.pk])


def test_the_table_leads_neither_to_the_cookie_nor_from_one_person_to_another() -> None:
    users = [make_owner(ONE), make_owner(make_details("two"))]
    request = HttpRequest()
    request.COOKIES[browser_cookie_name()] = value = "a" * 22
    for user in users:
        remember_browser(user.pk, browser_of(request))
    digests = {bytes(digest) for digest in KnownBrowser.objects.values_list("digest", flat=True)}
    assert len(digests) == 2 and not any(value.encode() in digest for digest in digests)


def test_a_person_has_twenty_at_most_and_the_longest_unused_give_way() -> None:
    user = make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        browsers = [browser_of(HttpRequest()) for _ in range(MOST + 2)]
        for browser in browsers:
            traveller.shift(dt.timedelta(minutes=1))
            remember_browser(user.pk, browser)
        known = [is_known_to_any(browser.cookie, [user.pk]) for browser in browsers]
    assert known == [False] * 2 + [True] * MOST


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (CHROME, "Chrome，Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox，Linux"),
        ("Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126 Mobile MicroMessenger/8.0.50", "微信，安卓"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari，iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge，Mac"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) HuaweiBrowser/5.0", "华为浏览器，鸿蒙"),
        ("curl/8.0", "其他浏览器"),
        ("", "其他浏览器"),
        ("<script>" * 10_000 + "Chrome", "其他浏览器"),
    ],
)
def test_kinds_of_browsers_in_words(header: str, words: str) -> None:
    assert browser_name(header) == words


def test_the_session_keeps_the_words_and_not_the_header() -> None:
    make_owner(ONE)
    visitor = ClientVisitor()
    visitor.client.defaults["HTTP_USER_AGENT"] = f"{CHROME} Canary-77"
    sign_in(visitor)
    session = Session.objects.exclude(user=None).get()
    assert session.browser == "Chrome，Windows"
    assert "Canary" not in session.session_data and "198.51" not in session.session_data
