"""docs/glossary.md speaks the language of the source, and the source none of the banned one."""

import functools
import re

import pytest

from tests.support.sources import DOCS, choices, names, read_rows, words

PAGE = "glossary.md"
ROWS = read_rows(PAGE, heading="term")


@functools.cache
def known() -> frozenset[str]:
    """Read when a test asks: every process of a run imports this module, and one runs it."""
    return frozenset(names())


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def banned() -> set[str]:
    closing = (DOCS / PAGE).read_text(encoding="utf-8").partition("Never part of an identifier")[2]
    return {word for row in ROWS for word in quoted(row[3])} | set(quoted(closing))


def test_terms_are_listed_once() -> None:
    terms = [row[0] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].replace("`", ""))
def test_identifiers_exist(row: list[str]) -> None:
    assert quoted(row[1])
    assert not [name for name in quoted(row[1]) if not known().issuperset(name.split("."))]


def test_terms_of_closed_sets_are_their_labels() -> None:
    labels = choices()
    listed = {name: row[0] for row in ROWS for name in quoted(row[1]) if "." in name}
    assert listed == {name: labels.get(name) for name in listed}


def test_banned_words_are_part_of_no_identifier() -> None:
    assert {"account", "shenfenzheng"} <= banned()
    assert not [name for name in known() if banned().intersection(words(name))]


def test_words_are_told_apart_however_they_are_joined() -> None:
    assert words("PersonKey") == words("person_key") == words("PERSON_KEY") == ["person", "key"]
    assert "account" not in words("accountants_of")
    assert "account" in words("MyAccountID")
