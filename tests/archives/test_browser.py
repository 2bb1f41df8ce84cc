"""Make, wait, download, check, as a person with a phone does it; and the same without script."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.archives.helping import code_on, text_of
from tests.journeys.test_collection import inspected
from tests.support import browser as browsers
from tests.support.driver import Visitor
from tests.support.journeys import make_person
from tests.support.stack import Stack
from tests.support.walker import Walker, pictures_in

PICTURES = Path(os.environ["JOURNEY_PICTURES"]) if os.environ.get("JOURNEY_PICTURES") else None


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scripted = request.param
    size = {"width": width, "height": 760}
    yield from browsers.opened_page(browser, viewport=size, java_script_enabled=scripted)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("visitor", [(360, True), (1280, False)], indirect=True, ids=["phone", "without-script"])
def test_a_print_is_made_waited_for_downloaded_and_checked(
    stack: Stack, visitor: Page, request: pytest.FixtureRequest
) -> None:
    scripted = "phone" in request.node.name
    person = make_person(random.Random(time.time_ns()), status="1", name="𠮷永安")
    driver = Visitor(stack.platform)
    driver.register(person)
    number = driver.collect(person)
    driver.close()
    look = pictures_in(PICTURES, visitor, "print" if scripted else "print-plain")
    walker = Walker(visitor, stack.platform, inspected(visitor, look, scripted))
    walker.open("/login/")
    walker.fill({"document_number": person.document_number, "password": person.password})
    walker.press("登录")
    walker.look("me")
    visitor.get_by_role("link", name="打印信息档案").click()
    walker.look("archive")
    walker.press("生成打印件")
    walker.look("waiting")
    download = visitor.get_by_role("link", name="下载打印件（PDF）")
    if scripted:
        download.wait_for(timeout=60_000)
    while not download.count():
        visitor.get_by_role("link", name="刷新").click()
    walker.look("ready")
    with visitor.expect_download() as coming:
        download.click()
    pdf = Path(coming.value.path()).read_bytes()
    assert coming.value.suggested_filename == "accountant-archive.pdf"
    text = text_of(pdf)
    assert person.name in text and number in text and f"{stack.platform}/verify/" in text
    walker.open("/verify/")
    walker.look("verify")
    walker.fill({"check_code": code_on(pdf).lower()})
    walker.press("查验")
    walker.look("genuine")
    assert "查验通过" in visitor.content() and person.name not in visitor.content()
    walker.open(f"/verify/?check_code={'0' * 20}")
    walker.look("unknown")
    assert "没有查到" in visitor.content()
