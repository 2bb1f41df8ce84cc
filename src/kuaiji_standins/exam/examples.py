"""The known people of the demo, one for each answer: whom an operator can sign up by one press."""

import json
from typing import Any

from kuaiji.common import environment

PEOPLE = "demo-exam-people.json"


def examples() -> list[dict[str, Any]]:
    """As the platforms wrote them down, each in its own home; none where they have not."""
    home = environment.HOME.get()
    files = (path for path in (home / PEOPLE, *sorted(home.glob(f"*/{PEOPLE}"))) if path.exists())
    return [each for path in files for each in json.loads(path.read_text(encoding="utf-8"))]


def by_platform() -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """The same with their numbers, by the platform that knows them."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, each in enumerate(examples()):
        found.setdefault(each["platform"], []).append((number, each))
    return found


def example(number: str) -> dict[str, Any]:
    """What the form is filled with for the one who was chosen; empty where there is no such."""
    found = examples()
    return found[int(number)] if number.isascii() and number.isdigit() and int(number) < len(found) else {}
