"""js/stay.js in a real browser under the real content policy, against a server that answers in every way."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from kuaiji.common.forms import Form, SmsCodeField, TextField
from kuaiji.common.middleware import HEADERS
from kuaiji.common.stay import Said
from tests.support.standing import SMALL_PHONE, assert_next, is_same_page, mark_page

pytestmark = [
    pytest.mark.usefixtures("template"),  # preparing the house collects the static files
    pytest.mark.parametrize("page", [SMALL_PHONE], indirect=True),
]

SITE = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HTML = """{% extends "page_narrow.html" %}{% load kuaiji static %}
{% block title %}注册{% endblock %}{% block heading %}<h1>注册</h1>{% endblock %}
{% block content %}{% error_summary form %}<form class="k-card" method="post" action="/page/" novalidate>
{% for _ in "123456" %}<p>说明</p><p>说明</p><p>说明</p>{% endfor %}
{% field form.phone %}
<p>
<button class="btn" name="action" value="send_code" data-stay data-seconds-left="{{ left }}">获取短信验证码</button></p>
{% field form.sms_code said=said %}
<div class="k-actions"><button class="btn btn-primary" name="action" value="register">注册</button></div></form>
{% endblock %}
{% block scripts %}<script type="module" src="{% static 'kuaiji/js/stay.js' %}"></script>{% endblock %}"""


class Details(Form):
    phone = TextField(label="手机号")
    sms_code = SmsCodeField(label="短信验证码", required=False)


def html(*, phone: str = "", faulty: bool = False, left: int = 0, said: Said | None = None) -> str:
    form = Details({"phone": phone} if faulty else None, initial={"phone": phone})
    if faulty:
        form.is_valid()
    context = {"form": form, "said": said, "left": left, "faulty": faulty}
    return engines["django"].from_string(HTML).render(context, RequestFactory().get("/page/"))


class Server:
    """Answers a post by ``answer``; keeps what was posted, and counts the pages that were asked for."""

    def __init__(self, page: Page) -> None:
        self.page, self.sent, self.got = page, [], 0  # type: ignore[var-annotated]
        self.answer: Callable[[Route], None] = lambda route: None
        page.route(f"{SITE}/**", self._route)

    def open(self) -> Page:
        self.page.goto(f"{SITE}/page/")
        self.page.fill("#id_phone", "13912345678")
        mark_page(self.page)
        return self.page

    def press(self) -> None:
        self.page.get_by_role("button", name="获取短信验证码").click()

    def _route(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))
            file = Path(finders.find(name) or "")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif route.request.method == "POST":
            self.sent.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            self.answer(route)
        else:
            self.got += 1
            give(route, html())


def give(route: Route, body: str, status: int = 200) -> None:
    route.fulfill(status=status, body=body, headers={"content-type": "text/html; charset=utf-8", **HEADERS})


@pytest.fixture
def site(page: Page) -> Server:
    return Server(page)


def test_the_answer_comes_into_the_page_and_the_next_field_is_focused(site: Server) -> None:
    said = Said("短信验证码已发往 139******78")
    site.answer = lambda route: give(route, html(phone="13912345678", left=57, said=said))
    page = site.open()
    site.press()
    assert_next(page, "#id_sms_code", said.words)
    assert is_same_page(page) and site.got == 1
    assert site.sent[0]["action"] == ["send_code"] and site.sent[0]["phone"] == ["13912345678"]
    assert page.get_by_role("button", name="秒后可重新获取").is_visible()  # parts of the new page have started
    assert "said-sms_code" in str(page.locator("#id_sms_code").get_attribute("aria-describedby"))


def test_the_button_keeps_its_place_on_the_screen(site: Server) -> None:
    site.answer = lambda route: give(route, html(phone="13912345678", left=57, said=Said("已发往")))
    page = site.open()
    button = page.locator("[value=send_code]")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    before = button.bounding_box()
    site.press()
    expect(page.locator("#id_sms_code")).to_be_focused()
    after = button.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2


def test_faults_come_into_the_page_and_are_focused(site: Server) -> None:
    site.answer = lambda route: give(route, html(faulty=True), status=422)
    page = site.open()
    page.fill("#id_phone", "")
    site.press()
    assert_next(page, "#error-summary", "请填写手机号")
    assert is_same_page(page) and page.title().startswith("错误：")
    site.answer = lambda route: give(route, html(phone="13912345678", said=Said("已发往")))
    page.fill("#id_phone", "13912345678")
    site.press()
    assert_next(page, "#id_sms_code", "已发往")
    assert not page.title().startswith("错误：")
    assert page.evaluate("'faulty' in document.body.dataset") is False


def gone(route: Route) -> None:
    route.abort("internetdisconnected")


def failed(route: Route) -> None:
    give(route, "<h1>504</h1>", status=504)


def refused(route: Route) -> None:
    give(route, html().replace("<h1>注册</h1>", "<h1>页面已过期</h1>"), status=403)


@pytest.mark.parametrize(
    ("answer", "words"), [(gone, "没有收到答复"), (failed, "没有收到答复"), (refused, "页面已过期")]
)
def test_where_no_such_page_comes_it_is_said_and_nothing_is_lost(
    site: Server, answer: Callable[[Route], None], words: str
) -> None:
    site.answer = answer
    page = site.open()
    page.fill("#id_sms_code", "1234")
    site.press()
    told = page.get_by_role("alert")
    expect(told).to_contain_text(words)
    assert is_same_page(page)
    assert (page.input_value("#id_phone"), page.input_value("#id_sms_code")) == ("13912345678", "1234")
    site.answer = lambda route: give(route, html(phone="13912345678", said=Said("已发往")))
    site.press()
    assert_next(page, "#id_sms_code", "已发往")
    assert len(site.sent) == 2


def test_two_presses_are_one_request_and_the_main_button_waits_for_it(site: Server) -> None:
    waiting: list[Route] = []
    site.answer = waiting.append
    page = site.open()
    page.evaluate("() => { for (const _ of '123') document.querySelector('[value=send_code]').click(); }")
    page.locator("[value=register]").click()
    expect(page.get_by_text("请稍候")).to_be_visible()
    assert len(site.sent) == 1
    give(waiting[0], html(phone="13912345678", said=Said("已发往")))
    assert_next(page, "#id_sms_code", "已发往")


def test_back_and_refresh_send_nothing_again(site: Server) -> None:
    site.answer = lambda route: give(route, html(faulty=True), status=422)
    page = site.open()
    site.press()
    expect(page.locator("#error-summary")).to_be_focused()
    page.reload()
    assert len(site.sent) == 1 and page.locator("#error-summary").count() == 0


def test_a_fault_loses_its_red_when_its_answer_is_another_one(site: Server) -> None:
    site.answer = lambda route: give(route, html(faulty=True), status=422)
    page = site.open()
    page.fill("#id_phone", "")
    site.press()
    field = page.locator(".k-field", has=page.locator("#id_phone"))
    expect(field).to_have_class(re.compile(r"\bbad\b"))
    page.fill("#id_phone", "1")
    expect(field).not_to_have_class(re.compile(r"\bbad\b"))
    assert page.locator("#id_phone").get_attribute("aria-invalid") is None
    assert not page.locator("#error-phone").is_visible()
    page.fill("#id_phone", "")  # as it was refused
    expect(field).to_have_class(re.compile(r"\bbad\b"))
    assert page.locator("#error-phone").is_visible()
    assert page.locator("#id_phone").get_attribute("aria-invalid") == "true"
