"""A visitor without script: opens pages, fills in the forms as they stand, and keeps every answer."""

import datetime as dt
import hashlib
import html.parser
import json
import re
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from prove.support.walk import normal

Fields = dict[str, str]
Files = dict[str, tuple[str, bytes, str]]

AGENT = "Mozilla/5.0 (X11; Linux x86_64) kuaiji-pages"
HEADERS = ("location", "content-type", "content-security-policy", "cache-control", "content-disposition", "allow")
DIGEST = 15  # short enough not to be taken for a token
PATIENCE, CODE_PATIENCE = 120.0, 90.0  # seconds; a phone gets one code a minute
STATIC = re.compile(r"/static/[^\"' )]+\.(?:css|js|svg|png|ico|webp|woff2)")
TEXT = ("text/", "application/json", "application/javascript", "image/svg")


class Stuck(Exception):
    """A page did not come to what it should have; says which one and what it showed."""


class Kept:
    """The folder of the answers of one run: a file each, named as the state is. Safe for several threads."""

    def __init__(self, folder: Path, names: Mapping[str, str]) -> None:
        self.folder, self.names, self.today = folder, dict(names), dt.date.today()  # noqa: DTZ011
        self.static: set[tuple[str, str]] = set()
        self._lock, self._taken = threading.Lock(), set[str]()
        folder.mkdir(parents=True)

    def answer(self, name: str, response: httpx.Response) -> None:
        """Keep an answer of a platform under ``name``, which no other may have."""
        request = response.request
        lines = [f"{request.method} {request.url.raw_path.decode()}", f"status {response.status_code}"]
        lines += [f"{header}: {response.headers[header]}" for header in HEADERS if header in response.headers]
        body = self.text_of(response)
        self.write(name, normal.normal("\n".join([*lines, "", body]), today=self.today, names=self.names))
        with self._lock:
            root = str(request.url.copy_with(raw_path=b"/"))
            self.static |= {(root, path) for path in STATIC.findall(body)}

    def write(self, name: str, text: str) -> None:
        """Keep text under ``name``. Raises Stuck where the name is taken."""
        with self._lock:
            if name in self._taken:
                raise Stuck(f"{name} is kept twice")
            self._taken.add(name)
        (self.folder / f"{name}.txt").write_text(text, "utf-8")

    @staticmethod
    def text_of(response: httpx.Response) -> str:
        """The body as text: JSON line by line, a print by its words, a picture by its digest."""
        kind = response.headers.get("content-type", "")
        if kind.startswith("application/json"):
            text = json.dumps(response.json(), ensure_ascii=False, indent=1, sort_keys=True)
            return re.sub(r'"[A-Za-z0-9+/=]{400,}"', '"«picture»"', text)
        if kind.startswith("application/pdf"):
            command = ["pdftotext", "-layout", "-", "-"]
            return subprocess.run(command, input=response.content, capture_output=True, check=True).stdout.decode()
        if kind.startswith(TEXT) or not response.content:
            return response.text
        return f"{len(response.content)} bytes, digest {hashlib.sha256(response.content).hexdigest()[:DIGEST]}"


