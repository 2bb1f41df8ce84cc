"""学历信息: nine lines, what a level asks, the box of the second half, 入学时间 where years depend on it (ADR 0077)."""

import random
import re
from collections.abc import Mapping
from typing import Any

import pytest
import time_machine
from django.test import Client

from kuaiji.accountants import rules
from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.forms.education import EducationForm
from kuaiji.accountants.sections.forms.employment import EmploymentForm, PeriodForm
from kuaiji.accountants.sections.forms.personal import PersonalForm
from kuaiji.accountants.sections.forms.professional import AwardForm, ProfessionalForm, QualificationForm, TalentForm
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage, as_data
from kuaiji.codelists.choices import degrees, education_levels
from kuaiji.codelists.services import entries
from kuaiji.collection.models import StepAnswers
from people.client_visitor import Page
from people.factories import DraftFactory
from people.hostile.fields import listed
from people.persons import Fields, make_person
from people.records.posted_forms import query_dict
from people.records.versioned_records import facts, make_record, standing

pytestmark = pytest.mark.django_db
EDUCATION = "/collection/education/"
FULL = {"full_time_level": "21", "full_time_degree": "412", "full_time_school": "岭南示例大学",
        "full_time_major": "会计学", "full_time_graduated_on": "2012年7月"}  # fmt: skip
PART = {"part_time_level": "14", "part_time_degree": "312", "part_time_school": "南粤示例开放大学",
        "part_time_major": "会计学", "part_time_graduated_on": "2018年1月"}  # fmt: skip


@pytest.fixture
def known() -> Facts:
    return facts(make_record(seed=3))


def page_of(known: Facts, data: Mapping[str, str]) -> SectionPage:
    return SectionPage(BY_SLUG[SectionSlug.EDUCATION], facts=known, data=query_dict(dict(data)))


def answers_of(known: Facts, data: Mapping[str, str]) -> dict[str, Any]:
    page = page_of(known, data)
    assert page.is_valid(), page.form.errors
    return page.answers()


# --- lists ----------------------------------------------------------------------------------------


def test_every_level_and_degree_of_the_lists_stands_under_one_heading() -> None:
    for choices, name in ((education_levels, "education_levels"), (degrees, "degrees")):
        codes = [code for value, text in choices() for code in ([value] if isinstance(text, str) else dict(text))]
        groups = {"10", "20", "30", "40", "60", "70", "80"} if name == "education_levels" else set()
        assert sorted(codes) == sorted({row.code for row in entries(name)} - groups)
    assert [title for title, _ in education_levels()] == [
        "博士研究生", "硕士研究生", "研究生班", "大学本科", "大学专科", "中专、职高、技校", "高中", "初中及以下",
        "其他（普通班、结业、肄业）",
    ]  # fmt: skip
    graduated = [name for title, rows in education_levels()[:-1] for _, name in rows]
    assert all(name.endswith("毕业") for name in graduated)


def test_every_level_is_taken_in_one_form_post(known: Facts) -> None:
    for level in listed(education_levels)():
        data = FULL | {"full_time_level": level, "full_time_degree": "412" if rules.asks_degree(level) else "0"}
        assert answers_of(known, data)["full_time_level"] == level


def test_every_degree_is_taken_from_bachelor_s_level_up(known: Facts) -> None:
    for degree in listed(degrees)():
        assert answers_of(known, FULL | {"full_time_degree": degree})["full_time_degree"] == degree


@pytest.mark.parametrize("mode", ["full_time", "part_time"])
@pytest.mark.parametrize("level", ["31", "41", "44", "61", "71", "81", "90"])
def test_below_bachelor_s_level_no_degree_is_asked(known: Facts, mode: str, level: str) -> None:
    data = FULL | PART | {f"{mode}_level": level}
    assert answers_of(known, data | {f"{mode}_degree": ""})[f"{mode}_degree"] == rules.NO_DEGREE
    del data[f"{mode}_degree"]
    assert answers_of(known, data)[f"{mode}_degree"] == rules.NO_DEGREE
    page = page_of(known, data | {f"{mode}_degree": "412"})
    assert not page.is_valid() and page.form.has_error(f"{mode}_degree", "degree_without_level")


