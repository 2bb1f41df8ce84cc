"""Half a step is left and found again, with and without script; a script saves meanwhile; a session's end is told."""

import random
import re
import time

import pytest
from playwright.sync_api import Page, Request, expect

from people.browsers import Screen
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, collected, inspected

PHONE = Screen(390, 844)
PLAIN = PHONE._replace(scripted=False)
DESKTOP = Screen(1280, 900)


def someone() -> Person:
    return make_person(random.Random(time.time_ns()), status="1")


def filling(stack: Stack, page: Page, name: str, scripted: bool = True) -> tuple[Walker, Person]:
    """Somebody has read the notice, and is signed in at ``page``."""
    person = someone()
    with HttpVisitor(stack.platform) as inside:
        inside.register(person)
        inside.send("/collection/notice/", {"truthful": "on"})
        for cookie in inside.client.cookies.jar:
            page.context.add_cookies([{"name": cookie.name, "value": str(cookie.value), "url": stack.platform}])
    return Walker(page, stack.platform, inspected(page, pictures_in(PICTURES, page, name), scripted)), person


@pytest.mark.parametrize("page", [PLAIN, PHONE, DESKTOP], indirect=True)
def test_half_a_step_is_left_and_found_again(stack: Stack, page: Page) -> None:
    walker, _ = filling(stack, page, f"unsent-{page.viewport_size['width']}", scripted=False)  # type: ignore[index]
    walker.open("/collection/personal/")
    walker.fill({"email": "wang@"})
    walker.press("稍后继续")
    walker.look("left")
    expect(page.get_by_text("个人信息填写的内容已保存，可以随时继续")).to_be_in_viewport()
    expect(page.locator(".k-tasklist li", has_text="个人信息")).to_contain_text("填写中")
    page.get_by_role("link", name="个人信息", exact=True).click()
    expect(page.locator("[name=email]")).to_have_value("wang@")
    walker.look("found")
    assert not page.locator("#error-summary").count()
    walker.press("上一步")
    expect(page).to_have_url(re.compile("/collection/notice/"))


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_script_saves_what_rests_and_sends_a_picture_once(stack: Stack, page: Page) -> None:
    walker, person = filling(stack, page, "autosave")
    walker.open("/collection/personal/")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    button = page.get_by_role("button", name="保存，下一步", exact=True).last
    place = button.bounding_box()
    walker.fill({"email": "wang@"})
    expect(page.locator(".k-autosave")).to_have_text(re.compile(r"已自动保存 \d+:\d\d"))
    assert button.bounding_box() == place  # nothing moves under the finger
    walker.look("saved")
    walker.fill({}, {"photo": person.files["personal"]["photo"]})
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        pass
    assert answered.value.json()["refused"] == {}
    walker.fill({"email": "wang@example"})
    with page.expect_response(lambda response: response.request.method == "POST"):
        pass
    with page.expect_navigation():
        button.click()
    expect(page.locator("#error-email")).to_be_visible()
    expect(page.locator("#error-photo")).to_have_count(0)  # it is there
    pictures = [request for request in sent if b'filename="photo' in (request.post_data_buffer or b"")]
    assert len(sent) == 4 and len(pictures) <= 1
    walker.open("/collection/")
    walker.open("/collection/personal/")
    expect(page.locator("[name=email]")).to_have_value("wang@example")


@pytest.fixture
def moved(page: Page) -> Page:
    """A page whose clock the test moves."""
    page.clock.install()
    return page


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_the_end_of_a_session_is_told_and_put_off_by_one_press(stack: Stack, moved: Page) -> None:
    walker, _ = filling(stack, moved, "session")
    walker.open("/collection/personal/")
    field = moved.locator("[name=email]")
    field.focus()
    moved.clock.run_for(26 * 60 * 1000)
    expect(moved.locator(".k-session")).to_have_count(0)
    moved.clock.run_for(65 * 1000)
    expect(moved.get_by_role("status").filter(has_text="还有 2 分钟就要自动退出")).to_be_visible()
    expect(field).to_be_focused()
    walker.look("warned")
    with moved.expect_response(re.compile("/me/stay/")) as answered:
        moved.get_by_role("button", name="继续使用").click()
    assert answered.value.json()["idle"] == 1740
    expect(moved.locator(".k-session")).to_have_count(0)
    moved.clock.run_for(29 * 60 * 1000 + 6000)
    expect(moved.get_by_text("已自动退出")).to_be_visible()
    expect(moved.get_by_role("link", name="重新登录")).to_have_attribute(
        "href", "/login/?next=%2Fcollection%2Fpersonal%2F"
    )
    walker.look("over")


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True)
def test_a_change_that_is_left_is_a_draft(stack: Stack, page: Page) -> None:
    collected(stack, page, someone())
    name = f"draft-{page.viewport_size['width']}"  # type: ignore[index]
    walker = Walker(page, stack.platform, inspected(page, pictures_in(PICTURES, page, name), scripted=True))
    walker.open("/changes/personal/")
    walker.fill({"email": "wang@"})
    walker.press("返回信息变更")
    walker.look("left")
    expect(page.get_by_text("草稿已保存，还没有生效")).to_be_in_viewport()
    page.get_by_role("link", name="变更个人信息").first.click()
    walker.look("found")
    expect(page.locator("[name=email]")).to_have_value("wang@")
    walker.press("放弃草稿")
    expect(page.get_by_text("您有一份未提交的")).to_have_count(0)
    walker.open("/transfers/out/new/")
    walker.fill({"reason": "工作调动"})
    walker.press("稍后继续")
    walker.look("transfer-left")
    expect(page.get_by_role("link", name="申请调出").first).to_be_visible()
