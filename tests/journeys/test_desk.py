"""A day at the desk in a real browser against the running house: the commonest tasks of a clerk of a district, of the
second person and of the province's administrator, each within three pages from where they sit.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import concurrent.futures
import contextlib
import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kuaiji.demo.enums import Waits
from kuaiji.demo.rules import PLACES, WAITING, number_of, phone_of
from people.browsers import DESKTOP, launched_firefox, opened_page
from people.desk_clerks import clerk_of, counted_loads, give_password, sign_in
from people.houses.own_house import run_inside
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.walker import pictures_in
from tests.support.browser_journeys import PICTURES, inspected

MOST_LOADS = 3
PATIENCE = 8_000.0  # milliseconds
SCREENS = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
PLACE = PLACES["440000"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def number(waits: Waits, *, corrected: bool = False) -> str:
    return number_of(PLACE, WAITING[waits], corrected=corrected)


class Desk:
    """Somebody of a bureau before a browser."""

    def __init__(self, page: Page, address: str, *, scripted: bool = True) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(PATIENCE)
        self._looks = [inspected(page, pictures_in(PICTURES, page, f"desk-{at['width']}"), scripted) for at in SCREENS]

    def open(self, path: str = "/staff/") -> None:
        """Type an address; of none given the first page."""
        self.page.goto(self.address + path)

    def look(self, name: str) -> None:
        """The page on a phone and on a desk."""
        for at, look in zip(SCREENS, self._looks, strict=True):
            self.page.set_viewport_size(at)  # type: ignore[arg-type]
            look(name)

    def seek(self, words: str) -> None:
        """Type into the box that stands on every page."""
        self.page.locator("[data-find]").fill(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def go(self, control: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            control.click()

    def press(self, name: str) -> None:
        """The button or link called so."""
        named = {"name": name, "exact": True}
        self.go(self.page.get_by_role("button", **named).or_(self.page.get_by_role("link", **named)).first)  # type: ignore[arg-type]

    def take_batch(self, queue: str) -> None:
        """领取一批 of a queue, on the first page."""
        self.go(self.page.get_by_role("button", name=f"领取一批：{queue}", exact=True))

    def says(self, words: str) -> None:
        """The page says so."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()


@contextlib.contextmanager
def within_three_pages(desk: Desk) -> Iterator[None]:
    """From the first page on."""
    desk.open()
    with counted_loads(desk.page) as loads:
        yield
    assert 0 < loads.number <= MOST_LOADS


@pytest.fixture(scope="module")
def work(stack: Stack) -> Stack:
    run_inside(stack, "people.houses.desk_work:make_for_tests")
    return stack


def seated(stack: Stack, browser: Browser, username: str) -> Iterator[Desk]:
    for page in opened_page(browser, **DESKTOP.context):
        sign_in(page, stack.platform, clerk_of(stack.home, username))
        yield Desk(page, stack.platform)


@pytest.fixture(scope="module")
def clerk(work: Stack, browser: Browser) -> Iterator[Desk]:
    yield from seated(work, browser, "jingban")


@pytest.fixture(scope="module")
def manager(work: Stack, browser: Browser) -> Iterator[Desk]:
    yield from seated(work, browser, "guanli")


@pytest.fixture(scope="module")
def reviewer(work: Stack, browser: Browser) -> Iterator[Desk]:
    """Who signs in with a passkey, once one is set up; passkeys need a host name."""
    address, who = work.platform.replace("127.0.0.1", "localhost"), clerk_of(work.home, "fuhe")
    for page in opened_page(browser, **DESKTOP.context):
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        sign_in(page, address, who)
        desk = Desk(page, address)
        desk.open("/staff/me/factors/new/")
        desk.look("new-factor")
        desk.go(page.locator("form[data-passkey] button"))
        desk.press("退出")
        give_password(page, address, who)
        desk.look("second-step")
        desk.go(page.get_by_role("button", name="用通行密钥登录"))
        yield desk


def newest_application(desk: Desk, waits: Waits, *, corrected: bool = False) -> str:
    """The number of what somebody asked last."""
    desk.open()
    desk.seek(number(waits, corrected=corrected))
    desk.press("时间线")
    found = re.search(r"GD-SQ-\d{4}-\d{4}-\d{4}", desk.page.content())
    assert found
    return found[0]


# ── while somebody is on the phone ──


def test_who_calls_is_found_by_the_number_and_told_status_and_next_step(clerk: Desk) -> None:
    with within_three_pages(clerk):
        clerk.look("home")
        clerk.seek(number(Waits.LOST_PHONE))
        clerk.says("信息已采集，")
        clerk.says("现在不需要办理什么")
        clerk.says("有一件“手机号丢失”在等待审核。")
    clerk.look("call-card")
    assert number(Waits.LOST_PHONE) not in clerk.page.content() + clerk.page.url


