"""Templates that people can read and compare: one element a line, and what has a tag is not typed out."""

import re
from pathlib import Path

from tests.support.templates import SRC, TEMPLATES

LONGEST_LINE = 160  # characters, not bytes


def texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text("utf-8")) for path in TEMPLATES]


def test_a_line_can_be_read_and_compared() -> None:
    """One element a line; {% tight %} joins the lines of a sentence (docs/look.md)."""
    lines = [(str(path.relative_to(SRC)), line) for path, text in texts() for line in text.splitlines()]
    assert [(name, len(line)) for name, line in lines if len(line) > LONGEST_LINE] == []


def test_what_has_a_name_is_not_typed_out() -> None:
    for path, text in texts():
        name = str(path.relative_to(SRC))
        assert '<div class="k-banner' not in text, f"{name}: {{% banner %}}"
        assert 'class="k-status' not in text or path.name == "form.html", f"{name}: {{% pill words %}}"
        assert "/attachments/" not in text, f"{name}: attachment.get_absolute_url, or {{% url 'attachments:show' id %}}"
        assert not re.search(r'(status|outcome) == "', text), f"{name}: decided by its enum (standing/next_steps.py)"
        if "transfers" in path.parts:
            assert not re.search(r'state == "', text), f"{name}: decided by its enum (transfers/display.py)"


def test_the_templates_are_looked_at() -> None:
    names = {path.name for path in TEMPLATES}
    assert {"base.html", "me.html", "groups.html", "studio.html"} <= names and "collection.html" not in names


def test_no_module_types_the_address_of_a_picture() -> None:
    typing = [path for path in SRC.rglob("*.py") if 'f"/attachments/' in path.read_text("utf-8")]
    assert typing == []
