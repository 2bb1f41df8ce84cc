"""The way of a person in Firefox ESR, over WebDriver BiDi: register, done, change, 调出.

Tests of other kinds run in Chromium; here is what both engines must do: scripts run, uploads travel, pages lead on.
"""

import random
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from people.browsers import PHONE, launched_firefox, opened_page
from people.houses.stack import Stack
from people.persons import make_person, make_picture
from people.walker import Walker

SHENZHEN, FUTIAN = "440300", "440304"


@pytest.fixture
def firefox() -> Iterator[Page]:
    """A page of Firefox; its uncaught script errors fail the test."""
    for browser in launched_firefox():
        yield from opened_page(browser, **PHONE.context)


@pytest.mark.timeout(240)
def test_register_done_change_and_out(stack: Stack, firefox: Page) -> None:
    rng = random.Random(time.time_ns())
    person = make_person(rng, status="1")
    walker = Walker(firefox, stack.platform, lambda name: None)
    walker.register(person)
    assert firefox.evaluate("navigator.userAgent.includes('Firefox/')")
    walker.collect(person)
    assert firefox.get_by_text("信息已采集").first.is_visible()
    walker.change("education", {"full_time_school": "改名后的示例大学"})
    assert firefox.get_by_text("改名后的示例大学").first.is_visible()
    walker.open("/transfers/out/new/")
    walker.fill({"destination_platform": SHENZHEN})
    walker.press("选择地区")
    proof = {"proof": ("证明.jpg", make_picture(rng, 800, 600), "image/jpeg")}
    walker.fill({"destination_division": FUTIAN, "reason": "工作调动"}, proof)
    walker.press("保存")
    assert firefox.get_by_text("申请已保存").is_visible() and firefox.get_by_text("待审核").first.is_visible()
