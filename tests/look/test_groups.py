"""大字版 shows one group of a form's questions at a time, and leads from each to the next, without script."""

import random
import re
import time

import pytest
from playwright.sync_api import Page

from kuaiji.common.groups import with_ways
from people.browsers import Screen
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import make_person
from people.walker import Walker
from tests.support.browser_journeys import at_page

PLAIN = Screen(390, 844, scripted=False)
WAY = re.compile(r'<p class="k-onward"(?: data-asked="([^"]*)")?>(?:<a class="btn btn-primary" href="#([^"]*)">)?')


def section(heading: str, asked: str = "", css: str = "k-section k-screen") -> str:
    whom = f' data-asked="{asked}"' if asked else ""
    return f'<section class="{css}"{whom} aria-labelledby="{heading}">\n<h2 id="{heading}">{heading}</h2>\n</section>'


def ways(html: str) -> list[tuple[str, str]]:
    return WAY.findall(with_ways(html))


def test_each_group_leads_to_the_next_and_back() -> None:
    html = section("one", css="k-part") + section("two") + section("three")
    assert ways(html) == [("", "two"), ("", "three"), ("", "")]
    assert re.findall(r'href="#(\w+)">上一项', with_ways(html)) == ["main", "two"]


def test_a_group_that_some_are_asked_is_passed_over_by_the_others() -> None:
    html = (
        "<div>"
        + section("work", "1")
        + section("home", "3")
        + section("school", "4")
        + section("past", "2 3 4")
        + "</div>"
    )
    assert ways(html) == [
        *(("1", "work"), ("3", "home"), ("4", "school"), ("2", "past")),  # from the first
        *(("", ""), ("3", "past"), ("4", "past"), ("", "")),
    ]


def test_a_form_of_one_group_is_left_as_it_is() -> None:
    assert with_ways(section("one", css="k-part")) == section("one", css="k-part")


@pytest.fixture
def elder(stack: Stack, page: Page) -> Page:
    """A person with a draft in 大字版, before the step of schooling."""
    person = make_person(random.Random(time.time_ns()), status="1")
    with HttpVisitor(stack.platform) as visitor:
        visitor.register(person)
        visitor.send("/collection/notice/", {"truthful": "on"})
        visitor.send("/collection/personal/", person.sections["personal"], dict(person.files["personal"]))
        at_page(page, visitor, stack)
        page.goto(f"{stack.platform}/elder/?on=1&next=/collection/education/")
        return page


@pytest.mark.parametrize("page", [PLAIN], indirect=True)
def test_one_group_shows_at_a_time_and_one_post_takes_both(stack: Stack, elder: Page) -> None:
    walker = Walker(elder, stack.platform, lambda name: None)
    first, second = elder.locator('[name="full_time_school"]'), elder.locator("#part-part-time")
    save = elder.get_by_role("button", name="保存，下一步").last
    assert first.is_visible() and not second.is_visible() and not save.is_visible()
    school = {"full_time_level": "21", "full_time_degree": "0", "full_time_school": "岭南示例大学"}
    walker.fill(school | {"full_time_major": "会计学", "full_time_graduated_on": "2022年7月1日"})
    elder.get_by_role("link", name="下一项：非全日制教育").click()
    assert second.is_visible() and not first.is_visible() and save.is_visible()
    elder.get_by_role("link", name="上一项").click()
    assert first.is_visible() and first.input_value() == "岭南示例大学" and not second.is_visible()
    elder.get_by_role("link", name="下一项：非全日制教育").click()
    walker.press("保存，下一步")
    assert "/collection/employment/" in elder.url


@pytest.mark.parametrize("page", [PLAIN], indirect=True)
def test_a_refused_form_shows_all_its_groups(stack: Stack, elder: Page) -> None:
    elder.get_by_role("link", name="下一项：非全日制教育").click()
    Walker(elder, stack.platform, lambda name: None).press("保存，下一步")
    assert elder.locator("#error-summary").is_visible()
    assert elder.locator('[name="full_time_school"]').is_visible() and elder.locator("#part-part-time").is_visible()
