"""The walk of the chapters on moving between platforms: one person leaves, another one comes from the neighbour."""

import dataclasses
import random
import time
from collections.abc import Callable

from guide.camera import Camera, Mark
from guide.people import BORN, PROOF, someone
from guide.walk import Guide
from people.http_visitor import HttpVisitor
from people.persons import Person, make_sections

HERE, LIWAN = "440000", "440103"
THERE, FUTIAN = "440300", "440304"
WAIT_SECONDS = 60


def newcomer() -> Person:
    """Works in accounting at the neighbour's."""
    sections = make_sections(random.Random("newcomer"), "1", BORN, "2", "01")
    sections["employment"] |= {"division_code": FUTIAN}
    return dataclasses.replace(someone("李示例", seed="newcomer", phone="13700000000"), sections=sections)


class TransferGuide(Guide):
    """Goes on where the person of the other chapters has stopped."""

    def __init__(self, camera: Camera, address: str, other: str) -> None:
        super().__init__(camera, address)
        self.other = other

    def walk(self) -> None:
        """Out of here, then in from there."""
        self.leave()
        self.page.context.clear_cookies()
        self.arrive()

    # ── chapter 4: 调出 ──

    def leave(self) -> None:
        """The application, its list and its details."""
        self.walker.open("/transfers/")
        door = self.page.locator(".k-door").first
        self.take("transfers", door.locator("b"), last=self.page.locator(".k-door").last)
        self.follow(door)
        self.take("out-begin", self.button("申请调出"))
        self.follow(self.button("申请调出"))
        self.apply()
        self.wait_for("/transfers/out/", "待调入地接收")
        sheet = self.page.locator("section.k-card").first
        self.take(
            "outs",
            *(sheet.locator(".k-kv > div", has_text=label) for label in ("当前状态", "全国平台处理状态")),
            self.button("查看详情 1"),
            first=sheet.locator("h2"),
        )
        self.follow(self.button("查看详情 1"))
        self.take("out", self.page.locator(".k-head .k-status"), self.button("撤回"))
        rules = self.page.locator("section", has=self.part("审核规则"))
        self.take("out-rules", Mark(rules.locator(".k-status").first, "right"), first=rules, last=rules)

    def apply(self) -> None:
        """申请调出."""
        self.walker.fill({"destination_platform": THERE})
        self.walker.press("选择地区")
        self.walker.fill({"destination_division": FUTIAN, "reason": "工作调动"}, {"proof": PROOF})
        region = self.page.locator("#id_destination_division")
        self.take("out-where", self.field("destination_platform"), self.button("选择地区"), region)
        names = map(self.field, ("reason", "proof"))
        self.take("out-why", *names, self.button("保存"), first=self.part("为什么调出"))
        self.walker.press("保存")

    # ── chapter 5: 调入 ──

    def arrive(self) -> None:
        """Somebody from the neighbour's comes here."""
        person = newcomer()
        with HttpVisitor(self.other) as there:
            there.register(person)
            there.collect(person)
            asked = {"destination_platform": HERE, "destination_division": LIWAN, "reason": "工作调动"}
            there.send("/transfers/out/new/", asked | {"action": "save"}, {"proof": PROOF})
            self.until(lambda: "待调入地接收" in there.get("/transfers/out/"))
        self.walker.open("/transfers/in/")
        self.walker.fill(person.details | {"destination_division": LIWAN})
        region = self.page.locator("#id_destination_division")
        self.take("in", self.field("name"), self.field("document_number"), region)
        proofs = map(self.field, ("phone", "transfer_code"))
        self.take("in-phone", *proofs, self.button("获取短信验证码"), first=self.field("phone"))
        with HttpVisitor(self.walker.address) as inbox:
            before = inbox.messages(person.phone)
            self.walker.press("获取短信验证码")
            self.walker.fill({"sms_code": inbox.code_for(person.phone, after=before)})
        self.take("in-code", self.field("sms_code"), self.button("验证信息"), first=self.field("sms_code"))
        self.walker.press("验证信息")
        self.walker.fill({"password1": person.password})
        self.page.locator(".k-lacks.ok").wait_for()
        coming = self.page.locator("section", has=self.part("调入信息"))
        self.take("in-coming", self.page.locator("dd", has_text="荔湾区"), last=coming)
        self.take("in-password", self.field("password1"), self.button("确认调入"), first=self.part("设置密码"))
        self.walker.press("确认调入")
        self.wait_for("/me/", "待完成采集")
        self.walker.open("/me/")
        pill = Mark(self.page.locator(".k-id .k-status"), "right")
        self.take("to-complete", pill, self.button("继续完成采集"))

    def wait_for(self, path: str, words: str) -> None:
        """Open the page until it says so. Raises TimeoutError."""

        def says_so() -> bool:
            self.walker.open(path)
            return self.page.get_by_text(words).first.is_visible()

        self.until(says_so)

    def until(self, holds: Callable[[], bool]) -> None:
        """Look again until it is so. Raises TimeoutError."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError("the transfer does not go on")
            time.sleep(0.5)
