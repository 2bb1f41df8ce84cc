"""Browsers at the last button of a house: they press, and press again as a person would when no answer comes."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kuaiji.house.ports import HOST

DONE = "/collection/done/"
REVIEW = "/collection/review/"
PATIENCE, PAUSE, LONGEST_WAIT = 240.0, 0.2, 30.0


@dataclass(frozen=True, slots=True)
class Browser:
    """The port of the platform, a person's cookies as they are sent, the token of the page's form, and who it is."""

    port: int
    cookies: str
    token: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back at last, and how often it had been asked for."""

    status: int
    location: str
    text: str
    sends: int


@dataclass(frozen=True, slots=True)
class Submission:
    """How a person's submission looked from outside; ``number`` is empty when no reference number was shown."""

    user: str
    answer: Answer
    number: str

    @property
    def acknowledged(self) -> bool:
        """Was the person told that it is done?"""
        return self.answer.location == DONE


def submit(browser: Browser) -> Submission:
    """Press 确认无误，提交 until an answer comes, then read the last page."""
    answer = press(browser, REVIEW)
    page = _insist(browser, "GET", DONE, "").text if answer.location == DONE else ""
    number = re.search(r"[A-Z]{2}-\d{4}-\d{4}-\d{4}", page)
    return Submission(browser.user, answer, number[0] if number and "信息已采集" in page else "")


def press(browser: Browser, path: str, fields: Mapping[str, str] | None = None) -> Answer:
    """Send the same form again after a lost answer or a fault of the server, until there is another answer."""
    return _insist(browser, "POST", path, urlencode({"csrfmiddlewaretoken": browser.token} | dict(fields or {})))


def _insist(browser: Browser, method: str, path: str, body: str) -> Answer:
    """Raises TimeoutError when there is no answer for long."""
    deadline, sends = time.monotonic() + PATIENCE, 0
    while time.monotonic() < deadline:
        sends += 1
        try:
            status, location, text = _ask(browser, method, path, body)
        except (OSError, http.client.HTTPException):
            status = 0
        if 0 < status < 500:
            return Answer(status, location, text, sends)
        time.sleep(PAUSE)
    raise TimeoutError(f"{method} {path}: no answer, asked {sends} times")


def _ask(browser: Browser, method: str, path: str, body: str) -> tuple[int, str, str]:
    headers = {"Cookie": browser.cookies} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    connection = http.client.HTTPConnection(HOST, browser.port, timeout=LONGEST_WAIT)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()
    finally:
        connection.close()
