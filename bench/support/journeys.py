"""Walks a person through the pages in a browser as the pages ask, and counts what it costs."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from people.http_visitor import HttpVisitor
from people.persons import Files

SCREEN = 844
TO_READ = ("/collection/notice/", "/collection/review/")
DONE = "/collection/done/"
PERSONAL = frozenset(
    {
        *("works_in_accounting", "holds_qualification", "ethnic_group", "political_status", "email"),
        *("gender", "birth_date", "country", "full_time_level", "full_time_school", "full_time_major"),
        *("employment_status", "accounting_post", "accounting_admin_post", "accounting_technical_post"),
    }
)
CHOSEN_FOR_MOST = frozenset({"document_type", "abacus_level"})  # a list that begins at what most people have
PAGE = (Path(__file__).parent / "journey.js").read_text(encoding="utf-8")
MOST_PAGES = 60


class Stuck(Exception):
    """A page refused what a person typed, or nothing on it leads on; says where and in which words."""


@dataclasses.dataclass(slots=True)
class Cost:
    """What one control took: on which page, taps, keys pressed, pixels scrolled to it; ``answers`` is 0 of a button."""

    page: str
    control: str
    answers: int
    taps: int
    keys: int
    scrolled: int


@dataclasses.dataclass(frozen=True, slots=True)
class Wants:
    """What somebody would say: by name of the field, files by name; names of fields that a search answers."""

    fields: Mapping[str, str]
    files: Files
    search: str  # what is typed into a search; its only result is taken. Empty: nothing is looked up


class Journey:
    """One person at ``page`` on the platform at ``address``."""

    def __init__(self, page: Page, address: str, wants: Wants) -> None:
        self.page, self.address, self.wants = page, address, wants
        self.costs: list[Cost] = []
        self.loads = 0
        self.answered: set[str] = set()
        page.on("domcontentloaded", self._loaded)

    def walk(self) -> None:
        """From the home page to 信息已采集. Raises Stuck."""
        self.page.goto(self.address + "/")
        self.loads = 0
        self._press(self.page.locator('main a[href="/register/"]:visible').first)
        for _ in range(MOST_PAGES):
            if self.path == DONE:
                return
            self.answered = set()
            self._fill()
            self._go_on()
        raise Stuck(f"{self.path}: {MOST_PAGES} pages and not done")

    @property
    def path(self) -> str:
        """Where the person is."""
        return urlsplit(self.page.url).path

    def _loaded(self, _: Page) -> None:
        self.loads += 1

    # ── what is asked ──

    def _fill(self) -> None:
        faults = self.page.locator("#error-summary:visible")
        if faults.count():
            raise Stuck(f"{self.path}: {faults.first.inner_text()}")
        while control := self._next():
            self.answered.add(control["name"])
            self._answer(control)
        self._open_rows()

    def _next(self) -> dict[str, Any] | None:
        """The first control on the page that wants an answer other than what it has."""
        for control in self._run("controls"):
            name, value = control["name"], control["value"]
            wanted = "file" if name in self.wants.files else self.wants.fields.get(name, "")
            if name in self.answered or not wanted:
                continue
            if value and name in PERSONAL:
                raise Stuck(f"{self.path}: {name} is a personal fact and comes filled in")
            if value == wanted or (value and name not in CHOSEN_FOR_MOST):
                continue  # filled by the search
            return dict(control)
        return None

    def _open_rows(self) -> None:
        """Press 新增 where the person has a row and none is open."""
        for name in self.wants.fields:
            prefix, _, rest = name.partition("-0-")
            add = self.page.locator(f'button[value="add-{prefix}"]:visible')
            if rest and add.count() and not self.page.locator(f'[name^="{prefix}-0-"]:visible').count():
                self._count(f"add-{prefix}", taps=1, scrolled=self._reach(add))
                add.click()
                return self._fill()
        return None

    def _answer(self, control: dict[str, Any]) -> None:
        name, kind = control["name"], control["kind"]
        if name == "sms_code":
            return self._type_code()
        value = self.wants.fields.get(name, "")
        found = self.page.locator(f'[name="{name}"]')
        if kind == "radio":
            found = found.and_(self.page.locator(f'[value="{value}"]'))
        if kind == "region":
            return self._choose_region(name, found, value)
        if kind == "searchable":
            return self._choose_line(name, found, value)
        scrolled = self._reach(found)
        if kind in ("radio", "checkbox"):
            found.check()
            self._count(name, answers=1, taps=1, scrolled=scrolled)
        elif kind == "list":
            found.select_option(value)
            self._count(name, answers=1, taps=2, scrolled=scrolled)
        elif kind == "file":
            file_name, data, media = self.wants.files[name]
            found.set_input_files({"name": file_name, "mimeType": media, "buffer": data})
            self._count(name, answers=1, taps=2, scrolled=scrolled)
        elif kind == "search" and self.wants.search:
            self._search(name, found, scrolled)
        else:
            found.click()
            self.page.keyboard.type(value)
            if kind == "search":
                self.page.wait_for_timeout(1000)  # what was not found is to be typed below: those fields open
            self._count(name, answers=1, taps=1, keys=len(value), scrolled=scrolled)
        return None

    def _search(self, name: str, found: Locator, scrolled: int) -> None:
        found.click()
        self.page.keyboard.type(self.wants.search)
        option = self.page.locator(".k-options li:visible").first
        option.wait_for()
        scrolled += self._reach(option)
        option.click()
        self._count(name, answers=1, taps=2, keys=len(self.wants.search), scrolled=scrolled)

    def _choose_line(self, name: str, select: Locator, value: str) -> None:
        """The script shows a field in place of a long list: it opens all lines, and a part of one may be typed."""
        words = select.locator(f'option[value="{value}"]').text_content() or ""
        box = select.locator("xpath=preceding-sibling::div[1]")
        scrolled = self._reach(box.locator("input"))
        box.locator("input").click()
        box.get_by_role("option", name=words, exact=True).click()
        self._count(name, answers=1, taps=2, scrolled=scrolled)

    def _choose_region(self, name: str, select: Locator, value: str) -> None:
        """The script shows two lists in place of one: the city, then what lies in it."""
        option = select.locator(f'option[value="{value}"]')
        city = option.evaluate("o => o.parentNode.tagName === 'OPTGROUP' ? o.parentNode.label : o.textContent")
        first, second = select.locator("xpath=preceding-sibling::div[1]/select").all()
        scrolled, taps = self._reach(first), 2
        first.select_option(label=city)
        if second.is_visible():
            scrolled, taps = scrolled + self._reach(second), 4
            second.select_option(label=option.text_content() or "")
        self._count(name, answers=1, taps=taps, scrolled=scrolled)

    def _type_code(self) -> None:
        ask = self.page.locator('button[value="send_code"]:visible')
        scrolled = self._reach(ask)
        ask.click()
        self._count("send_code", taps=1, scrolled=scrolled)
        with HttpVisitor(self.address) as inbox:
            code = inbox.code_for(self.wants.fields["phone"])
        self.page.wait_for_timeout(800)  # the page that answers, or the script that says so
        field = self.page.locator('[name="sms_code"]')
        scrolled = self._reach(field)
        field.click()
        self.page.keyboard.type(code)
        self._count("sms_code", answers=1, taps=1, keys=len(code), scrolled=scrolled)

    # ── what leads on ──

    def _go_on(self) -> None:
        buttons = self.page.locator("main :is(a, button).btn-primary:visible")
        if not buttons.count():
            raise Stuck(f"{self.path}: no main button")
        read = 0
        if self.path in TO_READ:
            sheet = self.page.locator("main .k-card").last
            read = self._run("reach", {"element": sheet.element_handle(), "end": True})
        self._press(buttons.last, read)

    def _press(self, button: Locator, read: int = 0) -> None:
        name, page = button.inner_text().strip(), self.path
        scrolled = read + self._reach(button)
        with self.page.expect_navigation():
            button.click()
        self._count(name, taps=1, scrolled=scrolled, page=page)

    def _reach(self, element: Locator) -> int:
        return int(self._run("reach", {"element": element.element_handle(), "end": False}))

    def _run(self, function: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"argument => ({PAGE}).{function}(argument)", argument)

    def _count(
        self, control: str, *, answers: int = 0, taps: int, keys: int = 0, scrolled: int, page: str | None = None
    ) -> None:
        self.costs.append(Cost(page or self.path, control, answers, taps, keys, scrolled))