class Form:
    """What a form of a page sends if nobody touches it; ``hidden`` is what nobody can touch."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: Fields = {}
        self.hidden: Fields = {}


class _Forms(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._templates, self._select, self._area = 0, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._templates += 1
        elif tag == "form":
            self.forms.append(Form(given.get("action", "") if given.get("method", "").lower() == "post" else "(get)"))
        elif not self._templates and self.forms:
            self._control(tag, given)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
            form.values.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in given:
            form.values[self._select] = value
        elif tag == "textarea":
            self._area = name
            form.values[name] = ""
        elif tag == "input" and name and given.get("type") not in ("file", "submit", "button"):
            if given.get("type") in ("checkbox", "radio"):
                if "checked" in given:
                    form.values[name] = value or "on"
                return
            form.values[name] = value
            if given.get("type") == "hidden":
                form.hidden[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data.removeprefix("\n")


def forms_of(page: str) -> list[Form]:
    """The forms of a page that are posted."""
    parser = _Forms()
    parser.feed(page)
    return [form for form in parser.forms if form.action != "(get)"]


class Visitor:
    """One browser at one platform. ``part`` begins the names of what it keeps."""

    def __init__(self, kept: Kept, base: str, part: str) -> None:
        self.kept, self.base, self.part = kept, base, part
        headers = {"User-Agent": AGENT, "Accept-Language": "zh-CN"}
        self.client = httpx.Client(base_url=base, timeout=90, trust_env=False, headers=headers)

    def open(self, path: str, name: str = "", **headers: str) -> str:
        """The page at ``path`` after redirects; with a ``name`` its answer is kept, and the page it leads to."""
        return self._follow(self.client.get(path, headers=headers), name).text

    def form(self, path: str, at: str = "", *, blank: bool = False) -> Fields:
        """What the form of ``at`` (else of ``path``) that goes to ``path`` would send; ``blank``: untouched by hand."""
        answer = self._follow(self.client.get(at or path), "")
        plain = path.partition("?")[0]
        found = [form for form in forms_of(answer.text) if form.action.partition("?")[0] in ("", plain)]
        if not found:
            raise Stuck(f"{self.part}: {at or path} ({answer.status_code}) has no form for {path}")
        return {name: value for form in found for name, value in (form.hidden if blank else form.values).items()}

    def post(self, path: str, data: Fields, name: str = "", files: Files | None = None) -> httpx.Response:
        """Send exactly this."""
        return self._follow(self.client.post(path, data=data, files=files or None), name and f"{name}-sent")

    def send(
        self,
        path: str,
        fields: Fields,
        name: str = "",
        *,
        files: Files | None = None,
        at: str = "",
        blank: bool = False,
    ) -> httpx.Response:
        """Open the page, fill in ``fields`` over what stands there and send it; the page one ends at."""
        return self.post(path, self.form(path, at, blank=blank) | fields, name, files)

    def must(self, path: str, fields: Fields, name: str = "", *, files: Files | None = None, at: str = "") -> str:
        """As ``send``; raises Stuck unless it led on to a page that is there."""
        answer = self.send(path, fields, name, files=files, at=at)
        if not answer.history or answer.status_code != 200:
            raise Stuck(f"{self.part}: POST {path}: {answer.status_code} {faults(answer.text)}")
        return answer.text

    def wait(self, path: str, words: str, name: str = "") -> str:
        """Look again until the page says ``words``, for reviews take seconds; then keep it."""
        deadline = time.monotonic() + PATIENCE
        while words not in (page := self.open(path)):
            if time.monotonic() > deadline:
                raise Stuck(f"{self.part}: {path} never says {words}")
            time.sleep(0.4)
        return self.open(path, name) if name else page

    def ask_code(self, path: str, fields: Fields, phone: str, name: str = "", *, at: str = "") -> str:
        """Press 获取短信验证码, again while it is too soon after the last code; the code that came."""
        before, deadline = self.messages(phone), time.monotonic() + CODE_PATIENCE
        data = self.form(path, at) | fields | {"action": "send_code"}
        while "太频繁" in (answer := self.client.post(path, data=data)).text and time.monotonic() < deadline:
            time.sleep(1)
        landed = self._follow(answer, name and f"{name}-sent")
        if not landed.history:
            raise Stuck(f"{self.part}: {path} sent no code: {answer.status_code} {faults(answer.text)}")
        while time.monotonic() < deadline + 30:
            fresh = [text for text in self.messages(phone) if text not in before]
            for text in fresh:
                if code := re.match(r"\d{6}", text):
                    return code[0]
            time.sleep(0.2)
        raise Stuck(f"{self.part}: no message came")

    def messages(self, phone: str) -> list[str]:
        """What the demo's inbox has for a phone, the newest first."""
        return [one["text"] for one in self.client.get("/demo/sms.json", params={"phone": phone}).json()]

    def _follow(self, answer: httpx.Response, name: str) -> httpx.Response:
        if name:
            self.kept.answer(f"{self.part}-{name}", answer)
        passed = []
        while answer.next_request is not None:
            passed.append(answer)
            answer = self.client.send(answer.next_request)
        if passed and name:
            self.kept.answer(f"{self.part}-{name}-then", answer)
        answer.history = passed
        return answer


def faults(page: str) -> str:
    """The words of the error summary."""
    found = re.search(r'id="error-summary".*?</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0])[:300] if found else "no error summary"
