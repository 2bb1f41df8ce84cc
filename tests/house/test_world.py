"""The world the other tests stand in."""

import socket
import threading

import httpx
import pytest
from django.db import connection, transaction
from playwright.sync_api import Browser, Page

from people.browsers import opened_page
from people.houses.stack import Stack


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_no_test_leaves_this_machine(host: str) -> None:
    with pytest.raises(RuntimeError, match="only this machine"):
        socket.create_connection((host, 80), timeout=1)


def test_no_client_leaves_this_machine() -> None:
    with pytest.raises(RuntimeError, match="only this machine"):
        httpx.get("http://example.org/", timeout=1)


@pytest.mark.django_db
def test_tests_work_as_the_app_on_a_database_with_reference_data() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM regions_division) > 0")
        assert cursor.fetchone() == ("kuaiji_app", True)


@pytest.mark.race
@pytest.mark.parametrize("turn", [1, 2])
def test_race_tests_really_commit_and_start_clean(turn: int) -> None:
    def add(number: int) -> None:
        from django.contrib.auth.models import Group

        with transaction.atomic():
            Group.objects.create(name=f"group {number}")
        connection.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_group")
        assert cursor.fetchone() == (4,)


def test_the_browser_sees_the_house(stack: Stack, other_platform: str, page: Page) -> None:
    for address in (stack.platform, other_platform, stack.standins):
        answer = page.goto(f"{address}/healthz")
        assert answer is not None
        assert answer.ok


def test_a_page_that_asks_another_host_fails_its_test(browser: Browser) -> None:
    opened = opened_page(browser)
    next(opened).set_content('<img src="http://example.org/picture.png" alt="">')
    with pytest.raises(AssertionError, match="another host"):
        next(opened)
