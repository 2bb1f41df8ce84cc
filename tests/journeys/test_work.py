"""The work step on a phone: the employer first, what it fills in said and folded, and nothing found said as well."""

import random
import re
import time

import pytest
from playwright.sync_api import Page, expect

from people.browsers import Screen
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, inspected

PHONE = Screen(390, 844)
PLAIN = PHONE._replace(scripted=False)
DESKTOP = Screen(1280, 900)


def at_work(stack: Stack, page: Page, person: Person, name: str, scripted: bool = True) -> Walker:
    """The person stands at the work step, signed in."""
    with HttpVisitor(stack.platform) as inside:
        inside.register(person)
        inside.send("/collection/notice/", {"truthful": "on"})
        for slug in ("personal", "education"):
            inside.send(f"/collection/{slug}/", person.sections[slug], person.files.get(slug))
        for cookie in inside.client.cookies.jar:
            page.context.add_cookies([{"name": cookie.name, "value": str(cookie.value), "url": stack.platform}])
    walker = Walker(page, stack.platform, inspected(page, pictures_in(PICTURES, page, name), scripted))
    walker.open("/collection/employment/")
    return walker


def seen(page: Page, words: str) -> None:
    """The words stand within the screen."""
    expect(page.get_by_text(words).first).to_be_in_viewport()


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True)
def test_an_employer_that_is_found_fills_in_what_is_then_folded(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1")
    walker = at_work(stack, page, person, f"work-{page.viewport_size['width']}")  # type: ignore[index]
    walker.look("empty")
    page.locator("[name=employment_status][value='1']").check()
    fold = page.locator(".k-particulars")
    assert fold.get_attribute("open") is None
    walker.look("status")
    name = page.get_by_role("combobox", name="工作单位名称")
    name.press_sequentially("91440103")
    expect(page.locator(".k-options li").first).to_be_visible()
    walker.look("found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    seen(page, "已填入 7 项，行政区划为广州市荔湾区")
    expect(name).to_be_focused()
    assert fold.get_attribute("open") is None and re.search("91440103.*广州市荔湾区", fold.inner_text())
    name.fill("东莞市")
    page.get_by_role("button", name="查找单位").click()
    page.locator(".k-options li", has_text="东莞市").first.click()
    seen(page, "已填入 7 项，行政区划改为东莞市")
    walker.look("picked")
    walker.fill(
        {name: value for name, value in person.sections["employment"].items() if re.match("accounting|technical", name)}
        | {"accounting_years": ""}
    )
    seen(page, "从事会计工作年限按此推算为")
    walker.look("filled")
    walker.press("保存，下一步")
    assert page.url.endswith("/collection/professional/")
    walker.open("/collection/employment/")
    assert fold.get_attribute("open") is None
    fold.locator("summary").first.click()
    walker.look("opened")
    page.locator("[name=employer_phone]").fill("")
    walker.press("保存，下一步")
    assert fold.get_attribute("open") is not None and page.locator("#error-employer_phone").is_visible()
    walker.look("refused")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_that_no_employer_was_found_is_said_beside_the_open_fields(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="2")
    walker = at_work(stack, page, person, "work-none")
    page.locator("[name=employment_status][value='2']").check()
    page.get_by_role("combobox", name="工作单位名称").press_sequentially("李家村合作社")
    seen(page, "没有找到，可直接填写下面的内容")
    expect(page.get_by_label("统一社会信用代码", exact=True)).to_be_visible()
    walker.look("nothing")
    for status in "34":
        page.locator(f"[name=employment_status][value='{status}']").check()
        expect(page.locator("#id_division_code")).to_be_visible()
        walker.look(f"status-{status}")


@pytest.mark.parametrize("page", [PLAIN], indirect=True)
def test_without_script_the_search_answers_where_it_was_pressed(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1")
    walker = at_work(stack, page, person, "work-plain", scripted=False)
    page.locator("[name=employment_status][value='1']").check()
    page.locator("[name=employer_name]").fill("东莞市")
    walker.press("查找单位")
    seen(page, "个单位")
    walker.look("found")
    with page.expect_navigation():
        page.locator("[name=fill_employer]").first.click()
    seen(page, "已填入 7 项，行政区划为东莞市")
    walker.look("picked")
    assert (
        page.locator("[name=employer_address]").input_value()
        and not page.locator("[name=employer_address]").is_visible()
    )
