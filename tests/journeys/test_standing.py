"""After each press the page stands where the person was, in a real browser on a phone of 390×844, script on and off."""

import random
import re
import time

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person, make_person
from people.walker import Walker
from tests.support.browser_journeys import collected, registered
from tests.support.standing import SMALL_PHONE, assert_next, is_same_page, mark_page

BARE = SMALL_PHONE._replace(scripted=False)
BOTH = pytest.mark.parametrize("page", [SMALL_PHONE, BARE], ids=["script", "no-script"], indirect=True)
SENT = "短信验证码已发往"


def someone() -> Person:
    return make_person(random.Random(time.time_ns()), status="1")


def is_scripted(page: Page) -> bool:
    return bool(page.evaluate("'stays' in document.documentElement.dataset"))


def press(walker: Walker, name: str, focused: str, said: str) -> None:
    """Press what asks for something beside it, and see that the page stands."""
    press_on(walker, walker.page.get_by_role("button", name=name, exact=True).last, focused, said)


def press_on(walker: Walker, button: Locator, focused: str, said: str) -> None:
    mark_page(walker.page)
    walker.press_on(button)
    assert_next(walker.page, focused, said)
    assert is_same_page(walker.page) == is_scripted(walker.page)


@BOTH
def test_the_code_of_each_form_is_typed_where_it_was_asked_for(
    stack: Stack, page: Page, server: Server, development: Development
) -> None:
    person, walker = someone(), Walker(page, stack.platform, lambda name: None)

    walker.open("/register/")
    walker.fill({"works_in_accounting": "yes", "holds_qualification": "yes"})
    walker.press("下一步")
    if is_scripted(page):
        press(walker, "获取短信验证码", "#error-summary", "请填写姓名")
    walker.fill(person.details)
    press(walker, "获取短信验证码", "#id_sms_code", SENT)

    walker.open("/recover/")
    walker.fill(person.details)
    press(walker, "获取短信验证码", "#id_sms_code", "短信会在一分钟内到达")

    walker.open("/login/code/")
    walker.fill(make_person(random.Random(time.time_ns()), status="1").details)
    press(walker, "获取短信验证码", "#id_sms_code", "短信会在一分钟内到达")

    walker.open("/transfers/in/")
    place = page.locator("#id_destination_division-code, #id_destination_division").last
    walker.fill(make_person(random.Random(time.time_ns()), status="1").details)
    walker.fill({"destination_division": place.evaluate("list => list.querySelectorAll('option')[3].value")})
    press(walker, "获取短信验证码", "#id_sms_code", SENT)

    walker.open("/recover/phone-lost/")
    walker.fill(make_person(random.Random(time.time_ns()), status="1").details)
    items = page.locator("#id_first_item option")
    walker.fill({"first_item": str(items.nth(1).get_attribute("value")), "first_answer": "某某大学"})
    walker.fill({"second_item": str(items.nth(2).get_attribute("value")), "second_answer": "某某公司"})
    press(walker, "获取短信验证码", "#id_sms_code", SENT)


@BOTH
def test_the_codes_of_another_phone_are_typed_where_they_were_asked_for(
    stack: Stack, page: Page, server: Server, development: Development
) -> None:
    person = someone()
    registered(stack, page, person)
    with psycopg.connect(server.url(server.owner, development.platform_database)) as connection:
        connection.execute("DELETE FROM limits_attempt")  # as if the minute after the last code were over
    walker = Walker(page, stack.platform, lambda name: None)
    with HttpVisitor(stack.platform) as inbox:
        walker.open("/me/security/phone/")
        press(walker, "获取短信验证码", "#id_sms_code", SENT)
        walker.fill({"sms_code": inbox.code_for(person.phone)})
        walker.press("下一步")
        walker.fill({"phone": f"139{random.Random(time.time_ns()).randint(10**7, 10**8 - 1)}"})
        press(walker, "获取短信验证码", "#id_sms_code", SENT)


@BOTH
def test_an_employer_is_found_where_it_was_looked_for(stack: Stack, page: Page) -> None:
    collected(stack, page, someone())
    walker = Walker(page, stack.platform, lambda name: None)
    walker.open("/changes/employment/")
    answers = "#id_employer_name" if is_scripted(page) else "#found-employers"
    for typed, said in (("李家村合作社", "没有找到"), ("示例", "91441900")):
        walker.fill({"employer_name": typed})
        page.get_by_role("button", name="查找单位", exact=True).click()
        assert_next(page, answers, said)
    found = page.locator("[role=option], [name=fill_employer]").first
    name = re.split(r"\s|(?=91)", found.inner_text())[0]
    found.click()
    assert_next(page, answers, "已填入")
    assert page.input_value("#id_employer_name") == name


@BOTH
def test_rows_come_and_go_where_one_stands(stack: Stack, page: Page) -> None:
    collected(stack, page, someone())
    walker = Walker(page, stack.platform, lambda name: None)
    walker.open("/changes/professional/")
    rows = page.locator(".k-row:not(template *)[id^=row-talents]")
    before = rows.count()
    page.get_by_role("button", name="新增高端会计人才信息").click()
    added = page.locator(f"#row-talents-{before}")
    expect(added.locator("legend")).to_be_in_viewport(ratio=1)
    if is_scripted(page):
        assert_next(page, f"[name=talents-{before}-programme]", f"高端会计人才 {before + 1}")
    page.locator(f"[value=remove-talents-{before}]").click()
    expect(added).to_have_count(0)
    expect(page.locator("#add-talents")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.activeElement.id") == "add-talents"
    if is_scripted(page):
        assert_next(page, "#add-talents", f"已删除高端会计人才 {before + 1}")


@pytest.mark.parametrize("page", [SMALL_PHONE], ids=["script"], indirect=True)
def test_whose_session_is_over_is_led_to_the_sign_in(stack: Stack, page: Page) -> None:
    registered(stack, page, someone())
    Walker(page, stack.platform, lambda name: None).open("/me/security/phone/")
    page.context.clear_cookies(name=re.compile("session"))
    with page.expect_navigation(url="**/login/?next=/me/security/phone/"):
        page.get_by_role("button", name="获取短信验证码").click()
    assert page.locator("#id_document_number").is_visible()
