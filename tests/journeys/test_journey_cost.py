"""What a journey costs is counted by walking it (``bench/journey_cost.py``): the walk leads to the end, and adds up."""

import contextlib
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.journey_cost import GOAL, PHONE, figures, walk, wants_of
from bench.support.journeys import Cost, Journey, Stuck
from people.browsers import opened_page
from people.houses.stack import Stack


@pytest.mark.timeout(240)
def test_an_accounting_post_with_one_title_is_walked_and_counted(stack: Stack, browser: Browser) -> None:
    found = walk(browser, stack.platform, "accounting", seed=secrets.token_hex(4))
    asked = {control for _, control, answers, *_ in found["controls"] if answers}
    assert {"works_in_accounting", "sms_code", "truthful", "photo", "employer_name", "full_time_school"} <= asked
    assert not asked & {"employer_uscc", "employer_address", "employer_phone"}  # filled by the search
    assert found["answers"] == sum(answers for _, _, answers, *_ in found["controls"])


def test_sums_are_of_the_controls() -> None:
    found = figures([Cost("/a/", "name", 1, 1, 2, 844), Cost("/a/", "下一步", 0, 1, 0, 422)], 3)
    assert {name: found[name] for name in ("answers", "taps", "keys", "loads", "screens")} == {
        "answers": 1,
        "taps": 2,
        "keys": 2,
        "loads": 3,
        "screens": 1.5,
    }
    assert GOAL.keys() <= found.keys()


@contextlib.contextmanager
def shown(browser: Browser, html: str) -> Iterator[Page]:
    with contextlib.contextmanager(opened_page)(browser, **PHONE) as page:
        page.set_content(f'<meta name="viewport" content="width=device-width"><main><form>{html}</form></main>')
        yield page


def journey(page: Page) -> Journey:
    return Journey(page, "http://127.0.0.1", wants_of("accounting", "1"))


def test_the_way_to_a_control_is_the_distance_that_shows_it(browser: Browser) -> None:
    html = (
        '<p style="height:2000px"></p><button style="height:50px;display:block">下一步</button><p style="height:900px">'
    )
    with shown(browser, html) as page:
        top = page.locator("button").evaluate("button => button.getBoundingClientRect().bottom")
        assert journey(page)._reach(page.locator("button")) == pytest.approx(top - 844, abs=2)
        assert journey(page)._reach(page.locator("button")) == 0


def test_a_personal_fact_that_comes_filled_in_stops_the_walk(browser: Browser) -> None:
    with (
        shown(browser, '<select name="ethnic_group"><option value="01">汉族</option></select>') as page,
        pytest.raises(Stuck, match="ethnic"),
    ):
        journey(page)._fill()


def test_a_refusal_stops_the_walk_with_its_words(browser: Browser) -> None:
    with shown(browser, '<div id="error-summary">请填写姓名</div>') as page, pytest.raises(Stuck, match="请填写姓名"):
        journey(page)._fill()