def test_who_calls_is_found_by_initials_and_told_the_same(clerk: Desk) -> None:
    with within_three_pages(clerk):
        clerk.seek("sldsj")
        clerk.look("list-by-name")
        clerk.go(clerk.page.locator("tbody tr", has_text="示例丢手机").get_by_role("link").last)
        clerk.says("现在不需要办理什么")
    clerk.look("call")


def test_why_it_was_returned_and_what_the_person_sees(clerk: Desk) -> None:
    with within_three_pages(clerk):
        clerk.seek(number(Waits.LOST_PHONE))
        clerk.press("时间线")
        clerk.says("填写的档案信息与登记的不一致")
        clerk.look("timeline")
        clerk.press("本人所见")
        clerk.says("有人申请更换您的登录手机号")
    clerk.look("as-seen")


def test_where_a_transfer_is_and_who_holds_it(clerk: Desk) -> None:
    with within_three_pages(clerk):
        clerk.seek(number(Waits.CLAIM))
        clerk.says("调入正在办理")
        clerk.press("时间线")
        clerk.says("湖南省")
    clerk.look("claim-timeline")
    with within_three_pages(clerk):
        clerk.press("调入待核实 · 初审")
        clerk.look("claims")
        clerk.go(clerk.page.locator("tbody th a").first)
        clerk.says("无人办理")
        clerk.says("湖南省")
    clerk.look("claim")


# ── deciding ──


def test_a_lost_phone_is_decided(work: Stack, clerk: Desk) -> None:
    case = newest_application(clerk, Waits.LOST_PHONE)
    with within_three_pages(clerk):
        clerk.take_batch("手机号丢失 · 初审")
        clerk.look("taken")
        clerk.press(case)
        clerk.says("岭南示例大学，与档案一致")
        clerk.look("lost-phone")
        clerk.press("通过")
        clerk.says("已生效")
    clerk.look("lost-phone-decided")
    with HttpVisitor(work.platform) as inbox:
        assert inbox.is_told(phone_of(PLACE, WAITING[Waits.LOST_PHONE], another=2), "已通过")


def test_a_correction_is_decided_by_two(clerk: Desk, reviewer: Desk) -> None:
    case = newest_application(clerk, Waits.CORRECTION)
    with within_three_pages(clerk):
        clerk.take_batch("更正 · 初审")
        clerk.press(case)
        clerk.look("correction")
        clerk.press("通过")
        clerk.says("等待另一人复核")
    clerk.look("correction-seen")
    with within_three_pages(reviewer):
        reviewer.take_batch("更正 · 复核")
        reviewer.press(case)
        reviewer.look("second")
        reviewer.page.get_by_label("立即生效").check()
        reviewer.press("通过")
        reviewer.says("已生效")
    reviewer.look("second-decided")
    reviewer.seek(number(Waits.CORRECTION, corrected=True))
    reviewer.says("示例证号错")


def test_a_return_is_taken_back_before_it_takes_effect(reviewer: Desk) -> None:
    case = newest_application(reviewer, Waits.CORRECTION_SEEN)
    reviewer.open()
    reviewer.take_batch("更正 · 复核")
    reviewer.press(case)
    reviewer.press("退回")
    reviewer.says("退回要选至少一条原因")
    reviewer.look("return-refused")
    reviewer.page.get_by_label("证明材料缺页或看不清").check()
    reviewer.press("退回")
    expect(reviewer.page.locator(".d-decisions > li").first).to_contain_text(re.compile(r"退回\s*\d\d:\d\d 生效"))
    reviewer.look("returned")
    reviewer.press("收回这个决定")
    reviewer.says("已收回")
    reviewer.look("taken-back")


# ── looking after ──


def test_who_saw_and_who_changed_a_record(clerk: Desk) -> None:
    with within_three_pages(clerk):
        clerk.seek(number(Waits.LOST_PHONE_LATE, corrected=True))
        clerk.press("打开档案")
        clerk.look("record")
        clerk.press("时间线")
        clerk.says("查看档案")
        clerk.says("陈经办")
        clerk.says("第 2 版：信息更正")
        clerk.says("林复核")


def test_a_conflict_is_explained(work: Stack, clerk: Desk) -> None:
    held = number(Waits.LOST_PHONE)
    record = run_inside(work, "people.houses.desk_work:make_conflict", number=held)
    with within_three_pages(clerk):
        clerk.take_batch("冲突")
        clerk.press(record)
        clerk.says("已由湖南省采集")
        clerk.look("conflict")
        clerk.page.locator('[name="words"]').fill("本人说明在湖南采集过，已请其办理调出")
        clerk.press("已查明，结案")
        expect(clerk.page.locator(".d-decisions > li").first).to_contain_text(re.compile(r"\d\d:\d\d 生效"))
    clerk.look("conflict-explained")


