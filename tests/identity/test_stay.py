"""继续使用: a session lasts as long as its pages say, and longer when somebody asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from people.records.users import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21 09:00+08:00", tick=False) as moving:
        yield moving


def signed_in() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def test_a_page_says_how_long_the_session_lasts_at_least(clock: Any) -> None:
    client = signed_in()
    idle, most = settings.SESSION_IDLE_SECONDS - 60, settings.SESSION_ABSOLUTE_SECONDS
    body = " ".join(client.get("/me/").content.decode().split())
    assert f'data-session="/me/stay/" data-idle="{idle}" data-most="{most}"' in body
    clock.shift(59)  # used, but not written down
    assert client.get("/me/").status_code == 200
    clock.shift(idle)
    assert client.get("/me/").status_code == 200
    clock.shift(settings.SESSION_IDLE_SECONDS)
    assert client.get("/me/").status_code == 302
    page = Client().get("/").content.decode()
    assert "data-session" not in page and "session.js" not in page


def test_asking_moves_the_end_but_not_past_the_last_one(clock: Any) -> None:
    client = signed_in()
    for hour in range(1, 25):
        clock.shift(29 * 60)
        answer = client.post("/me/stay/")
        assert answer.json()["most"] == settings.SESSION_ABSOLUTE_SECONDS - hour * 29 * 60
    assert answer.headers["Cache-Control"] == "no-store"
    clock.shift(29 * 60)
    assert client.post("/me/stay/").headers["Location"] == "/login/?next=/me/stay/"


def test_only_a_form_of_ours_asks() -> None:
    client = signed_in()
    assert client.get("/me/stay/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/me/stay/").status_code == 403