@pytest.mark.parametrize("mode", ["full_time", "part_time"])
@pytest.mark.parametrize("level", ["11", "14", "17", "21", "28"])
def test_from_bachelor_s_level_up_a_degree_is_asked(known: Facts, mode: str, level: str) -> None:
    page = page_of(known, FULL | PART | {f"{mode}_level": level, f"{mode}_degree": ""})
    assert not page.is_valid() and list(page.form.errors) == [f"{mode}_degree"]
    assert page.form.has_error(f"{mode}_degree", "required")


# --- the second half ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, False),
        ({"part_time_degree": "0"}, False),
        (PART, True),  # the contract: without the box
        (PART | {"has_part_time": "on"}, True),
        (PART | {"has_part_time": "on", "had_part_time": "on"}, True),
        (PART | {"had_part_time": "on"}, False),  # the tick was taken away
        ({"part_time_level": "14", "had_part_time": "on"}, False),
    ],
)
def test_the_second_half_counts_when_it_is_told(known: Facts, sent: Fields, kept: bool) -> None:
    answers = answers_of(known, FULL | sent)
    names = [name for name in answers if name.startswith("part_time")]
    told = {name: answers[name] for name in names if answers[name] not in ("", None, False, "day")}
    assert told.keys() == (PART.keys() | {"part_time_graduated_on_precision"} if kept else set())
    assert not {"has_part_time", "had_part_time"} & answers.keys()


@pytest.mark.parametrize("sent", [{"has_part_time": "on"}, {"part_time_school": "南粤示例开放大学"}])
def test_half_a_half_is_asked_for_whole(known: Facts, sent: Fields) -> None:
    page = page_of(known, FULL | sent)
    assert not page.is_valid()
    missing = {"part_time_level", "part_time_school", "part_time_graduated_on"} - sent.keys()
    assert page.form.errors.keys() == missing
    assert "取消勾选" in page.form.errors["part_time_level"][0]
    assert page.form["has_part_time"].value()  # so that the faults are seen


def test_saved_answers_are_a_form_that_says_the_same(known: Facts) -> None:
    for data in (FULL, FULL | PART):
        answers = answers_of(known, data)
        section = BY_SLUG[SectionSlug.EDUCATION]
        assert SectionPage(section, facts=known, answers=answers).form["has_part_time"].value() is (
            "part_time_level" in data
        )
        again = SectionPage(section, facts=known, data=as_data(section, answers))
        assert again.is_valid() and again.answers() == answers


def test_a_taken_tick_stays_taken_when_something_else_is_wrong() -> None:
    draft = DraftFactory.create(until=SectionSlug.EDUCATION)
    client = Client()
    client.force_login(draft.user)
    assert client.post(EDUCATION, FULL | PART).status_code == 302
    shown = Page(client.get(EDUCATION))
    fields = next(form["fields"] for form in shown.forms if "full_time_level" in form["fields"])
    assert fields["had_part_time"] == fields["has_part_time"] == "on"
    del fields["has_part_time"]
    refused = Page(client.post(EDUCATION, fields | {"full_time_school": ""}))
    assert list(refused.faults) == ["full_time_school"]
    fields = next(form["fields"] for form in refused.forms if "full_time_level" in form["fields"])
    assert client.post(EDUCATION, fields | {"full_time_school": "岭南示例大学"}).status_code == 302
    saved = StepAnswers.objects.select_related("person_key").get(draft=draft, step="education").data
    assert saved["part_time_level"] == "" and saved["part_time_graduated_on"] is None


# --- 入学时间 -----------------------------------------------------------------------------------------

ASKS = "入学时间请一并填写"