def test_an_administrator_makes_moves_unlocks_and_stops_a_colleague(manager: Desk, browser: Browser) -> None:
    desk = manager
    with within_three_pages(desk):
        desk.press("人员")
        desk.look("team")
        desk.press("邀请")
        desk.page.get_by_label("经办", exact=True).check()
        desk.page.get_by_label("单位").select_option(label="广州市荔湾区")
        desk.press("生成邀请链接")
        link = desk.page.locator("main").get_by_text("/staff/join/#").first.inner_text()
    desk.look("invited")
    for page in opened_page(browser, **DESKTOP.context):
        join(Desk(page, desk.address), link)
    with within_three_pages(desk):
        desk.press("人员")
        desk.press("高新来")
        desk.look("member")
        desk.page.get_by_label("单位").select_option(label="广州市越秀区")
        desk.page.locator('form:has([value="change"]) [name="reason"]').fill("调到越秀区工作")
        desk.press("变更")
        desk.says("已变更")
    for button, reason, done in (("解除第二步验证", "手机丢失", "已解除第二步验证"), ("停用", "已离职", "已停用")):
        with within_three_pages(desk):
            desk.press("人员")
            desk.press("高新来")
            desk.page.locator('form:has([value="disable"]) [name="reason"]').fill(reason)
            desk.press(button)
            desk.says(done)


def join(newcomer: Desk, link: str) -> None:
    """Take the invitation, set up codes, and get in."""
    page = newcomer.page
    page.goto(link)
    newcomer.look("join")
    for name, value in {"name": "高新来", "username": "gaoxinlai", "password1": "荔湾 quiet-harbour 2027"}.items():
        page.locator(f'[name="{name}"]').fill(value)
    newcomer.go(page.locator("main form button.btn-primary").last)
    newcomer.look("enrol")
    secret = page.locator("code").first.inner_text().replace(" ", "")
    page.locator('[name="code"]').fill(pyotp.TOTP(secret).now())
    newcomer.go(page.locator("form:has([name=code]) button.btn-primary"))
    newcomer.look("recovery-codes")
    newcomer.press("已保存，继续")
    expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()


# ── by keyboard, without script, in another engine ──


def test_a_list_is_walked_by_keyboard(clerk: Desk) -> None:
    clerk.open("/staff/applications/?kind=phone_lost&stage=1")
    page, rows = clerk.page, clerk.page.locator("tbody tr")
    page.keyboard.press("?")
    expect(page.get_by_text("下一行")).to_be_visible()
    for key in "jjk":
        page.keyboard.press(key)
    expect(rows.first.locator("th a")).to_be_focused()
    page.keyboard.press("x")
    expect(rows.first.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    chosen = rows.nth(1).locator("th a").inner_text()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(chosen)


def test_lists_search_and_deciding_need_no_script(clerk: Desk, browser: Browser) -> None:
    case = newest_application(clerk, Waits.LOST_PHONE_LATE, corrected=True)
    context = {**DESKTOP.context, "java_script_enabled": False}
    for page in opened_page(browser, **context, storage_state=clerk.page.context.storage_state()):
        desk = Desk(page, clerk.address, scripted=False)
        desk.open("/staff/people/")
        page.locator("#q").fill("示例换")
        desk.press("查找")
        desk.press("示例换手机")
        desk.open("/staff/applications/?kind=phone_lost&stage=1")
        page.get_by_label("显示").select_option("mine")
        desk.press("筛选")
        desk.press(case)
        desk.press("退回")
        desk.says("退回要选至少一条原因")
        page.get_by_label("填写的档案信息与登记的不一致").check()
        page.locator('[name="words"]').fill("毕业学校与登记的不同")
        desk.press("退回")
        desk.says("已生效")


@pytest.mark.browser
def test_another_engine_finds_who_has_no_record_yet(work: Stack) -> None:
    # In a thread of its own: Chromium's Playwright keeps its loop in this one.
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        thread.submit(in_firefox, work).result()


def in_firefox(stack: Stack) -> None:
    """A clerk of another district: who has no record is any bureau's."""
    with (
        contextlib.contextmanager(launched_firefox)() as browser,
        contextlib.contextmanager(opened_page)(browser, **DESKTOP.context) as page,
    ):
        sign_in(page, stack.platform, clerk_of(stack.home, "jingban2"))
        desk = Desk(page, stack.platform)
        assert page.evaluate("navigator.userAgent.includes('Firefox/')")
        desk.seek(number(Waits.CLAIM))
        desk.says("调入正在办理")
        desk.seek(number(Waits.LOST_PHONE))
        desk.says("没有找到。")
