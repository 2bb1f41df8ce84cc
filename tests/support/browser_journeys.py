"""What browser journeys share: pages that are inspected on the way, and people who have been collected."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from people.browsers import Screen
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person
from people.walker import Look

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(os.environ["JOURNEY_PICTURES"]) if os.environ.get("JOURNEY_PICTURES") else None
WIDTH = int(os.environ.get("JOURNEY_WIDTH", "360"))
CHOSEN = Screen(WIDTH, 760)
# What axe judges a page by, but for the words in it: every element with what it is, is called and refers to.
STRUCTURE = """() => [...document.querySelectorAll('*')].map(element => element.tagName + [...element.attributes]
    .filter(({name}) => !['value', 'href', 'src', 'srcset', 'action', 'content', 'nonce'].includes(name))
    .map(({name, value}) => `${name}=${value}`).join()).join('\\n')"""
_judged: set[tuple[int, str]] = set()  # widths and structures that axe has seen in this run


def inspected(page: Page, look: Look, scripted: bool) -> Look:
    """Every page is looked at: a title, one main heading, no sideways scroll, and nothing axe objects to.

    Axe takes half a second, so a page of the same elements as one it has seen at this width is not shown to it again.
    """

    def inspect(name: str) -> None:
        look(name)
        expect(page).to_have_title(re.compile("."))  # waits for a page that is still coming
        if not scripted:
            return
        assert page.locator("h1").count() == 1, name
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{name} scrolls sideways: {width}"
        structure = (width[1], page.evaluate(STRUCTURE))
        if structure in _judged:
            return
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert found == [], (name, [(one["id"], one["nodes"][0]["html"]) for one in found])
        _judged.add(structure)

    return inspect


def collected(stack: Stack, page: Page, person: Person) -> None:
    """The person has a record, and sits at ``page`` signed in."""
    with HttpVisitor(stack.platform) as inside:
        inside.register(person)
        inside.collect(person)
        at_page(page, inside, stack)


def registered(stack: Stack, page: Page, person: Person) -> None:
    """The person has registered, and sits at ``page`` signed in."""
    with HttpVisitor(stack.platform) as inside:
        inside.register(person)
        at_page(page, inside, stack)


def submitted(stack: Stack, page: Page, person: Person) -> None:
    """The person has submitted, whatever came of it, and sits at ``page`` signed in."""
    with HttpVisitor(stack.platform) as inside:
        inside.register(person)
        inside.submit(person)
        at_page(page, inside, stack)


def at_page(page: Page, inside: HttpVisitor, stack: Stack) -> None:
    """Who was driven by ``inside`` sits at ``page``, signed in."""
    page.context.add_cookies(
        [
            {"name": cookie.name, "value": str(cookie.value), "url": stack.platform}
            for cookie in inside.client.cookies.jar
        ]
    )
