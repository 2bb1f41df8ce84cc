"""The walk of the guide: one made-up person from the home page to a changed record; the camera stops on the way.

The names of the pictures are those the chapters in ``docs/guide`` show.
"""

from playwright.sync_api import Locator, ViewportSize

from guide.camera import Camera, Mark
from guide.people import FOUND, NEW_PHONE, PROOF, number, someone
from kuaiji.common import clock
from people.http_visitor import HttpVisitor
from people.walker import Walker

PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
WIDE_SIZE: ViewportSize = {"width": 900, "height": 900}
EXAM = f"/me/exam/?level=3&year={clock.today().year + 2}"
PHONE = {
    "viewport": PHONE_SIZE,
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
}


class Guide:
    """The person in front of the camera's page, on the platform at ``address``."""

    def __init__(self, camera: Camera, address: str) -> None:
        self.page = camera.page
        self.take = camera.take
        self.person = someone()
        self.walker = Walker(camera.page, address, lambda name: None)

    def walk(self) -> None:
        """Everything, in the order of the chapters."""
        self.sign_in()
        self.register()
        self.begin()
        self.personal()
        self.education()
        self.employment()
        self.professional()
        self.miss()
        self.submit()
        self.collected()
        self.messages()
        self.change()
        self.rename()
        self.look_back()
        self.correct()
        self.ask()
        self.lose_the_phone()
        self.leave()

    # ── how elements are found ──

    def field(self, name: str) -> Locator:
        """The visible control called ``name``, the first of radio buttons, or the search that stands in its place."""
        searched = self.page.locator(f'[role="combobox"][id="id_{name}"]')
        return self.page.locator(f'[name="{name}"]:visible').or_(searched).first

    def button(self, name: str) -> Locator:
        """The visible button or link called ``name``, the last one where there are several."""
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True)).last

    def part(self, title: str) -> Locator:
        """A heading below the page's own."""
        return self.page.get_by_role("heading", name=title).first

    def follow(self, link: Locator) -> None:
        """Press a link and wait for the page that comes."""
        with self.page.expect_navigation():
            link.click()

    # ── chapter 1: 注册 ──

    def sign_in(self) -> None:
        """The home page, and the doors of those who are registered already."""
        self.walker.open("/")
        door = self.page.locator(".k-door").first
        self.take(
            "home", self.button("首次办理，去注册"), door.locator("b"), first=self.page.locator(".k-hero h1"), last=door
        )
        self.walker.open("/login/")
        self.walker.fill({"document_number": self.person.document_number, "password": self.person.password})
        self.take(
            "login",
            self.field("document_number"),
            self.field("password"),
            self.button("登录"),
            self.button("忘记密码"),
            last=self.button("首次办理，去注册"),
        )
        self.walker.open("/recover/")
        self.walker.fill({"document_number": self.person.document_number, "phone": self.person.phone})
        self.take(
            "recover",
            self.field("document_number"),
            self.field("phone"),
            self.button("获取短信验证码"),
            self.field("sms_code"),
            self.button("下一步"),
        )

    def register(self) -> None:
        """The two questions, the particulars, the code, the password."""
        self.walker.open("/register/")
        self.walker.fill({"works_in_accounting": "yes", "holds_qualification": "yes"})
        self.take(
            "questions",
            self.page.locator(".k-banner").first,
            self.field("works_in_accounting"),
            self.field("holds_qualification"),
            self.button("下一步"),
        )
        self.walker.press("下一步")
        self.walker.fill(self.person.details)
        self.take(
            "details",
            *map(self.field, ("name", "document_type", "document_number", "phone")),
            self.button("获取短信验证码"),
        )
        self.walker.press("获取短信验证码")
        with HttpVisitor(self.walker.address) as inbox:
            self.walker.fill({"sms_code": inbox.code_for(self.person.phone)})
        self.take("code", self.field("sms_code"), self.button("注册"), first=self.field("phone"))
        self.walker.press("注册")
        self.walker.fill({"password1": self.person.password})
        self.page.locator(".k-lacks.ok").wait_for()
        self.take("password", self.field("password1"), self.button("完成注册"))
        self.walker.press("完成注册")

    # ── chapter 2: 信息采集 ──

    def begin(self) -> None:
        """The list of steps and the notice."""
        self.walker.open("/collection/")
        self.take("steps", self.button("开始"))
        self.walker.open("/collection/notice/")
        self.walker.fill({"truthful": "on"})
        self.take(
            "notice", self.field("truthful"), self.button("下一步"), first=self.page.locator("form section h2").last
        )
        self.walker.press("下一步")

    def personal(self) -> None:
        """Step 3, and the photo moved into its frame."""
        self.walker.fill(self.person.sections["personal"])
        self.take(
            "personal",
            *map(self.field, ("ethnic_group", "political_status", "email")),
            first=self.part("基本信息"),
        )
        self.take(
            "pictures",
            *map(self.field, ("photo", "id_card_front", "id_card_back")),
            self.button("保存，下一步"),
            first=self.part("照片和证件"),
        )
        self.walker.fill({}, self.person.files["personal"])
        self.walker.press("保存，下一步")
        self.walker.open("/collection/personal/")
        self.take("photo", self.button("调整证件照的位置和大小"), first=self.part("照片和证件"))
        self.follow(self.button("调整证件照的位置和大小"))
        self.take("crop", self.page.locator(".k-crop"), self.page.locator(".k-pad"), self.button("完成"))

    def education(self) -> None:
        """Step 4."""
        self.walker.open("/collection/education/")
        self.walker.fill(self.person.sections["education"])
        names = ("degree", "school", "major", "graduated_on", "second_degree")
        level = self.page.locator("#id_full_time_level")
        self.take("education", level, *(self.field(f"full_time_{name}") for name in names), first=level)
        self.take(
            "part-time",
            self.part("非全日制教育"),
            self.button("保存，下一步"),
            first=self.part("非全日制教育"),
        )
        self.walker.press("保存，下一步")

    def employment(self) -> None:
        """Step 5 for an accounting post: the employer is found by its name."""
        self.walker.fill({"employment_status": "1"})
        fold = self.page.locator(".k-particulars")
        status = self.field("employment_status")
        self.take("status", status, self.field("employer_name"), fold, first=status, last=fold)
        self.field("employer_name").press_sequentially(FOUND)
        options = self.page.get_by_role("listbox", name="查找结果")
        found = options.locator("li")
        found.first.wait_for()
        self.take(
            "employer-search",
            self.field("employer_name"),
            options,
            first=self.part("工作单位"),
            last=self.field("accounting_post"),
        )
        found.last.click()
        fold.locator("summary").first.click()
        names = ("uscc", "industry", "economic_type", "address", "phone")
        self.take(
            "employer",
            *(self.field(f"employer_{name}") for name in names),
            self.page.locator("#id_division_code"),
            first=fold,
        )
        self.walker.fill(self.person.sections["employment"])
        self.take(
            "accounting",
            *(self.field(f"accounting_{name}") for name in ("post", "admin_post", "start_date")),
            self.page.locator("#part-work ~ .k-more summary"),
            self.field("accounting_technical_post"),
            self.field("technical_post_appointed_on"),
            self.button("保存，下一步"),
            first=self.page.locator("#part-work"),
        )
        self.walker.press("保存，下一步")

    def professional(self) -> None:
        """Steps 6 and 7."""
        fields = self.person.sections["professional"]
        self.walker.add_rows(fields)
        self.walker.fill(fields)
        row = self.page.locator(".k-row:visible").first
        self.take(
            "qualifications",
            *(self.field(f"qualifications-0-{name}") for name in ("title", "obtained_on")),
            row.locator(".k-more summary"),
            row.locator(".btn-danger"),
            first=row,
        )
        first, last = self.part("专业技术认证"), self.field("is_asset_appraiser")
        self.take("certificates", self.field("abacus_level"), self.field("is_cpa"), first=first, last=last)
        self.take(
            "talents",
            self.button("新增高端会计人才信息"),
            self.button("保存，下一步"),
            first=self.part("高端会计人才信息"),
        )
        self.walker.press("保存，下一步")
        fields = self.person.sections["awards"]
        self.walker.add_rows(fields)
        self.walker.fill(fields)
        self.take(
            "awards",
            self.field("awards-0-name"),
            self.field("awards-0-level"),
            self.button("新增奖励"),
            self.button("保存，下一步"),
        )
        self.walker.press("保存，下一步")

    def submit(self) -> None:
        """Step 8 and what follows it."""
        self.walker.open("/collection/review/")
        change = self.page.locator('a[href^="/collection/personal/"]')
        self.take("review", Mark(change, "right"), last=change)
        self.take("submit", self.button("确认无误，提交"), first=self.part("奖励信息"))
        self.walker.press("确认无误，提交")
        keep = self.button("保存成图片（带查验二维码）")
        self.take("done", self.page.locator("#number"), keep, first=self.page.locator("h1"))

    def collected(self) -> None:
        """The status page and the print."""
        self.walker.open("/me/")
        self.take(
            "state",
            Mark(self.page.locator(".k-id .k-status"), "right"),
            self.page.locator(".k-id dd").last,
            self.page.locator('.k-rows a[href="/changes/"] b'),
            self.page.locator('.k-rows a[href="/me/archive/"] b'),
        )
        self.walker.open("/me/archive/")
        self.take("print", self.button("生成"))
        self.walker.press("生成")
        self.button("下载打印件（PDF）").wait_for(timeout=60_000)
        self.take("print-ready", self.button("下载打印件（PDF）"))

    def messages(self) -> None:
        """我的消息: that the record is made; how its SMS fares is another matter."""
        self.walker.open("/me/messages/")
        message = self.page.locator(".k-messages h2").first
        self.take("inbox", self.button("选择哪些发到手机"), message, first=self.page.locator(".k-back"), last=message)

    # ── chapter 3: 信息变更 ──

    def change(self) -> None:
        """One section changed, then everything confirmed."""
        self.walker.open("/changes/")
        self.take("up-to-date", self.button("信息无变化，确认"))
        choose = self.page.locator('a[href="/changes/education/"]')
        rows = self.page.locator('a[href^="/changes/"]', has_text="变更信息")
        self.take("choose", Mark(choose, "right"), first=self.part("变更哪一部分"), last=rows.last)
        self.follow(choose)
        self.walker.fill({"full_time_school": "岭南示例财经大学"})
        self.take("change", self.field("full_time_school"))
        self.take("save", self.button("保存"), first=self.part("非全日制教育"))
        self.walker.press("保存")
        self.take("saved", self.page.locator(".k-banner.ok p").first, last=self.page.locator(".k-banner.ok"))
        self.walker.press("信息无变化，确认")
        self.take("confirmed", self.page.locator(".k-banner.ok"))

    def rename(self) -> None:
        """变更姓名; nothing is saved."""
        self.walker.open("/changes/name/")
        self.walker.fill({"name": "陈示范", "reason": "户口簿登记的姓名已变更"}, {"name_proof": PROOF})
        self.take("name", *map(self.field, ("name", "reason", "name_proof")), self.button("保存"))

    def look_back(self) -> None:
        """The history, and two versions side by side on a wide screen."""
        self.walker.open("/me/history/")
        compare = self.page.get_by_role("link", name="与上一版对照").first
        self.take("history", self.page.locator(".k-tl li.now b").first, compare)
        self.follow(compare)
        self.page.set_viewport_size(WIDE_SIZE)
        differing = self.page.locator("tr", has_text="不同").first
        self.take("versions", differing, first=self.page.locator(".k-card", has=differing), last=differing)
        self.page.set_viewport_size(PHONE_SIZE)

    def correct(self) -> None:
        """更正申请; nothing is sent."""
        self.walker.open("/me/corrections/")
        self.take("corrections", self.button("申请更正"))
        self.walker.open("/me/corrections/new/")
        choose = self.page.locator('a[href$="/new/document/"]')
        self.take("which", choose, last=choose)
        self.follow(choose)
        fields = {"document_type": "01", "document_number": number("right"), "reason": "注册时证件号码填错一位"}
        self.walker.fill(fields, {"correction_proof": PROOF})
        names = ("document_type", "document_number", "reason", "correction_proof")
        self.take("correction", *map(self.field, names), self.button("提交申请"), first=self.field("document_type"))

    # ── chapter 4: 报名资格自查 ──

    def miss(self) -> None:
        """What is told to who has submitted nothing yet."""
        self.walker.open(EXAM)
        first = self.page.locator(".k-verdicts > li").first
        self.take("exam-missing", self.button("去信息采集"), first=self.page.locator("#answer"), last=first)

    def ask(self) -> None:
        """The question, the answer, the years; of a year about which no notice is out."""
        self.walker.open(EXAM)
        self.take("exam-ask", self.field("level"), Mark(self.field("year"), "right"), self.button("查看"))
        verdicts = self.page.locator(".k-verdicts > li")
        answer = self.page.locator("#answer")
        state = self.page.locator(".k-answer .k-status")
        self.take("exam-answer", state, verdicts.first, first=answer, last=verdicts.nth(2))
        years = verdicts.nth(5)
        self.take("exam-years", years.locator("svg"), years.locator("dl > div").first, first=years, last=years)

    def lose_the_phone(self) -> None:
        """申请换成新手机号; nothing is sent."""
        self.walker.open("/recover/phone-lost/")
        fields = {
            "name": self.person.name,
            "document_type": "01",
            "document_number": self.person.document_number,
            "first_item": "email",
            "first_answer": self.person.sections["personal"]["email"],
            "second_item": "school",
            "second_answer": "岭南示例财经大学",
            "phone": NEW_PHONE,
        }
        self.walker.fill(fields)
        names = ("name", "document_number", "first_item", "first_answer")
        self.take("phone-lost", *map(self.field, names), first=self.field("name"))
        self.take(
            "new-phone",
            self.field("phone"),
            self.button("获取短信验证码"),
            self.field("sms_code"),
            self.button("提交申请"),
            first=self.part("换成哪个手机号"),
        )

    def leave(self) -> None:
        """登录与安全 and 注销; nothing is closed."""
        self.walker.open("/me/security/")
        self.take(
            "security",
            self.button("更换手机号"),
            self.button("修改密码"),
            self.page.locator(".k-tasklist li").first,
        )
        self.walker.open("/me/security/close/")
        self.take("close", self.field("understood"), self.field("current_password"), self.button("注销"))
