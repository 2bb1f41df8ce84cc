"""The look in a real browser under the real content policy: geometry, keyboard, print, axe."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from playwright.sync_api import Browser

from kuaiji.common import error_views
from kuaiji.portal.views import home
from tests.support.browser_journeys import AXE
from tests.support.form_site import Site, form_page, request_for
from tests.support.targets import TOO_SMALL

# Preparing the house collects the static files; the home page asks when the next exam is.
pytestmark = [pytest.mark.usefixtures("template"), pytest.mark.django_db]


def of_the_portal(view: Callable[[HttpRequest], object]) -> Callable[[bool], str]:
    return lambda elder: view(request_for(elder)).content.decode()  # type: ignore[attr-defined]


PAGES: dict[str, Callable[[bool], str]] = {
    "form": lambda elder: form_page(elder=elder, place="1"),
    "refused form": lambda elder: form_page(faulty=True, elder=elder),
    "home": of_the_portal(home),
    "not found": of_the_portal(error_views.page_not_found),
    "server error": of_the_portal(error_views.server_error),
}


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
