"""Names are compared folded, by one rule that another team can build from the page."""

import hashlib
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from kuaiji_wire.names import UNSEEN, fold_name, same_name
from people.hostile.names import names
from tests.support import client_from_the_page as page
from tests.support.wire_vectors import FOLDER

FILE = Path(FOLDER) / "names.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
PUBLISHED = "72b73c0e7d21ec6143139bece190278f6b1860aea4d723cc015fa0aa66d45f09"


@pytest.mark.parametrize(
    "vector", VECTORS["folded"], ids=lambda vector: vector["name"].encode("unicode_escape").decode()
)
def test_names_fold_as_published(vector: dict[str, str]) -> None:
    assert fold_name(vector["name"]) == page.folded(vector["name"]) == vector["folded"]
    assert fold_name(vector["folded"]) == vector["folded"]


def test_what_is_the_same_and_what_is_not() -> None:
    assert [pair for pair in VECTORS["same"] if not same_name(*pair)] == []
    assert [pair for pair in VECTORS["different"] if same_name(*pair)] == []
    named = {name for pair in VECTORS["same"] + VECTORS["different"] for name in pair}
    assert named <= {vector["name"] for vector in VECTORS["folded"]}


def test_what_was_published_stays_byte_for_byte() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == PUBLISHED


@given(st.text(max_size=50))
def test_the_page_and_ours_agree_on_every_text(name: str) -> None:
    assert fold_name(name) == page.folded(name) != "" if name else fold_name(name) == ""


def test_every_character_folds_as_the_page_says_and_once() -> None:
    """One by one, each between letters: what folding makes of a text it leaves alone the second time.

    All of the planes that hold more than ideographs and private characters, and some of those.
    """
    for code in (*range(0x20000), *range(0x20000, sys.maxunicode + 1, 97), *range(0xE0000, 0xE1000)):
        name = f"A{chr(code)}b"
        assert fold_name(name) == page.folded(name), hex(code)
        assert fold_name(fold_name(name)) == fold_name(name), hex(code)


def test_all_default_ignorable_characters_that_python_can_tell_are_left_out() -> None:
    """Those of category Cf that are drawn as nothing; the others are listed by Unicode alone."""
    for first, last in (("\u200b", "\u200f"), ("\u202a", "\u202e"), ("\u2060", "\u2064"), ("\u2066", "\u206f")):
        assert all(chr(code) != fold_name(f"甲{chr(code)}")[-1] for code in range(ord(first), ord(last) + 1))
    assert unicodedata.category("\u3164") == "Lo" and "\u3164" in UNSEEN


def test_cleaning_a_name_makes_it_no_other_name() -> None:
    """What a form leaves out or writes otherwise plays no part when names are compared."""
    apart = [what for what, (raw, kept) in names().items() if not same_name(raw, kept)]
    assert apart == []


@given(st.text(max_size=50))
def test_nor_does_cleaning_anything_else(raw: str) -> None:
    try:
        kept = clean_name(raw)
    except RuleBroken:
        return
    assert same_name(raw, kept)
