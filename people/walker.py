"""A person in front of a browser: reads the page, fills in what it asks, presses the button."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from people.http_visitor import HttpVisitor
from people.persons import Fields, Files, Person
from people.photo_receipts import beside, receipt_for

Look = Callable[[str], None]
CODE = "photo_receipt_code"


class Walker:
    """Drives ``page`` on the platform at ``address``; ``look`` is called with a name at every page worth looking at."""

    def __init__(self, page: Page, address: str, look: Look) -> None:
        self.page = page
        self.address = address
        self.look = look

    def open(self, path: str) -> None:
        """Type an address of the platform."""
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """Press the visible button and wait for the page that comes, or for what comes into this one."""
        self.press_on(self.page.get_by_role("button", name=name, exact=True).last)

    def press_on(self, button: Locator) -> None:
        """The same of a button that is found by something else than its name."""
        if button.evaluate("button => 'stay' in button.dataset && 'stays' in document.documentElement.dataset"):
            shown = self.page.locator("#main").element_handle()
            button.click()
            self.page.wait_for_function("main => !main.isConnected", arg=shown)
        else:
            with self.page.expect_navigation():
                button.click()

    def fill(self, fields: Fields, files: Files | None = None) -> None:
        """Put values into the fields that the page shows; what it does not ask is skipped, a photo it fetches too."""
        for name, value in with_titles(fields).items():
            if name.endswith("_FORMS"):
                continue
            control = self.page.locator(f'[name="{name}"]')
            if control.count():
                self._put(control, value)
        for name, (file_name, data, kind) in (files or {}).items():
            picture = {"name": file_name, "mimeType": kind, "buffer": data}
            if name != "photo" or not self.page.locator(f'[name="{CODE}"]').count():
                self.page.locator(f'input[name="{name}"]').set_input_files(picture)  # type: ignore[arg-type]

    def add_rows(self, fields: Fields) -> None:
        """Press 新增 until there are as many rows as ``fields`` hold."""
        for name, total in fields.items():
            if match := re.fullmatch(r"(\w+)-TOTAL_FORMS", name):
                rows = self.page.locator(f'[name^="{match[1]}-"].k-input:not(template *)')
                begun = self.page.locator(f'[data-formset="{match[1]}"] > .k-row').count()
                for _ in range(int(total) - begun):
                    before = rows.count()
                    self.page.locator(f'button[value="add-{match[1]}"]').click()
                    self.page.wait_for_function(
                        "([s, n]) => document.querySelectorAll(s).length > n",
                        arg=[f'[name^="{match[1]}-"].k-input', before],
                    )

    def register(self, person: Person) -> None:
        """From the home page to being signed in."""
        self.open("/")
        self.look("home")
        with self.page.expect_navigation():
            self.page.locator("main a[href='/register/']:visible").first.click()
        self.look("register")
        self.fill(person.questions)
        self.press("下一步")
        self.look("details")
        self.fill(person.details)
        self.press("获取短信验证码")
        self.look("code-sent")
        with HttpVisitor(self.address) as inbox:
            self.fill({"sms_code": inbox.code_for(person.phone)})
        self.press("注册")
        self.look("password")
        self.fill({"password1": person.password})
        self.press("完成注册")
        self.look("overview")

    def collect(self, person: Person) -> None:
        """From the notice to 信息已采集."""
        self.open("/collection/notice/")
        self.look("notice")
        self.fill({"truthful": "on"})
        self.press("下一步")
        for slug, fields in person.sections.items():
            self.look(f"{slug}-empty")
            if slug == "personal":
                self.press("保存，下一步")
                self.look("personal-refused")
            if slug == "employment":
                self.fill({"employment_status": person.status})
            self.add_rows(fields)
            self.fill(fields, person.files.get(slug))
            if self.page.locator(f'[name="{CODE}"]').count():
                self.fetch_photo(person)
            self.look(slug)
            self.press("保存，下一步")
        self.look("review")
        self.press("确认无误，提交")
        self.look("done")

    def fetch_photo(self, person: Person) -> None:
        """获取照片 (R6.1): a picture is taken at the stand-ins, its code typed; what else was typed stays."""
        self.fill({CODE: receipt_for(beside(self.address), person)})
        self.look("code-typed")
        self.press("获取照片")

    def change(self, slug: str, fields: Fields) -> None:
        """变更信息: one section of a record."""
        self.open(f"/changes/{slug}/")
        if "employment_status" in fields:
            self.fill({"employment_status": fields["employment_status"]})
        self.fill(fields)
        self.look(slug)
        self.press("保存")

    def _put(self, control: Locator, value: str) -> None:
        # What lies in a fold is looked for there.
        for fold in control.first.locator("xpath=ancestor::details[not(@open)]").all():
            fold.evaluate("fold => { fold.open = true }")
        kind = control.first.evaluate("control => control.type")
        if kind == "radio":
            control.and_(self.page.locator(f'[value="{value}"]')).check()
        elif kind == "checkbox":
            control.check()
        elif kind.startswith("select"):
            self._select(control, value)
        elif control.first.is_visible():
            control.first.fill(value)

    def _select(self, control: Locator, value: str) -> None:
        if control.is_visible():
            control.select_option(value)
        elif control.get_attribute("data-searchable") is not None:
            # One types a part of the line, and takes it from those that fit.
            words = control.locator(f'option[value="{value}"]').text_content() or ""
            box = control.locator("xpath=preceding-sibling::div[1]")
            box.locator("input").fill(words)
            box.get_by_role("option", name=words, exact=True).click()
        elif control.get_attribute("data-grouped") is not None:
            # The page's script shows two lists in its place: the city, then what lies in it.
            option = control.locator(f'option[value="{value}"]')
            label = option.inner_text()
            city = option.evaluate("o => o.parentNode.tagName === 'OPTGROUP' ? o.parentNode.label : o.textContent")
            first, second = control.locator("xpath=preceding-sibling::div[1]/select").all()
            first.select_option(label=city)
            if second.is_visible():
                second.select_option(label=label)


def with_titles(fields: Fields) -> Fields:
    """The same, with each title as the one choice that the page asks for."""
    rows = [match[1] for name in fields if (match := re.fullmatch(r"(qualifications-\d+)-category", name))]
    parts = ("category", "level", "method")
    return fields | {f"{row}-title": "-".join(fields[f"{row}-{part}"] for part in parts) for row in rows}


def pictures_in(folder: Path | None, page: Page, prefix: str) -> Look:
    """A ``look`` that keeps a picture of each page, numbered; keeps none without a folder."""
    count = 0

    def look(name: str) -> None:
        nonlocal count
        count += 1
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{prefix}-{count:02}-{name}.png", full_page=True)

    return look
