"""Make, wait, download, check, as a person with a phone does it; and the same without script."""

import random
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from people.browsers import PHONE, Screen
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import make_person
from people.walker import Walker, pictures_in
from tests.support.archive_prints import code_on, text_of
from tests.support.browser_journeys import PICTURES, inspected


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "page", [PHONE, Screen(1280, 760, scripted=False)], indirect=True, ids=["phone", "without-script"]
)
def test_a_print_is_made_waited_for_downloaded_and_checked(
    stack: Stack, page: Page, request: pytest.FixtureRequest
) -> None:
    scripted = "phone" in request.node.name
    person = make_person(random.Random(time.time_ns()), status="1", name="𠮷永安")
    with HttpVisitor(stack.platform) as driver:
        driver.register(person)
        number = driver.collect(person)
    look = pictures_in(PICTURES, page, "print" if scripted else "print-plain")
    walker = Walker(page, stack.platform, inspected(page, look, scripted))
    walker.open("/login/")
    walker.fill({"document_number": person.document_number, "password": person.password})
    walker.press("登录")
    walker.look("me")
    page.get_by_role("link", name="打印档案").click()
    walker.look("archive")
    walker.press("生成")
    walker.look("waiting")
    download = page.get_by_role("link", name="下载打印件（PDF）")
    if scripted:
        download.wait_for(timeout=60_000)
    while not download.count():
        page.get_by_role("link", name="刷新").click()
    walker.look("ready")
    with page.expect_download() as coming:
        download.click()
    pdf = Path(coming.value.path()).read_bytes()
    assert coming.value.suggested_filename == "会计人员信息登记表.pdf"
    text = text_of(pdf)
    assert person.name in text and number in text and f"{stack.platform}/verify/" in text
    walker.open("/verify/")
    walker.look("verify")
    walker.fill({"check_code": code_on(pdf).lower()})
    walker.press("查验")
    walker.look("genuine")
    assert "查验通过" in page.content() and person.name not in page.content()
    walker.open(f"/verify/?check_code={'0' * 20}")
    walker.look("unknown")
    assert "没有查到" in page.content()
