"""The whole journey in a real browser against the running house, from the home page to 信息已采集.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as browsers
from tests.support.journeys import make_person
from tests.support.stack import Stack
from tests.support.walker import Look, Walker, pictures_in

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(os.environ["JOURNEY_PICTURES"]) if os.environ.get("JOURNEY_PICTURES") else None
PHONE, DESKTOP = (360, 760), (1280, 900)

# One person of each status, on both sizes, one of them without script; document types and names vary along.
JOURNEYS = [
    pytest.param("1", "01", PHONE, True, None, id="accounting-phone"),
    pytest.param("2", "02", DESKTOP, True, "阿卜杜热合曼·艾合买提江", id="other-post-desktop"),
    pytest.param("3", "04", PHONE, True, "María José O'Connor", id="unemployed-phone-passport"),
    pytest.param("4", "01", DESKTOP, True, "𠮷永安", id="student-desktop"),
    pytest.param("1", "06", PHONE, False, None, id="accounting-phone-without-script"),
]


def inspected(page: Page, look: Look, scripted: bool) -> Look:
    """Every page is looked at: a title, one main heading, no sideways scroll, and nothing axe objects to."""

    def inspect(name: str) -> None:
        look(name)
        assert page.title(), name
        if not scripted:
            return
        assert page.locator("h1").count() == 1, name
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{name} scrolls sideways: {width}"
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert found == [], (name, [(one["id"], one["nodes"][0]["html"]) for one in found])

    return inspect


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    size, scripted = request.param
    page = browsers.opened_page(browser, viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripted)
    yield from page


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "document_type", "visitor", "scripted", "name"),
    [pytest.param(*p.values[:2], (p.values[2], p.values[3]), *p.values[3:], id=p.id) for p in JOURNEYS],
    indirect=["visitor"],
)
def test_from_the_home_page_to_collected(
    stack: Stack, visitor: Page, status: str, document_type: str, scripted: bool, name: str | None
) -> None:
    person = make_person(random.Random(time.time_ns()), status=status, document_type=document_type, name=name)
    label = f"{status}-{visitor.viewport_size['width']}"  # type: ignore[index]
    look = pictures_in(PICTURES, visitor, label if scripted else f"{label}-plain")
    walker = Walker(visitor, stack.platform, inspected(visitor, look, scripted))
    walker.register(person)
    walker.collect(person)
    assert visitor.get_by_text("信息已采集").first.is_visible()
    number = re.search(r"GD-\d{4}-\d{4}-\d{4}", visitor.content())
    assert number
    walker.open("/me/")
    walker.look("me")
    assert number[0] in visitor.content() and person.name in visitor.content()
    walker.press("退出")
    walker.open("/me/")
    assert "/login/" in visitor.url
    walker.look("login")
    walker.fill({"document_number": person.document_number.lower(), "password": person.password})
    walker.press("登录")
    assert visitor.url.endswith("/me/") and number[0] in visitor.content()
