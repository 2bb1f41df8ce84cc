"""The whole journey in a real browser against the running house, from the home page to 信息已采集.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import random
import re
import time

import pytest
from playwright.sync_api import Page

from people.browsers import DESKTOP, PHONE
from people.houses.stack import Stack
from people.persons import make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, inspected, submitted

PLAIN_PHONE = PHONE._replace(scripted=False)
# One person of each status, on both sizes, one of them without script; document types and names vary along.
JOURNEYS = [
    ("accounting-phone", "1", "01", PHONE, None),
    ("other-post-desktop", "2", "02", DESKTOP, "阿卜杜热合曼·艾合买提江"),
    ("unemployed-phone-passport", "3", "04", PHONE, "María José O'Connor"),
    ("student-desktop", "4", "01", DESKTOP, "𠮷永安"),
    ("accounting-phone-without-script", "1", "06", PLAIN_PHONE, None),
]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "document_type", "page", "scripted", "name"),
    [pytest.param(*rest, screen, screen.scripted, name, id=id_) for id_, *rest, screen, name in JOURNEYS],
    indirect=["page"],
)
def test_from_the_home_page_to_collected(
    stack: Stack, page: Page, status: str, document_type: str, scripted: bool, name: str | None
) -> None:
    person = make_person(random.Random(time.time_ns()), status=status, document_type=document_type, name=name)
    label = f"{status}-{page.viewport_size['width']}"  # type: ignore[index]
    look = pictures_in(PICTURES, page, label if scripted else f"{label}-plain")
    walker = Walker(page, stack.platform, inspected(page, look, scripted))
    walker.register(person)
    walker.collect(person)
    assert page.get_by_text("信息已采集").first.is_visible()
    number = re.search(r"GD-\d{4}-\d{4}-\d{4}", page.content())
    assert number
    walker.open("/me/")
    walker.look("me")
    assert number[0] in page.content() and person.name in page.content()
    walker.press("退出")
    walker.open("/me/")
    assert "/login/" in page.url
    walker.look("login")
    walker.fill({"document_number": person.document_number.lower(), "password": person.password})
    walker.press("登录")
    assert page.url.endswith("/me/") and number[0] in page.content()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", [PHONE._replace(width=320)], indirect=True)
def test_what_waits_for_the_identity_check_is_told_and_can_be_taken_back(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1", name="假停机")
    submitted(stack, page, person)
    walker = Walker(page, stack.platform, inspected(page, pictures_in(PICTURES, page, "waiting"), True))
    walker.open("/me/")
    walker.look("me-waiting")
    assert page.get_by_text("待核验").first.is_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="查看提交的信息，或撤回修改").click()
    walker.look("waiting")
    assert page.url.endswith("/collection/waiting/") and person.name in page.content()
    walker.press("撤回修改")
    walker.look("taken-back")
    assert page.url.endswith("/collection/") and page.get_by_text("可以提交").is_visible()
