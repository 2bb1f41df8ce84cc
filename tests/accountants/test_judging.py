"""Saved answers beside another birth date: every section that tells an age is asked (R3, R4)."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.rules import check_birth_date
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.judging import faults_of, judged
from kuaiji.accountants.sections.registry import BY_SLUG
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.attachments.uploads import Uploads
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from people.records.versioned_records import make_record

pytestmark = pytest.mark.django_db
AllOf = dict[SectionSlug, dict[str, Any]]
TODAY = dt.date(2026, 11, 21)
STOOD, LATER = dt.date(1975, 1, 1), dt.date(1990, 1, 1)
QUALIFICATION = {"category": "01", "level": "1", "method": "2", "obtained_on": "2005-05-20", "name": "",
                 "certificate_number": "", "issued_in": ""}  # fmt: skip
TALENT = {"programme": "01", "selected_year": 2004, "status": "1", "graduated_year": None}
CASES: list[tuple[SectionSlug, dict[str, Any]]] = [
    (SectionSlug.EMPLOYMENT, {"accounting_start_date": "1998-07-01", "accounting_years": 5}),
    (SectionSlug.EMPLOYMENT, {"accounting_years": 30}),
    (SectionSlug.PROFESSIONAL, {"qualifications": [QUALIFICATION]}),
    (SectionSlug.EMPLOYMENT, {"accounting_technical_post": "02", "technical_post_appointed_on": "2005-07-01"}),
    (SectionSlug.EDUCATION, {"full_time_graduated_on": "1999-07-01"}),
    (SectionSlug.PROFESSIONAL, {"talents": [TALENT]}),
    (SectionSlug.AWARDS, {"awards": [{"name": "先进", "level": "3", "year": 1989, "giver": ""}]}),
]


@pytest.fixture
def answers() -> AllOf:
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
    slug: SectionSlug, values: dict[str, Any], answers: AllOf
) -> None:
    """By the same rules as the form of that section."""
    user = answers[SectionSlug.EMPLOYMENT].pop("user")
    check_birth_date(answers, stood=STOOD, birth_date=LATER, today=TODAY)
    answers[slug] |= values
    check_birth_date(answers, stood=STOOD, birth_date=STOOD, today=TODAY)
    with pytest.raises(RuleBroken) as refused:
        check_birth_date(answers, stood=STOOD, birth_date=LATER, today=TODAY)
    assert (refused.value.code, refused.value.field) == ("birth_date_contradicts", "birth_date")
    assert BY_SLUG[slug].title in refused.value.message
    stood, later = (faults(slug, answers, user, born) for born in (STOOD, LATER))
    assert not stood and later


def test_what_was_impossible_before_stands_in_no_way_of_a_right_birth_date(answers: AllOf) -> None:
    answers[SectionSlug.AWARDS] = {"awards": [{"name": "先进", "level": "3", "year": 1970, "giver": ""}]}
    check_birth_date(answers, stood=STOOD, birth_date=LATER, today=TODAY)


def faults(slug: SectionSlug, answers: AllOf, user: User, born: dt.date) -> list[str]:
    """What the form of the section says for that birth date."""
    facts = dataclasses.replace(facts_of(user, answers[SectionSlug.PERSONAL], TODAY), birth_date=born)
    return faults_of(judged(BY_SLUG[slug], answers[slug], facts, Uploads()))
