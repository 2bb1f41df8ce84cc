"""One hostile value into one field of one page, and whether all went as it must."""

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote_plus

from django.db import connection, transaction
from django.test import override_settings

from people.hostile import kinds, values
from people.hostile.doors.scenes import Door, Scene

FORM = "application/x-www-form-urlencoded"
# Written down of every visit: who looked at what, the session, what counts for a limit.
OF_EVERY_VISIT = {"audit_accesslog", "audit_refusalcount", "identity_session", "limits_attempt"}
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|COPY|SELECT procrastinate_)\s*"?(\w+)', re.IGNORECASE)
FAULTS = re.compile(r'id="error-([^"]+)">(.*?)</p>')
RAN = "8301214321"  # what {{91111*91111}} comes to


class Writes:
    """The tables that statements wanted to write to, whether it lasted or not."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITE.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What happens in the block leaves nothing in the database. Needs an open transaction."""
    here = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(here)


@contextlib.contextmanager
def standing_at(door: Door) -> Iterator[Scene]:
    """Somebody stands at the door, for the length of the block."""
    with override_settings(**{"ADDRESS_LIMITS": False, **door.settings}), undone():
        yield door.prepare()


def send(door: Door, scene: Scene, fields: dict[str, Any]) -> Any:
    """Post the form, or ask with it where the page is only asked. Values may be bytes that are no text."""
    encoded = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items())
    if door.asked:
        return scene.client.get(f"{door.path}?{encoded}")
    return scene.client.post(door.path, encoded, content_type=FORM)


def attempt(door: Door, scene: Scene, name: str, typed: bytes) -> str:
    """What is wrong with the answer, nothing when it is as documented. Leaves no trace."""
    text, cookies = typed.decode("utf-8", "replace"), scene.client.cookies.output(header="", sep=";")
    verdict, writes = door.kind(name).judge(text, door.right.get(name, "")), Writes()
    with undone():
        try:
            before = door.stored(scene, name) if verdict and verdict.value is kinds.UNCHANGED else None
            with connection.execute_wrapper(writes):
                answer = send(door, scene, door.post(name, typed))
            if verdict is None:
                return _refused(door, name, text, answer, writes.tables - OF_EVERY_VISIT - door.traces)
            return _kept(door, scene, name, text, answer, verdict.value if before is None else before)
        finally:
            scene.client.cookies = SimpleCookie(cookies)


def _refused(door: Door, name: str, text: str, answer: Any, written: set[str]) -> str:
    kind, page = door.kind(name), answer.content.decode()
    if answer.status_code != 422:
        return f"answered {answer.status_code}"
    if 'id="error-summary"' not in page or (kind.named and f'id="error-{name}"' not in page):
        return f"no fault at the field, but {FAULTS.findall(page)}"
    if kind.shown and html.escape(text) not in page:
        return "what was typed is gone"
    if kind.secret and len(text) > 7 and html.escape(text) in page:
        return "shows a password"
    return _unescaped(text, page) or (f"wrote to {written}" if written else "")


def _kept(door: Door, scene: Scene, name: str, text: str, answer: Any, wanted: object) -> str:
    where = answer.headers.get("Location", "")
    if (answer.status_code, where) != (200 if door.asked else 302, door.leads):
        return f"answered {answer.status_code} {where} {FAULTS.findall(answer.content.decode())}"
    if not door.asked and (found := door.stored(scene, name)) != wanted:
        return f"stored {found!r:.60}"
    return _unescaped(text, scene.client.get(door.leads or door.path, follow=True).content.decode())


def _unescaped(text: str, page: str) -> str:
    if html.escape(text) != text and text in page:
        return "unescaped"
    return "a template ran" if RAN in page else ""


def cases(door: Door, name: str) -> dict[str, bytes]:
    """Every hostile value for this field."""
    return values.typed(door.right.get(name, ""), door.kind(name).limit)