@time_machine.travel("2026-11-21 09:00+08:00")
@pytest.mark.parametrize(
    ("started", "graduated", "enrolled", "asked"),
    [
        ("2012年6月", "2012年7月", "", True),
        ("2012年7月", "2012年7月", "", False),  # one month is no overlap
        ("2012-07-01", "2012-07-31", "", False),
        ("2012年8月", "2012年7月", "", False),
        ("2010-01-01", "2012-07-01", "2008年9月", False),
    ],
)
def test_when_years_depend_on_it_the_check_page_asks_for_the_enrolment(
    started: str, graduated: str, enrolled: str, asked: bool
) -> None:
    draft = DraftFactory.create()
    client = Client()
    client.force_login(draft.user)
    work = draft_fields(client, "employment") | {"accounting_start_date": started, "accounting_years": ""}
    assert client.post("/collection/employment/", work).status_code == 302
    school = FULL | {"full_time_graduated_on": graduated, "full_time_enrolled_on": enrolled}
    assert client.post(EDUCATION, school).status_code == 302
    review = client.get("/collection/review/").content.decode()
    assert (ASKS in review) is asked
    page = client.get(EDUCATION).content.decode()
    told = re.search(r'<details class="k-more"( open)?>\s*<summary>毕业前', page)
    assert told
    assert bool(told[1]) is (asked or bool(enrolled))
    assert client.post("/collection/review/").status_code == 302  # nobody is refused for it


def draft_fields(client: Client, slug: str) -> Fields:
    page = Page(client.get(f"/collection/{slug}/"))
    return next(form["fields"] for form in page.forms if "revision" in form["fields"])


def test_a_change_knows_the_work_too() -> None:
    record = make_record(seed=3)
    since = standing(record, SectionSlug.EMPLOYMENT)["accounting_start_date"]
    client = Client()
    client.force_login(record.user)
    page = client.get("/changes/education/").content.decode()
    graduated = standing(record, SectionSlug.EDUCATION)["full_time_graduated_on"]
    assert ("早于全日制毕业时间" in page) is (since[:7] < graduated[:7])


# --- no hint that a check contradicts -------------------------------------------------------------

FORMS = (
    PersonalForm,
    EducationForm,
    EmploymentForm,
    PeriodForm,
    ProfessionalForm,
    QualificationForm,
    TalentForm,
    AwardForm,
)
BLANKABLE = re.compile("不填|留空")
# Field, and what else is said when its hint says that it may be left empty.
HINTS: dict[str, list[Fields]] = {
    "accounting_years": [{}],
    "full_time_major": [{"full_time_level": level, "full_time_degree": ""} for level in ("61", "71", "81")],
    "part_time_major": [{"part_time_level": level, "part_time_degree": ""} for level in ("61", "71", "81")],
    "full_time_degree": [{"full_time_level": level} for level in ("31", "41", "44", "47", "61", "71", "81")],
    "part_time_degree": [{"part_time_level": level} for level in ("31", "41", "44", "47", "61", "71", "81")],
}


def test_every_hint_that_something_may_be_left_empty_is_tried() -> None:
    """A new hint of that kind needs its line in HINTS, and a test that posts it."""
    hints = {
        name for form in FORMS for name, field in form.base_fields.items() if BLANKABLE.search(str(field.help_text))
    }
    assert hints == HINTS.keys()


@pytest.mark.parametrize(("name", "beside"), [(name, one) for name, cases in HINTS.items() for one in cases])
def test_what_a_hint_says_may_be_left_empty_may(known: Facts, name: str, beside: Fields) -> None:
    in_education = name in EducationForm.base_fields
    right = FULL | PART if in_education else make_person(random.Random(3), status="1").sections["employment"]
    section = BY_SLUG[SectionSlug.EDUCATION if in_education else SectionSlug.EMPLOYMENT]
    page = SectionPage(section, facts=known, data=query_dict(right | beside | {name: ""}))
    assert page.is_valid(), page.form.errors
