"""The tables that documents show of the code are those of the code."""

import shutil
from pathlib import Path

import pytest

from kuaiji.accountants.enums import RecordEffect
from kuaiji.collection.enums import SubmissionEffect
from kuaiji.transfers.enums import Effect
from tests.support.sources import read_rows
from tools import pages, rule_places


@pytest.mark.parametrize("page", pages.PAGES)
def test_a_page_shows_what_the_code_says(page: str) -> None:
    assert pages.made_part(page) == pages.PAGES[page]()


def test_every_effect_is_explained() -> None:
    assert set(pages.EFFECT_WORDS) == set(Effect)
    assert set(pages.RECORD_EFFECT_WORDS) == set(RecordEffect)
    assert set(pages.SUBMISSION_EFFECT_WORDS) == set(SubmissionEffect)


def test_every_rule_that_is_built_says_where() -> None:
    rules = [row for row in read_rows("requirements.md", heading="rule") if not row[0].startswith("**")]
    assert {row[2] for row in rules} == {"yes", "part", "no"}
    assert not [row[0] for row in rules if row[2] != "no" and not row[3]]


def test_a_rule_is_found_where_it_is_decided() -> None:
    assert rule_places.found()["R4.3"][0] == "accountants/rules.py:region_locked"


def test_writing_mends_a_stale_page_and_touches_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = (pages.DOCS / "hub.md").read_text("utf-8")
    shutil.copy(pages.DOCS / "hub.md", tmp_path)
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    stale = tmp_path / "hub.md"
    stale.write_text(true.replace(pages.made_part("hub.md"), "| an old table |"), encoding="utf-8")
    pages.write("hub.md")
    assert stale.read_text("utf-8") == true


def test_a_page_without_its_marks_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    (tmp_path / "hub.md").write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="marks"):
        pages.write("hub.md")
    assert (tmp_path / "hub.md").read_text("utf-8") == "no marks"
