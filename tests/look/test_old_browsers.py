"""Scripts and styles are read by Chromium 86, which 360 极速浏览器 still is on many machines in offices.

A parser that knows the editions of the language says so (acorn, in the browser of the tests); of what came later than
86 into style sheets and objects, what a page would break without is named here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from people import browsers

ROOT = Path(__file__).resolve().parents[2]
ACORN = (ROOT / "tests/vendor/acorn.js").read_text("utf-8")
SCRIPTS = sorted((ROOT / "src").rglob("static/**/*.js"))
STYLES = sorted((ROOT / "src").rglob("static/**/*.css"))
EDITION = 2020
PARSE = """([text, edition]) => {
  try { acorn.parse(text, { ecmaVersion: edition, sourceType: 'module' }); } catch (fault) { return fault.message; }
  return '';
}"""
LATER_NAMES = re.compile(
    r"\.(?:at|findLast|findLastIndex|hasOwn|toSorted|toReversed|checkVisibility|roundRect|showPicker)\("
    r"|\b(?:structuredClone|crypto\.randomUUID|AbortSignal\.(?:timeout|any)|Array\.fromAsync|Promise\.withResolvers)\b"
    r"|\bnew CSSStyleSheet\b|\bscrollend\b"
)
LATER_PROPERTIES = re.compile(r"(?:^|[;{\s])((?:margin|padding|border)-(?:inline|block)|inset(?:-\w+)*)\s*:")
LATER_SELECTORS = re.compile(r":(?:is|where|user-invalid|modal)\(?")


@pytest.fixture(scope="module")
def parser(browser: Browser) -> Iterator[Page]:
    for page in browsers.opened_page(browser):
        page.evaluate(ACORN)
        yield page


def faults_of(parser: Page, text: str) -> str:
    """What a parser of the edition says against ``text``; empty of what it reads."""
    fault: str = parser.evaluate(PARSE, [text, EDITION])
    return fault


def rules_of(css: str) -> list[tuple[str, str]]:
    """Selectors and declarations of every rule."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return [(selector.strip(), body) for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare)]


def split(selectors: str) -> list[str]:
    """A list of selectors, its commas inside brackets left alone."""
    return re.split(r",(?![^(]*\))", selectors)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_read_by_chromium_86(parser: Page, script: Path) -> None:
    text = script.read_text("utf-8")
    assert faults_of(parser, text) == ""
    assert LATER_NAMES.findall(text) == []


@pytest.mark.parametrize(
    "text", ["a ??= 1", "await 1", "class A { static { } }", "/[a]/v", "class A { #b; c() { return #b in this } }"]
)
def test_what_came_later_is_refused(parser: Page, text: str) -> None:
    assert faults_of(parser, text)


def test_the_scripts_are_found_and_what_was_there_is_read(parser: Page) -> None:
    assert {"app.js", "employer.js"} <= {path.name for path in SCRIPTS}
    assert faults_of(parser, "const a = b?.c ?? 1; import('./d.js')") == ""


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_no_style_stands_on_what_came_later(style: Path) -> None:
    for selectors, body in rules_of(style.read_text("utf-8")):
        assert LATER_PROPERTIES.findall(body) == [], selectors
        assert not [one for one in split(selectors) if ":has(" not in one and LATER_SELECTORS.search(one)], selectors
        with_has = [":has(" in one for one in split(selectors)]
        assert all(with_has) or not any(with_has), f"{selectors}: without :has the other selectors would be lost too"
