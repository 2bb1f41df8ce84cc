"""跨省调转 in a real browser against the running house: 广东 → 深圳 → 广东, 撤回, and somebody who was not released.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import random
import re
import time

import pytest
from playwright.sync_api import Page

from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import CHOSEN, PICTURES, WIDTH, collected, inspected

WAIT_SECONDS, CODE_SECONDS = 40, 80  # a phone gets one code a minute
FUTIAN, LIWAN = "440304", "440103"
GUANGDONG, SHENZHEN = "440000", "440300"
pytestmark = [
    pytest.mark.parametrize("page", [CHOSEN], indirect=True, ids=["chosen"]),
    pytest.mark.usefixtures("other_platform"),
]


def apply(walker: Walker, person: Person, platform: str, division: str) -> None:
    """申请调出, by way of the home page."""
    walker.open("/")
    walker.page.get_by_role("link", name=re.compile("跨省调转")).click()
    walker.look("overview")
    walker.page.locator(".k-door", has_text="调出").first.click()
    walker.page.get_by_role("link", name="申请调出").click()
    walker.fill({"destination_platform": platform})
    walker.press("选择地区")
    walker.fill({"destination_division": division, "reason": "工作调动"})
    walker.press("保存")
    assert walker.page.locator("#error-proof").is_visible()
    walker.look("out-refused")
    walker.fill({}, {"proof": person.files["personal"]["id_card_front"]})
    walker.press("保存")
    assert walker.page.get_by_text("申请已保存").is_visible()
    walker.look("outs")


def wait_for(walker: Walker, path: str, words: str) -> None:
    """Look at a page again until it says so: reviews take seconds here, and messages a moment."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        walker.open(path)
        if walker.page.get_by_text(words, exact=True).first.is_visible():
            return
        assert time.monotonic() < deadline, walker.page.inner_text("main")[:600]
        time.sleep(0.5)


def code_for(walker: Walker, person: Person) -> str:
    """Ask for a code, again when it was too soon after the last one, and read it; other messages come in between."""
    with HttpVisitor(walker.address) as inbox:
        before = inbox.messages(person.phone)
        deadline = time.monotonic() + CODE_SECONDS
        while walker.page.locator("[data-seconds-left]").count() == 0:
            walker.press("获取短信验证码")
            assert time.monotonic() < deadline
            time.sleep(1 if walker.page.locator("#error-phone").count() else 0)
        code = inbox.code_for(person.phone, after=before)
    return code


def verify(walker: Walker, person: Person, division: str) -> None:
    """验证信息, with the code."""
    walker.open("/transfers/")
    walker.page.locator(".k-door", has_text="省外调入").click()
    walker.fill(person.details | {"destination_division": division})
    walker.fill({"sms_code": code_for(walker, person)})
    walker.look("in")
    walker.press("验证信息")


def claim(walker: Walker, person: Person, division: str) -> None:
    """省外调入 until the person is held here."""
    verify(walker, person, division)
    walker.look("confirm")
    walker.fill({"password1": person.password})
    walker.press("确认调入")
    assert walker.page.url.endswith("/me/")
    assert walker.page.locator(".k-status").first.inner_text() in ("调入审核中", "待完成采集")
    walker.look("claimed")
    wait_for(walker, "/me/", "待完成采集")
    walker.look("to-complete")


def complete(walker: Walker, person: Person, division: str) -> None:
    """完成采集: everything is filled in but the work."""
    walker.open("/me/")
    walker.page.get_by_role("link", name="继续完成采集").click()
    walker.look("steps")
    walker.open("/collection/notice/")
    walker.fill({"truthful": "on"})
    walker.press("下一步")
    for slug in person.sections:
        walker.look(slug)
        if slug == "employment":
            walker.fill({"employment_status": person.status})
            told = person.sections["employment"] | {"division_code": division}
            walker.fill({name: value for name, value in told.items() if not name.startswith("periods")})
        walker.press("保存，下一步")
    walker.press("确认无误，提交")
    assert walker.page.get_by_text("信息已采集").first.is_visible()


def number_of(walker: Walker) -> str:
    walker.open("/me/")
    found = re.search(r"[A-Z]{2}-\d{4}-\d{4}-\d{4}", walker.page.content())
    assert found
    return found[0]


def walkers(stack: Stack, page: Page, name: str) -> tuple[Walker, Walker]:
    """The same person at 广东 and at 深圳."""
    look = inspected(page, pictures_in(PICTURES, page, f"{name}-{WIDTH}"), True)
    return Walker(page, stack.platform, look), Walker(page, stack.other, look)


@pytest.mark.timeout(300)
def test_from_guangdong_to_shenzhen_and_home_again(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1")
    here, there = walkers(stack, page, "transfers")
    collected(stack, page, person)
    number = number_of(here)
    apply(here, person, SHENZHEN, FUTIAN)
    here.open("/changes/")
    assert page.get_by_text("正在办理调出").first.is_visible()
    wait_for(here, "/transfers/out/", "待调入地接收")
    page.get_by_role("link", name="查看详情").click()
    here.look("out")
    claim(there, person, FUTIAN)
    wait_for(here, "/me/", "已调出")
    here.look("gone")
    complete(there, person, FUTIAN)
    assert number_of(there).startswith("SZ-")
    apply(there, person, GUANGDONG, LIWAN)
    wait_for(there, "/transfers/out/", "待调入地接收")
    claim(here, person, LIWAN)
    complete(here, person, LIWAN)
    assert number_of(here) == number, "who comes home has the record of before"
    here.look("home-again")
    here.open("/me/history/")
    here.look("history")
    assert page.get_by_text("深圳").first.is_visible()


def test_taken_back_before_anybody_claims(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="3")
    here, there = walkers(stack, page, "withdrawn")
    collected(stack, page, person)
    apply(here, person, SHENZHEN, FUTIAN)
    wait_for(here, "/transfers/out/", "待调入地接收")
    page.get_by_role("link", name="查看详情").click()
    here.press("撤回")
    wait_for(here, page.url.removeprefix(here.address), "信息已解除锁定，可以照常变更。")
    here.look("withdrawn")
    here.open("/changes/")
    assert page.get_by_role("button", name="信息无变化，确认").is_visible()
    verify(there, person, FUTIAN)
    assert page.locator("#error-summary").is_visible(), "nobody is released any more"


def test_who_is_not_released_learns_nothing_of_others(stack: Stack, page: Page) -> None:
    rng = random.Random(time.time_ns())
    person, stranger = make_person(rng, status="3"), make_person(rng, status="3")
    _, there = walkers(stack, page, "refused")
    collected(stack, page, person)
    verify(there, person, FUTIAN)
    assert "没有查到调往这里的调出" in page.locator("#error-summary").inner_text()
    there.look("not-released")
    said = []
    for number, name in ((person.document_number, stranger.name), (stranger.document_number, stranger.name)):
        there.fill({"name": name, "document_number": number})
        there.press("验证信息")
        said.append(page.locator("#error-summary").inner_text())
    assert said[0] == said[1], "a known number under another name reads like an unknown one"
    there.look("mismatch")
