"""深圳 in a real browser: the same journey on the second platform, its name, its divisions, its photo by receipt."""

import random
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.test_collection import DESKTOP, PHONE, PICTURES, inspected
from tests.support import browser as browsers
from tests.support.journeys import make_person
from tests.support.stack import Stack
from tests.support.walker import Walker, pictures_in


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    size, scripted = request.param
    viewport = {"width": size[0], "height": size[1]}
    yield from browsers.opened_page(browser, viewport=viewport, java_script_enabled=scripted)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "division", "visitor"),
    [
        pytest.param("1", "440300-DP", (PHONE, True), id="accounting-phone"),
        pytest.param("4", "440305", (DESKTOP, False), id="student-desktop-without-script"),
    ],
    indirect=["visitor"],
)
def test_from_the_other_platform_to_collected(
    stack: Stack, visitor: Page, status: str, division: str, request: pytest.FixtureRequest
) -> None:
    person = make_person(random.Random(time.time_ns()), status=status)
    person.sections["employment"]["division_code"] = division
    scripted = "without-script" not in request.node.name
    look = inspected(visitor, pictures_in(PICTURES, visitor, f"sz-{status}"), scripted)
    other = stack.other

    visitor.goto(stack.platform)
    with visitor.expect_navigation():
        visitor.get_by_role("link", name="深圳市会计管理综合平台").first.click()
    assert visitor.url.startswith(other) and "深圳市会计管理综合平台" in visitor.title()
    assert visitor.get_by_role("link", name="广东省会计信息服务平台").first.get_attribute("href") == stack.platform
    assert visitor.get_by_role("link", name="会计人员信息采集").first.is_visible()

    walker = Walker(visitor, other, look)
    walker.register(person)
    walker.collect(person)
    assert visitor.get_by_text("信息已采集").first.is_visible()
    assert re.search(r"SZ-\d{4}-\d{4}-\d{4}", visitor.content())
    walker.open("/me/")
    walker.look("me")
    assert "0755-" in visitor.content() and person.name in visitor.content()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("visitor", [(PHONE, True)], indirect=True)
def test_a_picture_is_taken_as_on_a_phone(stack: Stack, visitor: Page) -> None:
    look = inspected(visitor, pictures_in(PICTURES, visitor, "studio"), True)
    walker = Walker(visitor, stack.standins, look)
    walker.open("/photo/")
    walker.press("提交照片，取回执码")
    assert visitor.locator("#error-name").is_visible()
    look("refused")
    walker.fill({"name": "陈示例", "document_number": "440000199003070016"})
    walker.press("没有照片：用画的人像试一试")
    look("receipt")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", visitor.locator("#code").inner_text())
    assert visitor.get_by_role("img").evaluate("image => image.complete && image.naturalWidth") == 358
