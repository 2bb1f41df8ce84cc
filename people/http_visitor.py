"""Drives the pages over HTTP as a browser without script would: read the form, send it, follow the redirect."""

import html.parser
import re
import time
from collections.abc import Collection
from typing import Self

import httpx

from people.persons import Fields, Files, Person
from people.photo_receipts import beside, receipt_for

SECTIONS = ("personal", "education", "employment", "professional", "awards")
RECEIPT_CODE = "photo_receipt_code"
CODE_SECONDS = 15.0


class Stuck(Exception):
    """A page refused what it should have taken; says which one and the faults it showed."""


class _Inputs(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: Fields = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.values[str(given["name"])] = given.get("value") or ""


def hidden_fields(page: str) -> Fields:
    """The hidden inputs of a page, the CSRF token among them."""
    parser = _Inputs()
    parser.feed(page)
    return {name: value for name, value in parser.values.items() if "__prefix__" not in name and "_FORMS" not in name}


def faults(page: str) -> str:
    """The words of the error summary."""
    found = re.search(r'id="error-summary".*?</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0])[:300] if found else "no error summary"


class HttpVisitor:
    """One person's browser: cookies, forms, redirects."""

    def __init__(self, base_url: str) -> None:
        self.client = httpx.Client(base_url=base_url, timeout=30, trust_env=False, verify=False)  # over http only

    def get(self, path: str) -> str:
        """The page at ``path`` after redirects; raises Stuck unless it is 200."""
        answer = self.client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            raise Stuck(f"GET {path}: {answer.status_code}")
        return answer.text

    def send(self, path: str, fields: Fields, files: Files | None = None) -> str:
        """Open ``path``, post its form with ``fields`` and ``files``; the address it leads to."""
        data = hidden_fields(self.get(path)) | fields
        answer = self.client.post(path, data=data, files=files or None)
        if answer.status_code not in (302, 303):
            raise Stuck(f"POST {path}: {answer.status_code} {faults(answer.text)}")
        return answer.headers["location"]

    def code_for(self, phone: str, *, after: Collection[str] = ()) -> str:
        """The code in the newest message of the demo inbox; with ``after``, the messages that had come before, in any
        that is newer."""
        deadline = time.monotonic() + CODE_SECONDS
        while time.monotonic() < deadline:
            found = self.messages(phone)
            fresh = [text for text in found if text not in after] if after else found[:1]
            if codes := [code for text in fresh if (code := re.match(r"\d{6}", text))]:
                return codes[0][0]
            time.sleep(0.1)
        raise Stuck("no message came")

    def is_told(self, phone: str, words: str) -> bool:
        """Does a message with these words come to this phone in time?"""
        deadline = time.monotonic() + CODE_SECONDS
        while not (told := any(words in text for text in self.messages(phone))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return told

    def messages(self, phone: str) -> list[str]:
        """What the demo inbox has for a phone, the newest first."""
        return [message["text"] for message in self.client.get("/demo/sms.json", params={"phone": phone}).json()]

    def register(self, person: Person) -> None:
        """From the two questions to being signed in."""
        answers = person.questions
        self.send("/register/", answers)
        self.send("/register/details/", person.details | {"action": "send_code"})
        code = self.code_for(person.phone)
        self.send("/register/details/", person.details | {"sms_code": code, "action": "register"})
        self.send("/register/password/", {"password1": person.password})

    def submit(self, person: Person) -> None:
        """All steps and the submission, wherever it leads."""
        self.send("/collection/notice/", {"truthful": "on"})
        for slug in SECTIONS:
            files = dict(person.files.get(slug, {}))
            if slug == "personal" and f'name="{RECEIPT_CODE}"' in self.get("/collection/personal/"):
                self.fetch_photo(person)
                del files["photo"]
            self.send(f"/collection/{slug}/", person.sections[slug], files)
        self.send("/collection/review/", {})

    def collect(self, person: Person) -> str:
        """All steps and the submission; the reference number."""
        self.submit(person)
        page = self.get("/collection/done/")
        number = re.search(r"[A-Z]{2}-\d{4}-\d{4}-\d{4}", page)
        if "信息已采集" not in page or not number:
            raise Stuck("the last page does not say 信息已采集")
        return number[0]

    def fetch_photo(self, person: Person) -> None:
        """获取照片 (R6.1), by a picture taken at the stand-ins."""
        path, code = "/collection/personal/", receipt_for(beside(str(self.client.base_url)), person)
        data = hidden_fields(self.get(path)) | {RECEIPT_CODE: code, "action": "fetch_photo"}
        answer = self.client.post(path, data=data)
        if answer.status_code != 200:
            raise Stuck(f"POST {path}: {answer.status_code} {faults(answer.text)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.client.close()
