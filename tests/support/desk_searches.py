"""Searches at the desk: typed, shown, and what the access log has of them."""

import re

from django.test import Client

from kuaiji.audit.models import AccessLog

PEOPLE = "/staff/people/"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
REFERENCE = re.compile(r"GD-20\d\d-\d{4}-\d{4}")


def search(browser: Client, text: str, **more: str) -> str:
    """The page that a search leads to."""
    answer = browser.post(PEOPLE, {"q": text, **more})
    assert answer.status_code == 303, answer.content.decode()
    return browser.get(answer.headers["Location"]).content.decode()


def seen(page: str) -> list[str]:
    """Reference numbers, in the order of the page, each once."""
    return list(dict.fromkeys(REFERENCE.findall(page)))


def logged() -> list[tuple[str, str | None, str]]:
    rows = AccessLog.objects.order_by("id").values_list("action", "subject_id", "outcome")
    return [(action, str(subject) if subject else None, outcome) for action, subject, outcome in rows]
