"""js/password.js in a real browser: 显示, and beside a new password what it still lacks, by the rules of the server."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from kuaiji.common.errors import RuleBroken
from kuaiji.common.middleware import HEADERS
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.passwords.rules import check_password
from tests.support.standing import SMALL_PHONE

pytestmark = [
    pytest.mark.usefixtures("template"),  # preparing the house collects the static files
    pytest.mark.parametrize("page", [SMALL_PHONE], indirect=True),
]

SITE = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HTML = """{% extends "page_narrow.html" %}{% load kuaiji static %}
{% block title %}设置密码{% endblock %}{% block heading %}<h1>设置密码</h1>{% endblock %}
{% block content %}<form class="k-card" method="post" novalidate>{% field form.password1 %}
<div class="k-actions"><button class="btn btn-primary">完成注册</button></div></form>{% endblock %}
{% block scripts %}<script type="module" src="{% static 'kuaiji/js/password.js' %}"></script>{% endblock %}"""
PLAIN = "太简单，容易被猜到，请换一个"
SOUND = "长度够了，不算太简单"

Open = Callable[[], list[dict[str, list[str]]]]


@pytest.fixture
def opened(page: Page) -> Open:
    """Opens the page; the list fills with what is posted."""
    sent: list[dict[str, list[str]]] = []

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = Path(finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))) or "")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
            return
        if route.request.method == "POST":
            sent.append(parse_qs(route.request.post_data or ""))
        body = engines["django"].from_string(HTML).render({"form": PasswordForm()}, RequestFactory().get("/page/"))
        route.fulfill(body=body, headers={"content-type": "text/html; charset=utf-8", **HEADERS})

    def start() -> list[dict[str, list[str]]]:
        page.route(f"{SITE}/**", answer)
        page.goto(f"{SITE}/page/")
        return sent

    return start


def test_a_password_is_shown_on_demand_and_hidden_before_it_is_sent(page: Page, opened: Open) -> None:
    sent = opened()
    field = page.locator("#id_password1")
    field.fill("春风 xiao-yu 0417")
    assert field.get_attribute("type") == "password"
    page.get_by_role("button", name="显示密码").click()
    assert field.get_attribute("type") == "text" and field.input_value() == "春风 xiao-yu 0417"
    hidden = "addEventListener('submit', () => { sessionStorage.type = document.querySelector('#id_password1').type; })"
    page.evaluate(hidden)
    with page.expect_navigation():
        page.get_by_role("button", name="完成注册").click()
    assert sent == [{"password1": ["春风 xiao-yu 0417"]}]
    assert page.evaluate("sessionStorage.type") == "password"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a", "还差 7 个字符"),
        ("春风xiao", "还差 2 个字符"),
        ("x" * 129, "最多 128 个字符，现有 129 个"),
        ("aaaabbbb", PLAIN),
        ("abcdabcd", PLAIN),
        ("19700512", PLAIN),
        ("qwertyuiop", PLAIN),
        ("87654321", PLAIN),
        ("春风 xiao-yu 0417", SOUND),
    ],
)
def test_what_a_password_lacks_is_said_beside_it_as_the_server_would(
    page: Page, opened: Open, typed: str, words: str
) -> None:
    opened()
    page.locator("#id_password1").fill(typed)
    expect(page.locator(".k-lacks")).to_have_text(words)
    refused = False
    try:
        check_password(typed, own=(), common=())
    except RuleBroken:
        refused = True
    assert refused is (words != SOUND)
