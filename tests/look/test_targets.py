"""On a phone: what one taps is large, the first question and the main button are in sight, no bar covers a field, and
axe objects to nothing.

Every address of the citizens' pages is opened by somebody with a draft and by somebody with a record, in both views.
"""

import random
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from people.browsers import Screen
from people.houses.stack import Stack
from people.http_visitor import SECTIONS, HttpVisitor
from people.persons import make_person
from tests.support.addresses import paths
from tests.support.browser_journeys import at_page, inspected
from tests.support.targets import COVERED, TOO_SMALL

IPHONE = Screen(390, 844)
# No pages: machines ask for them, or they only lead on. The guide has tests of its own.
NO_PAGE = re.compile(
    r"/(healthz|readyz|metrics|elder|logout|guide/nothing|notice|demo|attachments)|\.(json|pdf|svg|txt|xml)$"
)
STEPS = [f"/collection/{slug}/" for slug in SECTIONS]
MOST_HEAD = {"standard": 125, "elder": 125}


def with_a_draft(visitor: HttpVisitor) -> None:
    """Everything is filled in, nothing submitted."""
    person = make_person(random.Random(time.time_ns()), status="1")
    visitor.register(person)
    visitor.send("/collection/notice/", {"truthful": "on"})
    for slug in SECTIONS:
        visitor.send(f"/collection/{slug}/", person.sections[slug], dict(person.files.get(slug, {})))


def with_a_record(visitor: HttpVisitor) -> None:
    person = make_person(random.Random(time.time_ns()), status="2")
    visitor.register(person)
    visitor.collect(person)


def stand(stack: Stack, page: Page, standing: Callable[[HttpVisitor], None]) -> None:
    """Somebody who stands so sits at ``page``."""
    with HttpVisitor(stack.platform) as visitor:
        standing(visitor)
        at_page(page, visitor, stack)


@pytest.fixture(params=["standard", "elder"])
def view(request: pytest.FixtureRequest, stack: Stack, page: Page) -> str:
    """The view in which ``page`` shows everything."""
    name: str = request.param
    if name == "elder":
        page.goto(f"{stack.platform}/elder/?on=1&next=/")
    return name


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", [IPHONE], indirect=True)
@pytest.mark.parametrize("standing", [with_a_draft, with_a_record], ids=["draft", "record"])
def test_what_one_taps_is_large_on_every_page(
    stack: Stack, page: Page, view: str, standing: Callable[[HttpVisitor], None]
) -> None:
    stand(stack, page, standing)
    judge = inspected(page, lambda name: None, scripted=True)
    small, seen = set[str](), set[str]()
    for path in paths():
        if NO_PAGE.search(path):
            continue
        answer = page.goto(stack.platform + path)
        kind = page.url if answer and answer.ok else f"{answer and answer.status}"  # one page for each way to go wrong
        if kind in seen or not page.locator(".k-top").count():  # answers for a script
            continue
        seen.add(kind)
        small |= {f"{path} {found}" for found in page.evaluate(TOO_SMALL, 60 if view == "elder" else 44)}
        assert page.evaluate("document.querySelector('.k-top').offsetHeight") <= MOST_HEAD[view], path
        assert page.evaluate("document.documentElement.scrollWidth") <= IPHONE.width, path
        if view == "standard":  # the other view has the same elements; look/test_browser.py judges its colours
            judge(path)
    assert sorted(small) == []
    assert len(seen) >= 20


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", [IPHONE], indirect=True)
def test_every_step_begins_in_sight_and_its_button_stays_there(stack: Stack, page: Page, view: str) -> None:
    stand(stack, page, with_a_draft)
    for path in STEPS:
        page.goto(stack.platform + path)
        main = page.locator("main form .btn-primary:visible").last.bounding_box()
        asked = page.locator(
            "main form :is(input, select, textarea):visible:not(.k-vh), main form [value^=add-]:visible"
        )
        first = asked.first.bounding_box()
        assert main and main["y"] + main["height"] <= IPHONE.height, path
        assert first and first["y"] + first["height"] <= main["y"], path
        assert page.evaluate(COVERED) == [], path


@pytest.mark.parametrize("page", [Screen(390, 420)], indirect=True)
def test_where_a_keyboard_leaves_no_room_the_button_stands_at_its_place(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.platform}/register/")
    assert page.locator("main .k-actions").last.evaluate("bar => getComputedStyle(bar).position") == "static"
