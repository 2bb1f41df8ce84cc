"""我的消息: what stands there, the mark on every page and what it costs, the choice of what comes to the phone."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuaiji.common import clock
from kuaiji.identity.data_parts import parts_in_order
from kuaiji.identity.models import User
from kuaiji.identity.notices import tell_user
from kuaiji.messages.enums import DeliveryState
from kuaiji.messages.models import Delivery, Message
from kuaiji.messages.services.choosing import unwanted_of
from kuaiji.messages.views import PAGE
from kuaiji.sms.enums import TemplateKey
from people.factories import UserFactory

pytestmark = pytest.mark.django_db
MARK = "，有未读"


def told(user: User, number: int = 1) -> None:
    parameters = {"date": "2026年11月30日", "number": f"GD-2026-0000-{number:04}"}
    tell_user(user, TemplateKey.COLLECTED, parameters=parameters, once=str(number), at=clock.now())


def signed_in() -> tuple[User, Client]:
    user, client = UserFactory.create(), Client()
    client.force_login(user, backend="kuaiji.identity.backend.SessionBackend")
    return user, client


def text(client: Client, address: str = "/me/messages/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_inbox_says_so() -> None:
    _, client = signed_in()
    assert "还没有消息" in text(client)


def test_a_message_is_new_until_the_inbox_was_opened() -> None:
    user, client = signed_in()
    assert MARK not in text(client, "/me/")
    told(user)
    assert MARK in text(client, "/me/") and MARK in text(client, "/directory/") and "有未读" in text(client, "/me/")
    client.head("/me/messages/")
    assert MARK in text(client, "/me/")
    page = text(client)
    assert "GD-2026-0000-0001" in page and ">未读<" in page and MARK not in page
    assert MARK not in text(client, "/me/") and ">未读<" not in text(client)


def test_the_mark_costs_no_statement() -> None:
    user, client = signed_in()
    text(client, "/directory/")
    with CaptureQueriesContext(
        connection,
    ) as before:
        text(client, "/directory/")
    told(user)
    with CaptureQueriesContext(connection) as after:
        assert MARK in text(client, "/directory/")
    assert len(after) == len(before)


def test_nobody_sees_another_person_s_messages() -> None:
    user, _ = signed_in()
    told(user)
    _, other = signed_in()
    assert "GD-2026" not in text(other) and MARK not in text(other, "/me/")
    assert Client().get("/me/messages/").status_code == 302
    assert Message.objects.unread().count() == 1


def test_pages_of_the_inbox() -> None:
    user, client = signed_in()
    for number in range(PAGE + 3):
        told(user, number)
    first = text(client)
    assert f"GD-2026-0000-{PAGE + 2:04}" in first and "GD-2026-0000-0002" not in first and "更早的" in first
    assert Message.objects.unread().count() == 3 and MARK in first
    second = text(client, "/me/messages/?page=2")
    assert "GD-2026-0000-0002" in second and "较新的" in second
    assert not Message.objects.unread().exists()
    for odd in ("0", "-1", "999", "x", "1e9", ""):
        assert client.get("/me/messages/", {"page": odd}).status_code == 200


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (DeliveryState.QUEUED, "", "短信发送中"),
        (DeliveryState.SENT, "", "短信已发送"),
        (DeliveryState.DELIVERED, "DELIVRD", "短信已送达"),
        (DeliveryState.FAILED, "phone_blocked", "号码拒收这类短信"),
        (DeliveryState.FAILED, "MI:0024", "运营商代码 MI:0024"),
        (DeliveryState.FAILED, "unavailable", "短信通道没有答复"),
        (DeliveryState.DROPPED, "", "情况已变，未发送"),
    ],
)
def test_it_says_how_the_message_fared(state: DeliveryState, reason: str, words: str) -> None:
    user, client = signed_in()
    told(user)
    Delivery.objects.update(state=state, reason=reason)
    page = text(client)
    assert words in page
    assert ("短信未送达" in page) == (state == DeliveryState.FAILED)
    assert ("绑定的手机号" in page) == (state == DeliveryState.FAILED and reason != "unavailable")


def test_an_event_of_the_past_is_shown_all_the_same() -> None:
    user, client = signed_in()
    told(user)
    Message.objects.update(event="gone_since")
    assert "GD-2026-0000-0001" in text(client)


@pytest.mark.parametrize(
    ("wanted", "unwanted"),
    [([], {"useful", "reminder"}), (["reminder"], {"useful"}), (["useful", "reminder"], set())],
)
def test_choosing_what_comes_to_the_phone(wanted: list[str], unwanted: set[str]) -> None:
    user, client = signed_in()
    page = text(client, "/me/messages/choice/")
    assert page.count("checked") == 2
    for _ in range(2):
        answer = client.post("/me/messages/choice/", {"wanted": wanted, "action": "save"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/me/messages/")
        assert unwanted_of(user.person_key_id) == unwanted
    assert text(client, "/me/messages/choice/").count("checked") == len(wanted)


def test_a_post_without_the_button_chooses_nothing() -> None:
    user, client = signed_in()
    assert client.post("/me/messages/choice/", {"is_admin": "1"}).status_code in (200, 422)
    assert unwanted_of(user.person_key_id) == set()


def test_what_everybody_gets_cannot_be_chosen_away() -> None:
    user, client = signed_in()
    answer = client.post("/me/messages/choice/", {"wanted": ["must"], "action": "save"})
    assert answer.status_code == 422 and unwanted_of(user.person_key_id) == set()


def test_messages_are_part_of_a_person_s_data() -> None:
    user, _ = signed_in()
    told(user)
    [values] = [part.values(user) for name, part in parts_in_order() if name == "messages"]
    found: Any = list(values)
    assert found[0]["words"].startswith("您的信息采集已于") and found[0]["deliveries"][0]["state"] == "queued"
    assert dt.datetime.fromisoformat(str(found[0]["made_at"]))
