"""深圳 in a real browser: the same journey on the second platform, its name, its divisions, its photo by receipt."""

import random
import re
import time

import pytest
from playwright.sync_api import Page

from people.browsers import DESKTOP, PHONE
from people.houses.stack import Stack
from people.persons import make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, inspected

pytestmark = pytest.mark.usefixtures("other_platform")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "division", "page"),
    [
        pytest.param("1", "440300-DP", PHONE, id="accounting-phone"),
        pytest.param("4", "440305", DESKTOP._replace(scripted=False), id="student-desktop-without-script"),
    ],
    indirect=["page"],
)
def test_from_the_other_platform_to_collected(
    stack: Stack, page: Page, status: str, division: str, request: pytest.FixtureRequest
) -> None:
    person = make_person(random.Random(time.time_ns()), status=status)
    person.sections["employment"]["division_code"] = division
    scripted = "without-script" not in request.node.name
    look = inspected(page, pictures_in(PICTURES, page, f"sz-{status}"), scripted)
    other = stack.other

    page.goto(stack.platform)
    with page.expect_navigation():
        page.get_by_role("link", name="深圳市会计管理综合平台").first.click()
    assert page.url.startswith(other) and "深圳市会计管理综合平台" in page.title()
    assert page.get_by_role("link", name="广东省会计信息服务平台").first.get_attribute("href") == stack.platform
    assert page.get_by_role("link", name="会计人员信息采集").first.is_visible()

    walker = Walker(page, other, look)
    walker.register(person)
    walker.collect(person)
    assert page.get_by_text("信息已采集").first.is_visible()
    assert re.search(r"SZ-\d{4}-\d{4}-\d{4}", page.content())
    walker.open("/me/")
    walker.look("me")
    assert "0755-" in page.content() and person.name in page.content()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_picture_is_taken_as_on_a_phone(stack: Stack, page: Page) -> None:
    look = inspected(page, pictures_in(PICTURES, page, "studio"), True)
    walker = Walker(page, stack.standins, look)
    walker.open("/photo/")
    walker.press("提交照片，取回执码")
    assert page.locator("#error-name").is_visible()
    look("refused")
    walker.fill({"name": "陈示例", "document_number": "440000199003070016"})
    walker.press("没有照片：用画的人像试一试")
    look("receipt")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", page.locator("#code").inner_text())
    assert page.get_by_role("img").evaluate("image => image.complete && image.naturalWidth") == 358
