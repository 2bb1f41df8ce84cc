"""The look in a real browser under the real content policy: geometry, keyboard, small scripts, axe."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.forms import formset_factory
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route

from kuaiji.common import error_views
from kuaiji.common.context import elder_cookie
from kuaiji.common.forms import DateField, Form, RowSet, SmsCodeField
from kuaiji.common.middleware import HEADERS
from kuaiji.portal.views import home
from tests.support.browser_journeys import AXE
from tests.support.targets import TOO_SMALL

# Preparing the house collects the static files; the home page asks when the next exam is.
pytestmark = [pytest.mark.usefixtures("template"), pytest.mark.django_db]

SITE = "http://localhost"

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PLACES = [("0", "省本级"), ("广州市", [("1", "荔湾区"), ("2", "天河区")]), ("东莞市", [("3", "东莞市")])]
STATES = [("1", "会计工作岗位"), ("2", "非会计工作岗位")]
FORM = (Path(__file__).parent / "form.html").read_text(encoding="utf-8")


class Qualification(Form):
    name = forms.CharField(label="资格名称")
    obtained_on = DateField(label="取得时间", help_text="例如 2015-07-01")


class Employment(Form):
    status = forms.ChoiceField(label="在岗状态", choices=STATES, widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label="所属行政区划",
        choices=PLACES,
        widget=forms.Select(attrs={"data-grouped": "请选择地市", "data-within": "县（区）"}),
    )
    employer = forms.CharField(label="工作单位名称", widget=forms.TextInput(attrs={"data-search": "/search/"}))
    uscc = forms.CharField(label="统一社会信用代码")
    photo = forms.FileField(label="证件照", required=False, widget=forms.FileInput(attrs={"data-max-bytes": "1048576"}))
    sms_code = SmsCodeField(label="短信验证码")
    truthful = forms.BooleanField(label="本人承诺填写信息的真实性")


Qualifications = formset_factory(Qualification, formset=RowSet, extra=0, max_num=3)


def request_for(elder: bool) -> HttpRequest:
    request = RequestFactory().get("/page/")
    if elder:
        request.COOKIES[elder_cookie()] = "1"
    return request


def form_page(*, faulty: bool = False, elder: bool = False, left: int = 0, enctype: str = "", place: str = "") -> str:
    form = Employment({"place": place} if faulty else None, initial={"place": place})
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"} if faulty else None
    rows = Qualifications(data, prefix="rows")
    if faulty:
        form.is_valid()
        rows.is_valid()
    context = {"form": form, "rows": rows, "faulty": faulty, "left": left, "enctype": enctype or "multipart/form-data"}
    return engines["django"].from_string(FORM).render(context, request_for(elder))


def of_the_portal(view: Callable[[HttpRequest], object]) -> Callable[[bool], str]:
    return lambda elder: view(request_for(elder)).content.decode()  # type: ignore[attr-defined]


PAGES: dict[str, Callable[[bool], str]] = {
    "form": lambda elder: form_page(elder=elder, place="1"),
    "refused form": lambda elder: form_page(faulty=True, elder=elder),
    "home": of_the_portal(home),
    "not found": of_the_portal(error_views.page_not_found),
    "server error": of_the_portal(error_views.server_error),
}


class Site:
    """Pages and static files as the platform would serve them; what was sent is kept."""

    def __init__(self, page: Page) -> None:
        self.page, self.html, self.sent = page, "", []  # type: ignore[var-annotated]
        self.found: object = {"results": []}
        page.route(f"{SITE}/**", self._answer)

    def open(self, html: str) -> Page:
        self.html = html
        self.page.goto(f"{SITE}/page/")
        return self.page

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))
            file = Path(finders.find(name) or "")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path == "/search/":
            route.fulfill(status=200 if self.found else 503, json=self.found)
        else:
            if route.request.method == "POST":
                self.sent.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            status = 422 if route.request.method == "POST" else 200
            route.fulfill(
                status=status, body=self.html, headers={"content-type": "text/html; charset=utf-8", **HEADERS}
            )


@pytest.fixture
def site(page: Page) -> Site:
    return Site(page)


def urlencoded(**options: object) -> str:
    return form_page(enctype="application/x-www-form-urlencoded", **options)  # type: ignore[arg-type]


# ── how it stands ──

TOO_WIDE = """() => [...document.querySelectorAll('body, body *')].filter(e => {
  const box = e.getBoundingClientRect(), hidden = e.closest('.k-vh, .k-skip, thead, details:not([open]) nav');
  return !hidden && box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
@pytest.mark.parametrize("name", PAGES)
def test_no_fault_for_axe(site: Site, name: str, elder: bool) -> None:
    page = site.open(PAGES[name](elder))
    page.evaluate(AXE)
    faults = page.evaluate("axe.run().then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert faults == []


@pytest.mark.parametrize(
    ("width", "size"), [(320, "200%"), (320, ""), (360, "150%"), (360, ""), (390, ""), (768, ""), (1280, "")]
)
@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_nothing_runs_over_the_edge_and_every_target_is_large(site: Site, width: int, size: str, elder: bool) -> None:
    site.page.set_viewport_size({"width": width, "height": 800})
    for name, html in PAGES.items():
        page = site.open(html(elder))
        if size:
            page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(TOO_WIDE) == [], name
        assert page.evaluate(TOO_SMALL, 60 if elder and not size else 44) == [], name


def test_the_elder_view_reads_large(site: Site) -> None:
    sizes = """() => [...document.querySelectorAll('body *')].filter(e => {
        const typed = e.matches('input:not([type=hidden], [type=radio], [type=checkbox])');
        return typed || [...e.childNodes].some(node => node.data && node.data.trim());
    }).map(e => parseFloat(getComputedStyle(e).fontSize))"""
    assert min(site.open(form_page()).evaluate(sizes)) >= 13
    assert min(site.open(form_page(elder=True)).evaluate(sizes)) >= 18


def test_the_menu_of_a_phone_opens_without_script_and_by_keyboard(browser: Browser) -> None:
    visitor = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = Site(visitor.new_page()).open(form_page())
    menu = page.locator(".k-menu")
    assert not menu.locator("a", has_text="首页").is_visible()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert menu.locator("a", has_text="首页").is_visible()
    assert page.locator(".k-menu a:focus").inner_text() == "首页"
    visitor.close()


def test_the_first_tab_skips_to_the_content(site: Site) -> None:
    page = site.open(form_page())
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "跳到主要内容"
    assert link.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_keyboard_shows_its_focus(site: Site) -> None:
    page = site.open(form_page(place="1"))
    stops = page.locator("a:visible, button:visible, input:visible, select:visible, summary:visible").count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "() => { const at = document.activeElement; const card = at.closest('.k-choice') || at;"
            " return parseFloat(getComputedStyle(card).outlineWidth) }"
        )
        assert width >= 2, page.evaluate("document.activeElement.outerHTML")


def test_print_leaves_the_frame_out(site: Site) -> None:
    page = site.open(form_page())
    page.emulate_media(media="print")
    for left_out in (".k-top", ".k-foot", ".k-actions", ".k-back", ".k-change"):
        assert not page.locator(left_out).first.is_visible()
    assert page.locator("h1").is_visible()


def test_forced_colours_keep_the_chosen_card_apart(browser: Browser) -> None:
    visitor = browser.new_context(forced_colors="active")
    page = Site(visitor.new_page()).open(form_page())
    page.check("#id_status_0")
    outline = "index => getComputedStyle(document.querySelectorAll('.k-choice')[index]).outlineStyle"
    assert [page.evaluate(outline, 0), page.evaluate(outline, 1)] == ["solid", "none"]
    visitor.close()


# ── the small scripts ──


def test_a_refused_form_is_read_first_and_never_sent_again_by_refresh(site: Site) -> None:
    page = site.open(urlencoded())
    site.html = urlencoded(faulty=True)
    page.click("text=保存，下一步")
    page.wait_for_selector("#error-summary:focus")
    page.click("#error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_status_0"
    page.reload()
    assert len(site.sent) == 1


def test_two_presses_are_one_request_with_its_button(site: Site) -> None:
    page = site.open(urlencoded())
    with page.expect_navigation():
        page.evaluate("() => { const b = document.querySelector('[value=save]'); b.click(); b.click(); }")
    assert [body["action"] for body in site.sent] == [["save"]]


def test_a_form_without_an_answer_wakes_up(site: Site) -> None:
    site.page.clock.install()
    page = site.open(urlencoded())
    page.evaluate("document.querySelector('form').addEventListener('submit', event => event.preventDefault())")
    page.evaluate("document.addEventListener('submit', event => event.preventDefault(), true)")
    page.click("text=保存，下一步")
    assert page.locator("[value=save]").get_attribute("aria-disabled") is None  # a handled submit is not ours
    page = site.open(urlencoded())
    page.route(f"{SITE}/page/", lambda route: route.fulfill(status=204))
    page.click("text=保存，下一步")
    assert page.locator(".k-sending").inner_text() == "正在提交…"
    page.clock.fast_forward(15_000)
    assert page.locator("[value=save]").get_attribute("aria-disabled") is None
    assert page.locator(".k-sending").count() == 0


def test_the_countdown_speaks_at_both_ends_and_then_lets_go(site: Site) -> None:
    site.page.clock.install()
    page = site.open(urlencoded(left=57))
    button, voice = page.locator("[value=send_code]"), page.locator("[value=send_code] + [role=status]")
    assert button.inner_text() == "57 秒后可重新获取"
    page.clock.run_for(1_000)
    assert voice.inner_text() == "57 秒后可以重新获取短信验证码"
    button.click(force=True)
    assert site.sent == []
    page.clock.run_for(20_000)
    assert button.inner_text() == "36 秒后可重新获取"
    assert voice.inner_text() == "57 秒后可以重新获取短信验证码"
    page.clock.run_for(40_000)
    assert button.inner_text() == "获取短信验证码"
    assert voice.inner_text() == "现在可以重新获取短信验证码"
    button.click()
    assert [body["action"] for body in site.sent] == [["send_code"]]


def test_rows_come_and_go_in_the_page(site: Site) -> None:
    page = site.open(urlencoded())
    add = page.locator("text=新增资格")
    for name in ("甲", "乙", "丙"):
        add.click()
        assert page.evaluate("document.activeElement.name").endswith("-name")
        page.keyboard.type(name)
    assert not add.is_visible()
    page.click("[value=remove-rows-1]")
    assert add.is_visible()
    assert page.locator(".k-row > legend").all_inner_texts() == ["资格 1", "资格 2"]
    assert page.locator("label[for=id_rows-1-name]").is_visible()
    assert page.locator("#id_rows-1-obtained_on").get_attribute("aria-describedby") == "hint-rows-1-obtained_on"
    page.click("text=保存，下一步")
    (body,) = site.sent
    assert body["rows-TOTAL_FORMS"] == ["2"]
    assert [body["rows-0-name"], body["rows-1-name"]] == [["甲"], ["丙"]]
    assert "rows-2-name" not in body
    assert not [name for name in body if "__prefix__" in name]


def test_a_region_is_chosen_city_first_and_sent_as_one_code(site: Site) -> None:
    page = site.open(urlencoded(place="2"))
    city, county = page.locator("#id_place"), page.locator("select[aria-label='县（区）']")
    assert (city.input_value(), county.input_value()) == ("广州市", "2")
    city.select_option("东莞市")
    assert not county.is_visible()  # a city without counties is chosen itself
    city.select_option("广州市")
    assert county.input_value() == ""
    assert county.locator("option").all_inner_texts() == ["请选择县（区）", "荔湾区", "天河区"]
    county.select_option("荔湾区")
    page.click("text=保存，下一步")
    assert site.sent[0]["place"] == ["1"]


@pytest.mark.parametrize(("choice", "code"), [("省本级", "0"), ("东莞市", "3"), ("广州市", "")])
def test_a_city_alone_is_enough_only_where_it_is_a_place(site: Site, choice: str, code: str) -> None:
    page = site.open(urlencoded())
    page.select_option("#id_place", choice)
    page.click("text=保存，下一步")
    assert site.sent[0]["place"] == [code]


def test_a_fault_of_the_region_leads_to_the_city(site: Site) -> None:
    page = site.open(form_page(faulty=True))
    page.click("text=请选择所属行政区划 >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_place"
    assert page.locator(":focus").is_visible()
    assert page.locator(":focus").get_attribute("aria-describedby") == "error-place"


EMPLOYERS = {
    "results": [
        {"label": "甲公司", "hint": "荔湾区", "fields": {"employer": "甲公司", "uscc": "A", "place": "1", "none": "x"}},
        {"label": "<b>乙公司", "fields": {"employer": "<b>乙公司", "uscc": "B", "place": "3"}},
    ]
}


def test_an_employer_is_found_and_filled_in_by_keyboard(site: Site) -> None:
    site.found = EMPLOYERS
    page = site.open(urlencoded())
    page.focus("#id_employer")
    page.keyboard.type("公司")
    page.wait_for_selector("[role=option]")
    box = page.get_by_role("combobox", name="工作单位名称")
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator(".k-options li").all_inner_texts() == ["甲公司\n荔湾区", "<b>乙公司"]
    page.keyboard.press("ArrowUp")
    chosen = page.locator("[aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert chosen.inner_text() == "<b>乙公司"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#id_employer") == "甲公司"
    assert page.input_value("#id_uscc") == "A"
    assert page.input_value("#id_place") == "广州市"
    assert site.sent == []
    page.click("text=保存，下一步")
    assert site.sent[0]["place"] == ["1"]


def test_an_employer_is_chosen_by_pointer_or_refused_by_escape(site: Site) -> None:
    site.found = EMPLOYERS
    page = site.open(urlencoded())
    page.fill("#id_employer", "公司")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Escape")
    assert not page.locator(".k-options").is_visible()
    page.fill("#id_employer", "乙公司")
    page.click("[role=option] >> nth=1")
    assert (page.input_value("#id_uscc"), page.input_value("#id_place")) == ("B", "东莞市")


def test_a_register_that_is_away_leaves_the_field_as_it_is(site: Site) -> None:
    site.found = None
    page = site.open(urlencoded())
    with page.expect_response(f"{SITE}/search/**"):
        page.fill("#id_employer", "公司")
    assert page.input_value("#id_employer") == "公司"
    assert not page.locator(".k-options").is_visible()


@pytest.fixture
def bare(browser: Browser) -> Iterator[Site]:
    """A visitor whose browser runs no script."""
    visitor = browser.new_context(java_script_enabled=False)
    yield Site(visitor.new_page())
    visitor.close()


def test_everything_is_filled_in_without_script(bare: Site) -> None:
    page = bare.open(urlencoded())
    page.check("#id_status_1")
    page.select_option("#id_place", "3")
    page.fill("#id_employer", "甲公司")
    page.check("#id_truthful")
    page.click("text=新增资格")
    (body,) = bare.sent
    assert {name: body[name] for name in ("status", "place", "employer", "truthful", "action")} == {
        "status": ["2"],
        "place": ["3"],
        "employer": ["甲公司"],
        "truthful": ["on"],
        "action": ["add-rows"],
    }
