"""Templates that people can read and compare: one element a line, and what has a tag is not typed out."""

import re
from pathlib import Path

import pytest

from tests.support.templates import SRC, TEMPLATES

LONGEST_LINE = 160  # characters, not bytes


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_line_can_be_read_and_compared(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    long = {number: len(line) for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE}
    assert not long, "one element a line; {% tight %} joins the lines of a sentence (docs/look.md)"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SRC)))
def test_what_has_a_name_is_not_typed_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert '<div class="k-banner' not in text, "{% banner %}"
    assert 'class="k-status' not in text or path.name == "form.html", "{% pill words %}"
    assert "/attachments/" not in text, "attachment.get_absolute_url, or {% url 'attachments:show' id %}"
    assert not re.search(r'(status|outcome) == "', text), "decided by its enum, in Python (portal/standing.py)"
    if "transfers" in path.parts:
        assert not re.search(r'state == "', text), "decided by its enum, in Python (transfers/display.py)"


def test_the_templates_are_looked_at() -> None:
    names = {path.name for path in TEMPLATES}
    assert {"base.html", "me.html", "groups.html", "studio.html"} <= names and "collection.html" not in names


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_no_module_types_the_address_of_a_picture(path: Path) -> None:
    assert 'f"/attachments/' not in path.read_text("utf-8")
