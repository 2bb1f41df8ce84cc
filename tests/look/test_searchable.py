"""A long list that one searches in (js/searchable.js), on a page of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from kuaiji import common
from tests.support.browser_journeys import AXE

SCRIPT = (Path(common.__file__).parent / "static/kuaiji/js/searchable.js").read_text(encoding="utf-8")
LIST = """<!doctype html><html lang="zh-CN"><title>行业</title><main><h1>行业</h1><form>
<label for="id_industry">行业</label><p id="hint-industry">按主营业务</p>
<select id="id_industry" name="industry" class="k-input" aria-describedby="hint-industry" data-searchable>
<option value="">请选择</option><optgroup label="农、林业"><option value="01">农业</option>
<option value="02">林业</option></optgroup><optgroup label="批发和零售业"><option value="51">批发业</option>
<option value="52">零售业</option></optgroup></select><button>保存</button></form></main>"""
SET = """() => {
  const list = document.querySelector("select");
  list.value = "52";
  list.dispatchEvent(new Event("change"));
}"""
ADD = """() => {
  const copy = document.createElement("div");
  copy.innerHTML = "<label for=other>另一个</label><select id=other data-searchable name=other><option value=1>一";
  document.querySelector("form").append(copy);
}"""


@pytest.fixture
def field(page: Page) -> Locator:
    page.set_content(LIST)
    page.add_script_tag(content=SCRIPT, type="module")
    found = page.get_by_role("combobox", name="行业")
    expect(found).to_be_visible()
    return found


def sent(field: Locator) -> str:
    value: str = field.evaluate("input => new FormData(input.form).get('industry')")
    return value


def offered(page: Page) -> list[str]:
    return page.get_by_role("option").all_inner_texts()


def test_the_whole_list_opens_and_a_line_is_taken_by_pointer(page: Page, field: Locator) -> None:
    assert field.get_attribute("aria-expanded") == "false" and offered(page) == []
    field.click()
    assert offered(page) == ["农业", "林业", "批发业", "零售业"] and field.get_attribute("aria-expanded") == "true"
    assert page.locator(".k-group").all_inner_texts() == ["农、林业", "批发和零售业"]
    page.evaluate(AXE)
    assert page.evaluate("axe.run().then(found => found.violations.map(v => [v.id, v.nodes[0].html]))") == []
    page.get_by_role("option", name="批发业").click()
    assert (field.input_value(), sent(field), offered(page)) == ("批发业", "51", [])


@pytest.mark.parametrize(("typed", "lines"), [("业", 4), ("零 售", 2), ("批发业", 1), ("渔", 0)])
def test_lines_are_found_by_a_part_of_them_or_of_their_heading(
    page: Page, field: Locator, typed: str, lines: int
) -> None:
    field.fill(typed)
    assert len(offered(page)) == lines
    assert page.get_by_text("没有这一项").count() == (not lines)


def test_the_keyboard_alone_is_enough(page: Page, field: Locator) -> None:
    field.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.locator("[aria-selected=true]")
    assert chosen.inner_text() == "零售业" and field.get_attribute("aria-activedescendant") == chosen.get_attribute(
        "id"
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert (field.input_value(), sent(field)) == ("农业", "01")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    assert (field.input_value(), sent(field)) == ("农业", "01")


LEFT = [("批发业", "批发业", "51"), ("林", "林", ""), ("零售业", "零售业", "52"), ("渔业", "渔业", ""), ("", "", "")]


@pytest.mark.parametrize(("typed", "shown", "value"), LEFT)
def test_what_is_left_behind_is_a_line_or_stays_to_be_seen(
    page: Page, field: Locator, typed: str, shown: str, value: str
) -> None:
    field.fill(typed)
    page.get_by_role("button").focus()
    assert (field.input_value(), sent(field)) == (shown, value)


def test_the_only_line_that_fits_is_taken_and_an_emptied_field_is_no_answer(page: Page, field: Locator) -> None:
    field.fill("批发业")
    field.fill("发业")
    page.get_by_role("button").focus()
    assert (field.input_value(), sent(field)) == ("批发业", "51")
    field.fill("")
    page.get_by_role("button").focus()
    assert (field.input_value(), sent(field)) == ("", "")


def test_what_others_set_is_shown_and_rows_that_come_later_work_too(page: Page, field: Locator) -> None:
    page.evaluate(SET)
    assert field.input_value() == "零售业"
    page.evaluate(ADD)
    other = page.get_by_role("combobox", name="另一个")
    other.fill("一")
    page.get_by_role("option", name="一").click()
    assert other.evaluate("input => new FormData(input.form).get('other')") == "1"


def test_a_click_on_the_label_leads_to_the_field(page: Page, field: Locator) -> None:
    page.locator("label").click()
    expect(field).to_be_focused()
    assert field.get_attribute("aria-describedby") == "hint-industry"
