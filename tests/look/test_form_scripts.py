"""What scripts do for forms, in a browser: refusals, presses, countdown, rows, regions, employers; and without them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.form_site import SITE, Site, form_page, urlencoded

# Preparing the house collects the static files; the home page asks when the next exam is.
pytestmark = [pytest.mark.usefixtures("template"), pytest.mark.django_db]


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
