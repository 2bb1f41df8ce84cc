"""The page stands where the person was: after a press, what comes next is in the window, focused, and said there."""

from playwright.sync_api import Locator, Page, expect

from people.browsers import Screen

SMALL_PHONE = Screen(390, 844)

_PLACE = """element => {
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, Math.min(box.bottom, innerHeight) - 3);
    return [box.top, box.bottom, innerHeight, Boolean(at) && (element.contains(at) || at.contains(element))];
}"""
_FOCUSED = "selector => document.activeElement && document.activeElement.matches(selector)"


def mark_page(page: Page) -> None:
    """Remember the document that stands there now: ``is_same_page`` says whether it has been left since."""
    page.evaluate("window.stoodHere = true")


def is_same_page(page: Page) -> bool:
    """Whether nothing was loaded anew since ``mark_page``."""
    return bool(page.evaluate("window.stoodHere === true"))


def assert_next(page: Page, focused: str, said: str) -> None:
    """The element ``focused`` has the focus and lies in the window, and so do the words ``said``, for all to see.

    A list longer than the window begins in its upper half.
    """
    page.wait_for_function(_FOCUSED, arg=focused)
    assert _is_in_window(page.locator(focused).first), focused
    words = page.locator("#main").get_by_text(said)
    expect(words.first).to_be_visible()
    assert any(_is_in_window(one) for one in words.all()), said


def _is_in_window(element: Locator) -> bool:
    top, bottom, height, is_on_top = element.evaluate(_PLACE)
    if top < height / 2 < bottom - top:  # a long list begins in the upper half
        return bool(top >= 0)
    return bool(top >= 0 and bottom <= height and is_on_top)
