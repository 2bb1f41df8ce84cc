"""The licences of the lock: every package has one that we take, and what we do not take is refused."""

import tomllib
from importlib import metadata
from typing import Any

import pytest

from tools import licences
from tools.licences import LOCK, Licensed, expression_of, locked


def package(licence: str, *, is_tool: bool = False) -> Licensed:
    return Licensed("example", "1.0", licence, is_tool)


def test_every_package_of_the_lock_is_listed_with_a_licence_that_we_take() -> None:
    lock = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    listed = list(locked(lock))
    assert [one.name for one in listed] == sorted(each["name"] for each in lock["package"] if each["name"] != "kuaiji")
    assert [one for one in listed if not one.is_taken] == []


def test_what_runs_and_what_only_builds_are_told_apart() -> None:
    use = {one.name: one.is_tool for one in locked(tomllib.loads(LOCK.read_text(encoding="utf-8")))}
    assert not use["django"] and not use["zopfli"] and not use["psycopg-binary"]
    assert use["djlint"] and use["pytest"] and use["mypy"]


@pytest.mark.parametrize(
    "licence",
    ["", "AGPL-3.0-only", "MIT OR AGPL-3.0-or-later", "GNU Affero General Public License v3", "MIT AND SSPL-1.0",
     "GPL-3.0-or-later", "see the file LICENSE"],
)  # fmt: skip
def test_a_licence_that_is_unknown_or_asks_too_much_is_refused(licence: str) -> None:
    assert not package(licence).is_taken


@pytest.mark.parametrize("licence", ["MIT", "MIT OR GPL-3.0-only", "(MIT AND PSF-2.0)", "GPL-2.0-or-later OR LGPL"])
def test_of_alternatives_one_is_enough(licence: str) -> None:
    assert package(licence).is_taken


def test_a_tool_may_be_under_the_gpl() -> None:
    assert package("GPL-3.0-or-later", is_tool=True).is_taken
    assert not package("AGPL-3.0-only", is_tool=True).is_taken


def test_names_become_identifiers_and_words_about_licences_are_none() -> None:
    assert expression_of(["DFSG approved", "MIT License"]) == "MIT"
    assert expression_of(["OSI Approved"]) == expression_of([]) == ""


def test_a_package_without_a_licence_ends_the_gate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(name: str) -> Any:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", silent)
    assert licences.main() == 1
    told = capsys.readouterr()
    assert "UNKNOWN" in told.out and "licence unknown is not taken" in told.err and "MPL-2.0" not in told.out
