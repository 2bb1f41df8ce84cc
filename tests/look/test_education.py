"""学历信息 in a real browser with its script: what is asked follows the level, the second half its box (ADR 0077)."""

import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Locator, Page, Route, expect

from kuaiji.accountants.enums import SectionSlug
from kuaiji.collection.models import Draft, StepAnswers
from people.browsers import PHONE
from people.factories import DraftFactory
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import AXE, PICTURES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("template"),
]  # preparing the house collects the static files
SITE = "http://localhost"
EDUCATION = "/collection/education/"
Saved = Callable[[], dict[str, object]]


class Step:
    """The step in a browser. What the platform in this process answers is asked for between the acts of the page, since
    the page's own requests are answered in another context, which has another connection to the database."""

    def __init__(self, page: Page, draft: Draft) -> None:
        self.page, self.client, self.html = page, Client(), b""
        self.sent: list[tuple[bytes, str]] = []
        self.client.force_login(draft.user)
        self.walker = Walker(page, SITE, pictures_in(PICTURES, page, "education"))
        page.route(f"{SITE}/**", self._answer)
        self.open()

    def open(self) -> None:
        answered = self.client.get(EDUCATION)
        assert answered.status_code == 200
        self.html, self.headers = answered.content, dict(answered.items())
        self.page.goto(SITE + EDUCATION)

    def save(self) -> None:
        """Press the button, and have the platform take what was sent."""
        self.walker.press("保存，下一步")
        body, kind = self.sent.pop()
        assert self.client.post(EDUCATION, body, content_type=kind).status_code == 302

    def _answer(self, route: Route) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = Path(finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))) or "")
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0] or "")
            return
        if not request.is_navigation_request():
            route.fulfill(status=503)  # what is typed is kept by the way, which is not looked at here
            return
        if request.method == "POST":
            self.sent.append((request.post_data_buffer or b"", request.headers["content-type"]))
        headers = {name: value for name, value in self.headers.items() if name != "Content-Length"}
        route.fulfill(body=self.html, headers=headers)


@pytest.fixture
def draft() -> Draft:
    made: Draft = DraftFactory.create(until=SectionSlug.EDUCATION)
    return made


@pytest.fixture
def saved(draft: Draft) -> Saved:
    def read() -> dict[str, object]:
        row = StepAnswers.objects.select_related("person_key").get(draft=draft, step="education")
        answers: dict[str, object] = row.data
        return answers

    return read


@pytest.fixture
def step(page: Page, draft: Draft) -> Step:
    """Somebody at the step, which nobody has filled in."""
    return Step(page, draft)


def levels(page: Page) -> tuple[Locator, Locator]:
    """The two lists that stand in place of the full-time level."""
    first, second = page.locator('[name="full_time_level"]').locator("xpath=preceding-sibling::div[1]/select").all()
    return first, second


def lines(page: Page, name: str) -> list[str]:
    return page.locator(f'[name="{name}"] option').all_text_contents()


@pytest.mark.parametrize("page", [PHONE._replace(width=390, height=844)], indirect=True)
def test_what_is_asked_fits_two_screens_and_grows_by_the_answers(step: Step, page: Page) -> None:
    step.walker.look("empty")
    first, second = levels(page)
    assert first.locator("option").all_text_contents()[:5] == [
        "请选择",
        "博士研究生",
        "硕士研究生",
        "研究生班",
        "大学本科",
    ]
    assert first.locator("option").count() == 1 + 9
    expect(second).to_be_hidden()
    for name in ("full_time_degree", "full_time_second_degree", "part_time_level", "part_time_school"):
        expect(page.locator(f'[name="{name}"]')).to_be_hidden()
    button = page.locator("form .k-actions .btn-primary").evaluate("b => b.getBoundingClientRect().bottom + scrollY")
    assert button <= 2 * 844
    first.select_option(label="中专、职高、技校")
    expect(second).to_be_visible()
    assert second.locator("option").count() == 1 + 3
    expect(page.locator('[name="full_time_degree"]')).to_be_hidden()
    expect(page.locator('[name="full_time_major"]')).to_be_visible()
    first.select_option(label="高中")
    expect(page.locator('[name="full_time_major"]')).to_be_hidden()
    first.select_option(label="大学本科")
    expect(page.locator('[name="full_time_degree"]')).to_be_visible()
    page.locator('[name="has_part_time"]').check()
    expect(page.locator('[name="part_time_school"]')).to_be_visible()
    step.walker.look("whole")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_degrees_are_those_of_the_level_and_the_others_one_line_away(step: Step, page: Page) -> None:
    first, _ = levels(page)
    degree = page.locator('[name="full_time_degree"]')
    for title, own in (("大学本科", "学士"), ("研究生班", "学士"), ("硕士研究生", "硕士"), ("博士研究生", "博士")):
        first.select_option(label=title)
        offered = lines(page, "full_time_degree")
        assert offered[:2] == ["请选择", "无学位"] and offered[-1] == "其他学位…"
        assert all(own in name for name in offered[2:-1]) and len(offered) > 10
        assert degree.input_value() == ""
    degree.select_option(label="其他学位…")
    assert degree.input_value() == "" and len(lines(page, "full_time_degree")) == 1 + 57
    degree.select_option(label="经济学硕士学位")
    first.select_option(label="大学本科")
    assert degree.input_value() == "302"  # a degree that was chosen is not taken away


def test_what_is_put_away_is_not_sent(step: Step, page: Page, saved: Saved) -> None:
    fields = {"full_time_level": "21", "full_time_degree": "412", "full_time_school": "岭南示例大学"}
    step.walker.fill(fields | {"full_time_major": "会计学", "full_time_graduated_on": "201207"})
    step.walker.fill({"full_time_second_degree": "on", "has_part_time": "on", "part_time_school": "南粤示例开放大学"})
    step.walker.fill({"full_time_level": "61"})
    page.locator('[name="has_part_time"]').uncheck()
    step.save()
    answers = saved()
    assert (answers["full_time_level"], answers["full_time_degree"], answers["full_time_major"]) == ("61", "0", "")
    assert answers["full_time_second_degree"] is False and answers["part_time_school"] == ""
    assert (answers["full_time_graduated_on"], answers["full_time_graduated_on_precision"]) == ("2012-07-31", "month")


def test_the_second_half_comes_back_and_goes_with_its_box(step: Step, page: Page, saved: Saved) -> None:
    step.walker.fill({"full_time_level": "31", "full_time_school": "岭南示例学院", "full_time_major": "会计学"})
    step.walker.fill({"full_time_graduated_on": "2012年7月", "has_part_time": "on", "part_time_level": "21"})
    step.walker.fill({"part_time_degree": "0", "part_time_school": "南粤示例开放大学", "part_time_major": "会计学"})
    step.walker.fill({"part_time_graduated_on": "2018/7"})
    step.save()
    assert saved()["part_time_level"] == "21"
    step.open()
    expect(page.locator('[name="part_time_school"]')).to_have_value("南粤示例开放大学")
    expect(page.locator('[name="part_time_degree"]')).to_have_value("0")
    assert page.locator('[name="full_time_graduated_on"]').input_value() == "2012年7月"
    page.locator('[name="has_part_time"]').uncheck()
    expect(page.locator('[name="part_time_school"]')).to_be_hidden()
    step.save()
    assert saved()["part_time_level"] == "" and saved()["part_time_graduated_on"] is None
