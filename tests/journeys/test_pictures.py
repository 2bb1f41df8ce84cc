"""The step 个人信息 on a phone: who one is, the first question in sight, pictures shrunk, shown and cropped."""

import random
import time

import pytest
from playwright.sync_api import Page, expect

from people.browsers import Screen
from people.houses.stack import Stack
from people.persons import make_person, make_picture
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, inspected, registered

PHONE = Screen(390, 844)
TOP = "element => element.getBoundingClientRect().bottom"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_heavy_photo_is_cropped_in_the_page_and_moved_again_later(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1", document_type="01")
    registered(stack, page, person)
    walker = Walker(page, stack.platform, inspected(page, pictures_in(PICTURES, page, "pictures"), True))
    walker.open("/collection/notice/")
    walker.fill({"truthful": "on"})
    walker.press("下一步")
    walker.look("personal")
    first = page.locator("#id_ethnic_group")
    assert first.evaluate(TOP) <= PHONE.height
    page.get_by_text("有误怎么办").click()
    walker.look("wrong")
    expect(page.get_by_text("用正确的号码重新注册")).to_be_visible()
    page.get_by_text("有误怎么办").click()
    walker.fill(person.sections["personal"], person.files["personal"])
    heavy = make_picture(random.Random(7), 3000, 4000) + bytes(12 << 20)
    walker.fill({}, {"photo": ("IMG_2.jpg", heavy, "image/jpeg")})
    expect(page.get_by_text("已缩小为")).to_be_visible()
    expect(page.locator(".k-autosave")).to_contain_text("已自动保存", timeout=20_000)  # the file has gone ahead
    page.get_by_role("button", name="放大").click()
    page.get_by_role("button", name="上移").click()
    walker.look("chosen")
    frame = [page.locator(f'[name="photo_{part}"]').input_value() for part in ("left", "top", "width")]
    walker.press("保存，下一步")
    walker.open("/collection/personal/")
    walker.look("received")
    with page.expect_navigation():
        page.get_by_role("link", name="调整证件照的位置和大小").click()
    canvas = page.get_by_role("application")
    expect(canvas).to_be_visible()
    assert [page.locator(f'[name="{part}"]').input_value() for part in ("left", "top", "width")] == frame
    canvas.focus()
    page.keyboard.press("+")
    walker.look("crop")
    moved = page.locator('[name="width"]').input_value()
    assert int(moved) < int(frame[2])
    walker.press("完成")
    assert page.url.endswith("/collection/personal/")
    with page.expect_navigation():
        page.get_by_role("link", name="调整证件照的位置和大小").click()
    assert page.locator('[name="width"]').input_value() == moved
