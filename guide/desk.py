"""The walk of the chapter for the bureaux' staff: a clerk of a district and the province's administrator."""

from typing import Any

from playwright.sync_api import Locator

from guide.camera import Camera, Mark
from kuaiji.demo.enums import Waits
from kuaiji.demo.rules import WAITING, number_of
from people.desk_clerks import GUIDED, GUIDED_CLERK, GUIDED_SECOND_NAME, clerk_of, give_password
from people.desk_clerks import sign_in as sign_in_with_code
from people.houses.own_house import run_inside
from people.houses.stack import Stack

MANAGER = "guanli"
DESK_SCREEN: dict[str, Any] = {"viewport": {"width": 1080, "height": 900}, "device_scale_factor": 2}
QUEUE = "/staff/applications/?kind=phone_lost&stage=1"


class DeskGuide:
    """Somebody of a bureau in front of the camera's page."""

    def __init__(self, camera: Camera, house: Stack) -> None:
        self.page, self.take, self.house = camera.page, camera.take, house

    def walk(self) -> None:
        """Everything, in the order of the chapter."""
        run_inside(self.house, "people.houses.desk_work:make_for_guide")
        self.sign_in()
        self.wait()
        self.find()
        self.decide()
        self.change_over()
        self.manage()

    # ── how elements are found ──

    def button(self, name: str) -> Locator:
        """The button or link called ``name``, the first one where there are several."""
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True)).first

    def go(self, control: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            control.click()

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.house.platform + path)

    def card(self, title: str) -> Locator:
        """The part of the page under a heading."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.page.locator("section, form").filter(has=heading).first

    # ── the chapter ──

    def sign_in(self) -> None:
        """Both steps, and 登录与安全."""
        clerk, page = clerk_of(self.house.home, GUIDED_CLERK), self.page
        self.open("/staff/login/")
        fields = (page.locator(f'[name="{name}"]') for name in ("username", "password"))
        self.take("desk-login", *fields, self.button("下一步"))
        give_password(page, self.house.platform, clerk)
        fold = page.locator("summary")
        self.take("desk-factor", page.locator('[name="code"]'), self.button("登录"), fold)
        sign_in_with_code(page, self.house.platform, clerk)
        self.open("/staff/me/")
        factors = page.locator("#factors")
        self.take(
            "desk-me", self.button("添加一种"), self.button("换一组恢复码"), first=factors, last=self.card("密码")
        )

    def wait(self) -> None:
        """The first page and a queue."""
        self.open("/staff/")
        rows, search = self.page.locator(".d-queues tbody tr"), self.page.locator("#find")
        self.take(
            "desk-home",
            Mark(search, "right"),
            rows.nth(0).locator("a"),
            Mark(rows.nth(0).locator("button"), "right"),
            first=self.page.locator(".d-top"),
            last=rows.nth(2),
        )
        self.open(QUEUE)
        first = self.page.locator("tbody tr").first
        self.take(
            "desk-queue",
            self.page.locator(".d-part select"),
            self.button("领取选中"),
            first.get_by_role("checkbox"),
            Mark(first.locator("th a"), "right"),
            last=first,
        )

    def find(self) -> None:
        """Who calls, and the pages of a person."""
        self.open("/staff/people/")
        self.page.locator("#q").fill("示例")
        self.take("desk-search", self.page.locator("#q"), Mark(self.button("查找"), "right"), last=self._hint())
        self.page.locator("#q").fill(number_of(GUIDED, WAITING[Waits.LOST_PHONE]))
        self.go(self.button("查找"))
        card = self.page.locator(".d-call")
        self.take("desk-call", card.locator(".d-say").first, self.button("打开档案"), first=card, last=card)
        self.go(self.button("打开档案"))
        reveal = self.card("显示完整")
        self.take(
            "desk-record",
            self.page.locator(".d-strip-who"),
            self.page.locator(".d-tabs"),
            first=self.page.locator(".d-strip"),
            last=self.card("学习和工作"),
        )
        asked = Mark(reveal.locator("[name=reason]").first, "right")
        marks = (Mark(reveal.locator("select"), "right"), asked, Mark(reveal.locator("button"), "right"))
        self.take("desk-reveal", *marks, first=reveal, last=reveal)
        self.go(self.button("时间线"))
        self.open(self.page.url.removeprefix(self.house.platform) + "?kind=request")
        moments = self.page.locator(".d-moments > li")
        self.take("desk-timeline", self.page.locator(".d-chips"), moments.nth(1), first=self.page.locator("#all"))

    def decide(self) -> None:
        """A lost phone that is returned, and a correction that is agreed to and taken back."""
        self.open(QUEUE)
        self.go(self.page.locator("tbody tr").first.locator("th a"))
        self.go(self.button("领取"))
        form = self.card("初审")
        self.take(
            "desk-case",
            self.card("内容").locator("h2"),
            Mark(form.locator("input[name=reasons]").first, "right"),
            first=self.page.locator(".k-head"),
            last=form.locator("input[name=reasons]").last,
        )
        words, buttons = form.locator("textarea"), [Mark(self.button(name), "right") for name in ("通过", "归还")]
        self.take("desk-verdict", Mark(words, "right"), *buttons, first=words)
        self.go(self.button("归还"))
        self.open("/staff/applications/?kind=correction&stage=1")
        self.go(self.page.locator("tbody tr").first.locator("th a"))
        self.go(self.button("领取"))
        self.page.get_by_label("证明材料缺页或看不清").check()
        self.go(self.button("退回"))
        decision = self.card("决定")
        self.take(
            "desk-decided", decision.locator("li").first, self.button("收回这个决定"), first=decision, last=decision
        )
        self.go(self.button("收回这个决定"))

    def change_over(self) -> None:
        """The administrator comes, while the clerk has a case in hand."""
        self.go(self.button("退出"))
        sign_in_with_code(self.page, self.house.platform, clerk_of(self.house.home, MANAGER))
        give = self.card("转交同事的事项")
        fields = (give.locator("select").nth(at) for at in (0, 1))
        self.take("desk-give", *fields, self.button("全部转交"), first=give, last=give)

    def manage(self) -> None:
        """An invitation, and a colleague's page."""
        self.open("/staff/team/invite/")
        page = self.page
        self.take(
            "desk-invite",
            page.locator("[name=roles]").first,
            page.locator("[name=bureau]"),
            self.button("生成邀请链接"),
        )
        self.open(f"/staff/team/?q={GUIDED_SECOND_NAME}")
        self.go(self.button(GUIDED_SECOND_NAME))
        change, stop = self.card("变更角色或单位"), self.card("停用和第二步验证")
        self.take(
            "desk-member",
            change.locator("button"),
            self.button("解除第二步验证"),
            Mark(self.button("停用"), "right"),
            first=change,
            last=stop,
        )

    def _hint(self) -> Locator:
        return self.page.locator(".d-find p").last
