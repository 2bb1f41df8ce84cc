"""Members of staff before a browser: the demonstration's, as the house has written them down."""

import contextlib
import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
from playwright.sync_api import Page

from kuaiji.demo.rules import Place

# For whom the guide is walked. 越秀区: nobody else of a test belongs there.
GUIDED = Place("440104", "440500", 501)
GUIDED_CLERK, GUIDED_SECOND, GUIDED_SECOND_NAME = "jingban2", "fuhe2", "何复核"
STEP_SECONDS = 30
HANDED_OUT = "demo-staff.json"


@dataclasses.dataclass(frozen=True)
class Clerk:
    """What one of them signs in with."""

    username: str
    password: str = dataclasses.field(repr=False)
    totp_secret: str = dataclasses.field(repr=False)

    @property
    def code(self) -> str:
        """What the authenticator shows now."""
        return pyotp.TOTP(self.totp_secret).now()


def clerk_of(home: Path, username: str, *, platform: str = "guangdong") -> Clerk:
    """The one of this name on a platform of the house at ``home``."""
    rows = json.loads((home / HANDED_OUT).read_text(encoding="utf-8"))
    [row] = [row for row in rows if (row["platform"], row["username"]) == (platform, username)]
    return Clerk(row["username"], row["password"], row["totp_secret"])


def give_password(page: Page, address: str, clerk: Clerk) -> None:
    """The first step of the sign-in; the second is on the page."""
    page.goto(f"{address}/staff/login/")
    page.locator('[name="username"]').fill(clerk.username)
    page.locator('[name="password"]').fill(clerk.password)
    with page.expect_navigation():
        page.get_by_role("button", name="下一步").click()


def sign_in(page: Page, address: str, clerk: Clerk) -> None:
    """Both steps, with a one-time code. Each counts once: who has just used one waits for the next, since
    wrong ones are counted. Raises TimeoutError."""
    give_password(page, address, clerk)
    deadline, tried = time.monotonic() + 2 * STEP_SECONDS, ""
    while "/login/" in page.url:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{clerk.username} does not get in")
        if (code := clerk.code) == tried:
            time.sleep(1)
            continue
        tried = code
        page.locator('[name="code"]').fill(code)
        with page.expect_navigation():
            page.get_by_role("button", name="登录", exact=True).click()


@dataclasses.dataclass
class Loads:
    """How many pages a browser has loaded."""

    number: int = 0


@contextlib.contextmanager
def counted_loads(page: Page) -> Iterator[Loads]:
    """Pages that ``page`` loads while the block lasts; what a form leads to is one, however often it is sent on."""
    loads = Loads()

    def loaded(_: object) -> None:
        loads.number += 1

    page.on("load", loaded)
    try:
        yield loads
    finally:
        page.remove_listener("load", loaded)
