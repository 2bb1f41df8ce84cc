"""Saved answers beside another birth date: every section that tells an age is asked (R3, R4)."""

import datetime as dt
from typing import Any

import pytest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.judging import check_birth_date
from kuaiji.accountants.sections.registry import BY_SLUG
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.common.errors import RuleBroken
from people.records.versioned_records import make_record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)
STOOD, LATER = dt.date(1975, 1, 1), dt.date(1990, 1, 1)
PERIOD = {"started_on": "2001-01-01", "ended_on": "2003-01-01", "employer_name": "旧单位"}
TALENT = {"programme": "01", "selected_year": 2004, "status": "1", "graduated_year": None}
CASES: list[tuple[SectionSlug, dict[str, Any]]] = [
    (SectionSlug.EMPLOYMENT, {"accounting_start_date": "1998-07-01", "accounting_years": 5}),
    (SectionSlug.EMPLOYMENT, {"accounting_years": 30}),
    (SectionSlug.EMPLOYMENT, {"accounting_technical_post": "02", "technical_post_appointed_on": "2005-07-01"}),
    (SectionSlug.EDUCATION, {"full_time_graduated_on": "1999-07-01"}),
    (SectionSlug.PROFESSIONAL, {"talents": [TALENT]}),
    (SectionSlug.AWARDS, {"awards": [{"name": "先进", "level": "3", "year": 1989, "giver": ""}]}),
]


@pytest.fixture
def answers() -> dict[SectionSlug, dict[str, Any]]:
    """Answers that fit both birth dates."""
    record = make_record(seed=3, status="1", document_type="04")
    found = {slug: dict(values) for slug, values in answers_of(current_version(record)).items()}
    found[SectionSlug.EMPLOYMENT] |= {
        "accounting_start_date": "2010-07-01",
        "accounting_years": 16,
        "accounting_technical_post": "00",
        "technical_post_appointed_on": None,
    }
    for mode in ("full_time", "part_time"):
        if found[SectionSlug.EDUCATION][f"{mode}_graduated_on"]:
            found[SectionSlug.EDUCATION][f"{mode}_graduated_on"] = "2012-07-01"
    found[SectionSlug.PROFESSIONAL] |= {"qualifications": [], "talents": []}
    found[SectionSlug.AWARDS] = {"awards": []}
    found[SectionSlug.PERSONAL]["birth_date"] = STOOD.isoformat()
    found[SectionSlug.EMPLOYMENT]["user"] = record.user
    return found


@pytest.mark.parametrize(("slug", "values"), CASES)
def test_a_birth_date_that_another_section_contradicts_is_refused(
    slug: SectionSlug, values: dict[str, Any], answers: dict[SectionSlug, dict[str, Any]]
) -> None:
    facts = facts_of(answers[SectionSlug.EMPLOYMENT].pop("user"), answers[SectionSlug.PERSONAL], TODAY)
    assert facts.birth_date == STOOD
    check_birth_date(answers, facts, LATER)
    answers[slug] |= values
    check_birth_date(answers, facts, STOOD)
    with pytest.raises(RuleBroken) as refused:
        check_birth_date(answers, facts, LATER)
    assert (refused.value.code, refused.value.field) == ("birth_date_contradicts", "birth_date")
    assert BY_SLUG[slug].title in refused.value.message


def test_what_was_wrong_before_stands_in_no_way_of_a_right_birth_date(
    answers: dict[SectionSlug, dict[str, Any]],
) -> None:
    facts = facts_of(answers[SectionSlug.EMPLOYMENT].pop("user"), answers[SectionSlug.PERSONAL], TODAY)
    answers[SectionSlug.AWARDS] = {"awards": [{"name": "先进", "level": "3", "year": 2099, "giver": ""}]}
    check_birth_date(answers, facts, LATER)
