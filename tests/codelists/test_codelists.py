"""Code lists as shipped, and the enums that name some of their codes."""

import csv
from pathlib import Path

import pytest

from kuaiji.accountants import enums
from kuaiji.codelists import choices
from kuaiji.codelists.models import Entry
from kuaiji.codelists.services import DATA, choices_of, entries, label, load_code_lists
from kuaiji.common.documents import DocumentType

pytestmark = pytest.mark.django_db


def shipped(name: str) -> dict[str, str]:
    with (Path(DATA) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def test_every_shipped_row_is_loaded_once() -> None:
    for path in DATA.glob("*.csv"):
        assert dict(Entry.objects.filter(list=path.stem).values_list("code", "name")) == shipped(path.stem)


def test_enums_say_what_the_lists_say() -> None:
    assert dict(enums.EmploymentStatus.choices) == shipped("employment_statuses")
    assert dict(enums.StudyMode.choices) == shipped("study_modes")
    assert {kind.value for kind in DocumentType} == set(shipped("document_types"))
    assert shipped("accounting_technical_posts")[enums.NO_TECHNICAL_POST] == "无职务"
    assert shipped("talent_statuses")[enums.TALENT_GRADUATED] == "已毕业"


def test_what_the_pages_offer() -> None:
    levels = [code for _, group in choices.education_levels() for code, _ in group]
    assert "21" in levels and "20" not in levels and len(levels) == 33
    given = choices.degrees()
    degrees = [code for value, text in given for code in ([value] if isinstance(text, str) else dict(text))]
    assert sorted(degrees) == sorted(shipped("degrees"))
    industries = [code for _, group in choices.industries() for code, _ in group]
    assert len(industries) == 97 and all(len(code) == 2 and code.isdigit() for code in industries)


def test_a_closed_code_prints_but_is_not_offered() -> None:
    Entry.objects.filter(list="abacus_levels", code="26").update(valid_to="2026-01-01")
    entries.cache_clear()
    try:
        assert "26" not in dict(choices_of("abacus_levels"))
        assert label("abacus_levels", "26") == "能手六级"
        assert label("abacus_levels", "77") == "77"
    finally:
        entries.cache_clear()


def test_loading_again_changes_nothing() -> None:
    before = list(Entry.objects.values_list())
    load_code_lists()
    assert list(Entry.objects.values_list()) == before
