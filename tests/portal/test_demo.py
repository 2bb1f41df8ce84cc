"""The demo's inbox: what the stand-ins keep, on a page and as JSON; nowhere but in a demo."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from kuaiji.portal import demo
from people.houses.loopback import Loopback, loopback, reply

pytestmark = pytest.mark.usefixtures("template")  # preparing the house collects the static files

MESSAGES = [
    {"to": "13912345678", "text": "654321为您的注册验证码<b>", "sent_at": "2026-11-22T05:44:28.557061+08:00"},
    {"to": "13912345678", "text": "123456为您的注册验证码", "sent_at": "2026-11-22T05:40:00+08:00"},
]


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch, settings: object) -> Iterator[Loopback]:
    """Stand-ins with two messages, in a demo."""
    settings.DEMO = True  # type: ignore[attr-defined]
    with loopback(reply(200, MESSAGES)) as partner:
        monkeypatch.setenv("KUAIJI_STANDINS_URL", partner.url)
        monkeypatch.setenv("KUAIJI_STANDINS_TOKEN", "token")
        demo._inbox.cache_clear()
        yield partner
    demo._inbox.cache_clear()


@pytest.mark.parametrize("path", ["/demo/sms/", "/demo/sms.json"])
def test_there_is_no_inbox_outside_a_demo(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


@pytest.mark.urls("kuaiji.portal.demo_urls")
def test_messages_on_a_page_newest_first(inbox: Loopback) -> None:
    text = Client().get("/sms/", {"phone": "139 1234 5678"}).content.decode()
    assert text.index("654321") < text.index("123456") and "&lt;b&gt;" in text
    assert "2026年11月22日 05:44:28" in text
    assert inbox.requests[0].path == "/sms/messages?phone=13912345678"
    assert inbox.requests[0].headers["authorization"] == "Bearer token"


@pytest.mark.urls("kuaiji.portal.demo_urls")
def test_messages_for_programs(inbox: Loopback) -> None:
    assert Client().get("/sms.json", {"phone": "13912345678"}).json() == MESSAGES
    assert Client().get("/sms.json").json() == [] and len(inbox.requests) == 1


@pytest.mark.urls("kuaiji.portal.demo_urls")
def test_without_a_phone_it_asks_for_one(inbox: Loopback) -> None:
    response = Client().get("/sms/")
    assert response.status_code == 200 and inbox.requests == []


@pytest.mark.urls("kuaiji.portal.demo_urls")
@pytest.mark.parametrize("path", ["/sms/", "/sms.json"])
def test_a_wrong_phone_is_named(inbox: Loopback, path: str) -> None:
    response = Client().get(path, {"phone": "123"})
    assert response.status_code == 422 and "手机号应为11位" in response.content.decode()


@pytest.mark.urls("kuaiji.portal.demo_urls")
@pytest.mark.parametrize("answer", [reply(500, {}), reply(200, {}), reply(200, [{"to": "x"}])])
def test_a_silent_inbox_is_said_in_words(inbox: Loopback, answer: object) -> None:
    inbox.behaviour = answer  # type: ignore[assignment]
    page = Client().get("/sms/", {"phone": "13912345678"})
    assert page.status_code == 200 and "没有回应" in page.content.decode()
    assert Client().get("/sms.json", {"phone": "13912345678"}).status_code == 503


@pytest.mark.urls("kuaiji.portal.demo_urls")
def test_it_is_read_only(inbox: Loopback) -> None:
    assert Client().post("/sms/").status_code == 405
