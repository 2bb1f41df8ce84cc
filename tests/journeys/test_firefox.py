"""The way of a person in Firefox ESR, over WebDriver BiDi: register, done, change, 调出.

Tests of other kinds run in Chromium; here is what both engines must do: scripts run, uploads travel, pages lead on.
"""

import concurrent.futures
import contextlib
import random
import time

import pytest
from playwright.sync_api import Page

from people.browsers import PHONE, launched_firefox, opened_page
from people.houses.stack import Stack
from people.persons import make_person, make_picture
from people.walker import Walker

SHENZHEN, FUTIAN = "440300", "440304"


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_register_done_change_and_out(stack: Stack) -> None:
    # In a thread of its own: Chromium's Playwright keeps its loop in this one.
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        thread.submit(in_firefox, stack.platform).result()


def in_firefox(address: str) -> None:
    """The whole way; uncaught script errors and requests to other hosts fail it."""
    with (
        contextlib.contextmanager(launched_firefox)() as browser,
        contextlib.contextmanager(opened_page)(browser, **PHONE.context) as page,
    ):
        walk(page, address)


def walk(page: Page, address: str) -> None:
    rng = random.Random(time.time_ns())
    person = make_person(rng, status="1")
    walker = Walker(page, address, lambda name: None)
    walker.register(person)
    assert page.evaluate("navigator.userAgent.includes('Firefox/')")
    walker.collect(person)
    assert page.get_by_text("信息已采集").first.is_visible()
    walker.change("education", {"full_time_school": "改名后的示例大学"})
    assert page.get_by_text("改名后的示例大学").first.is_visible()
    walker.open("/transfers/out/new/")
    walker.fill({"destination_platform": SHENZHEN})
    walker.press("选择地区")
    proof = {"proof": ("证明.jpg", make_picture(rng, 800, 600), "image/jpeg")}
    walker.fill({"destination_division": FUTIAN, "reason": "工作调动"}, proof)
    walker.press("保存")
    assert page.get_by_text("申请已保存").is_visible() and page.get_by_text("待审核").first.is_visible()
