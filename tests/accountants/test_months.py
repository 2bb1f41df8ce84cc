"""Dates known to the month (ADR 0076): a whole day everywhere, its precision beside it, shown as they were told."""

import dataclasses
import datetime as dt
import random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.accountants import models, rules
from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.reading.comparison import differences, parts_of
from kuaiji.accountants.reporting.reports import archive_2_of, archive_of, sections_2_of
from kuaiji.accountants.sections.answers import completed
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.transferring import _answers
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.archives.paper.sheets import sheet_of
from kuaiji.common import clock
from people.persons import Fields, Person, make_person
from people.records.posted_forms import query_dict
from people.records.versioned_records import by_owner, facts, inconsistencies, standing
from tests.support.archive_prints import collected

pytestmark = pytest.mark.django_db
NOW = "2026-11-21 09:00+08:00"
# What is typed, the day that stands for it, and how it is shown.
EDUCATION = {
    "full_time_enrolled_on": ("2005年9月", "2005-09-01", "2005年9月"),
    "full_time_graduated_on": ("200907", "2009-07-31", "2009年7月"),
    "part_time_enrolled_on": ("2014/3/1", "2014-03-01", "2014年3月1日"),
    "part_time_graduated_on": ("2026-11", "2026-11-21", "2026年11月"),  # not over yet: today
}
WORK = {
    "accounting_start_date": ("2009年7月", "2009-07-01", "2009年7月"),
    "technical_post_appointed_on": ("2016.3", "2016-03-01", "2016年3月"),
}
TITLES = {"qualifications-0-obtained_on": ("１５年９月", "2015-09-01", "2015年9月")}


def someone() -> Person:
    """Born in 1986, in an accounting post, with every date typed as above."""
    person = make_person(random.Random(5), status="1", document_type="99")
    sections = {slug: dict(fields) for slug, fields in person.sections.items()}
    sections["personal"]["birth_date"] = "1986-05-12"
    sections["education"] = {
        "full_time_level": "21", "full_time_degree": "412", "full_time_school": "岭南示例大学",
        "full_time_major": "会计学", "part_time_level": "14", "part_time_degree": "0",
        "part_time_school": "南粤示例开放大学", "part_time_major": "会计学",
    } | typed(EDUCATION)  # fmt: skip
    sections["employment"] |= {"accounting_technical_post": "02", "accounting_years": ""} | typed(WORK)
    title = {"category": "01", "level": "2", "method": "2"}
    sections["professional"] = {"abacus_level": "00", "qualifications-TOTAL_FORMS": "1", "talents-TOTAL_FORMS": "0"}
    sections["professional"] |= {"qualifications-INITIAL_FORMS": "0", "talents-INITIAL_FORMS": "0"}
    sections["professional"] |= {f"qualifications-0-{name}": value for name, value in title.items()} | typed(TITLES)
    return dataclasses.replace(person, sections=sections)


def typed(dates: dict[str, tuple[str, str, str]]) -> Fields:
    return {name: written for name, (written, _, _) in dates.items()}


@pytest.fixture
def record() -> Record:
    with time_machine.travel(NOW):
        return collected(someone())


def answered(record: Record, slug: SectionSlug, **changed: Any) -> dict[str, Any]:
    """What the page of a change sends when it is opened and saved, with other values for some fields."""
    section = BY_SLUG[slug]
    shown = SectionPage(section, facts=facts(record), answers=standing(record, slug))
    data: Fields = {name: str(shown.form[name].value() or "") for name in shown.form.fields}
    for prefix, rows in shown.rows.items():
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows.forms)), f"{prefix}-INITIAL_FORMS": "0"}
        data |= {form.add_prefix(name): str(form[name].value() or "") for form in rows.forms for name in form.fields}
    sent = {name: value for name, value in (data | changed).items() if value != "False"}
    page = SectionPage(section, facts=facts(record), data=query_dict(sent))
    assert page.is_valid(), page.form.errors
    return page.answers()


def save(record: Record, slug: SectionSlug, answers: dict[str, Any]) -> models.RecordVersion | None:
    record.refresh_from_db()
    return change_section(
        operation=by_owner(record), record_id=record.pk, slug=slug, answers=answers, based_on=record.version
    ).version


def test_a_month_is_a_day_with_its_precision_beside_it_everywhere(record: Record) -> None:
    version = current_version(record)
    education = version.content["education"]
    for name, (_, day, words) in EDUCATION.items():
        assert education[name] == day
        assert education[f"{name}_precision"] == ("day" if words.endswith("日") else "month")
    rows = {row.mode: row for row in record.educations.all()}
    assert rows["1"].graduated_on == dt.date(2009, 7, 31) and rows["1"].graduated_on_precision == "month"
    assert rows["1"].enrolled_on == dt.date(2005, 9, 1) and rows["2"].enrolled_on_precision == "day"
    period, work = record.periods.get(), record.employment
    assert (period.started_on, period.started_on_precision) == (dt.date(2009, 7, 1), "month")
    assert (work.accounting_start_date_precision, work.technical_post_appointed_on_precision) == ("month", "month")
    exam = ExamRow.objects.get(record=record)
    assert exam.accounting_periods == [["2009-07-01", None, "month", None]]
    assert exam.education["full_time"].items() >= {
        "enrolled_on": "2005-09-01", "enrolled_on_precision": "month",
        "graduated_on": "2009-07-31", "graduated_on_precision": "month",
    }.items()  # fmt: skip
    assert exam.qualifications[0]["obtained_on_precision"] == "month"
    assert inconsistencies(record) == []


def test_what_was_told_is_shown_as_it_was_told(record: Record) -> None:
    """On the check page, in the own data, on paper and in the fields of a change."""
    expected = {words for dates in (EDUCATION, WORK, TITLES) for _, _, words in dates.values()}
    version = current_version(record)
    said = {line.words for part in parts_of(version, clock.today()) for group in part.groups for line in group.lines}
    assert expected <= said
    sheet = sheet_of(record, version)
    printed = {line.words for block in sheet.blocks for row in block.rows for line in row}
    printed |= {cell.words for block in sheet.blocks for table in block.tables for row in table.rows for cell in row}
    assert expected <= printed
    client = Client()
    client.force_login(record.user)
    slugs = (SectionSlug.EDUCATION, SectionSlug.EMPLOYMENT, SectionSlug.PROFESSIONAL)
    pages = "".join(client.get(f"/changes/{slug}/").content.decode() for slug in slugs)
    assert all(f'value="{words}"' in pages for words in expected)
    own = client.get("/me/data/").content.decode()
    assert all(words in own for words in expected)


def test_both_versions_of_the_wire_say_the_day_and_the_second_how_precise_it_is(record: Record) -> None:
    version = current_version(record)
    second, first = archive_2_of(version).sections.plain(), archive_of(version).sections.plain()
    assert second["education"]["full_time_graduated_on_precision"] == "month"
    assert second["education"]["full_time_enrolled_on"] == "2005-09-01"
    assert second["professional"]["qualifications"][0]["obtained_on_precision"] == "month"
    assert first["education"]["full_time_graduated_on"] == "2009-07-31"
    assert not [name for name in first["education"] if "precision" in name or "enrolled" in name]


@pytest.mark.parametrize("wire", [1, 2])
def test_what_arrives_is_kept_as_precisely_as_it_was_told(record: Record, wire: int) -> None:
    version = current_version(record)
    arrived = _answers((archive_of if wire == 1 else archive_2_of)(version).sections, {})
    stood = answers_of(version)
    education = arrived[SectionSlug.EDUCATION]
    if wire == 2:
        assert education == stood[SectionSlug.EDUCATION]
        assert arrived[SectionSlug.PROFESSIONAL] == stood[SectionSlug.PROFESSIONAL]
    else:
        assert education["full_time_graduated_on"] == "2009-07-31" and education["full_time_enrolled_on"] is None
        assert {education[name] for name in education if name.endswith("_precision")} == {"day"}
    assert arrived[SectionSlug.EDUCATION] == completed(SectionSlug.EDUCATION, education)


@pytest.mark.parametrize("slug", [SectionSlug.EDUCATION, SectionSlug.EMPLOYMENT, SectionSlug.PROFESSIONAL])
def test_what_is_shown_and_saved_again_changes_nothing(record: Record, slug: SectionSlug) -> None:
    """Not even when the month that was not over then is over now."""
    for now in (NOW, "2027-02-01 09:00+08:00"):
        with time_machine.travel(now):
            assert save(record, slug, kept(record, slug)) is None


def kept(record: Record, slug: SectionSlug) -> dict[str, Any]:
    answers = answered(record, slug)
    if slug == SectionSlug.EMPLOYMENT:  # the page's own rule for years that were counted needs what stood before
        answers["accounting_years"] = standing(record, slug)["accounting_years"]
        answers["student_proof"] = standing(record, slug)["student_proof"]
    return answers


@pytest.mark.parametrize("slug", [SectionSlug.EDUCATION, SectionSlug.PROFESSIONAL])
def test_a_record_of_before_says_days_and_saved_again_is_no_change(record: Record, slug: SectionSlug) -> None:
    answers = standing(record, slug)
    before = {name: value for name, value in answers.items() if not ("precision" in name or "enrolled" in name)}
    for name, rows in before.items():
        if isinstance(rows, list):
            before[name] = [{key: value for key, value in row.items() if "precision" not in key} for row in rows]
    version = current_version(record)
    version.content |= {slug.value: before}
    assert sections_2_of(version)
    again = completed(slug, before)
    assert again.keys() == answers.keys()
    assert {again[name] for name in again if name.endswith("precision")} <= {"day"}
    assert completed(slug, again) == again


@time_machine.travel(NOW)
def test_another_precision_is_another_answer_and_stands_in_the_history(record: Record) -> None:
    answers = answered(record, SectionSlug.EDUCATION, full_time_graduated_on="2009-07-31")
    made = save(record, SectionSlug.EDUCATION, answers)
    assert made is not None and inconsistencies(record) == []
    before = record.versions.get(number=1)
    ((title, pairs),) = differences(parts_of(before, clock.today()), parts_of(made, clock.today()))
    assert title == "学历信息"
    assert [(pair.before.words, pair.after.words) for pair in pairs if pair.before and pair.after] == [
        ("2009年7月", "2009年7月31日")
    ]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (models.Education, "graduated_on_precision"),
        (models.Education, "enrolled_on_precision"),
        (models.Employment, "accounting_start_date_precision"),
        (models.Employment, "technical_post_appointed_on_precision"),
        (models.AccountingPeriod, "started_on_precision"),
        (models.AccountingPeriod, "ended_on_precision"),
        (models.Qualification, "obtained_on_precision"),
    ],
)
def test_the_database_knows_days_and_months_only(record: Record, table: Any, column: str) -> None:
    rows = table.objects.filter(record=record)
    assert rows.exists()
    for known in ("day", "month"):
        assert rows.update(**{column: known})
    with pytest.raises(IntegrityError, match="_precisions"), transaction.atomic():
        rows.update(**{column: "year"})


def test_every_date_of_the_sections_has_its_precision_but_the_birth_date() -> None:
    dates = {
        (table.__name__, field.name): hasattr(table, f"{field.name}_precision")
        for table in models.Section.__subclasses__()
        for field in table._meta.concrete_fields
        if field.get_internal_type() == "DateField"
    }
    assert {name for name, is_precise in dates.items() if not is_precise} == {("Personal", "birth_date")}


# --- rules read such a date as it may be meant -----------------------------------------------------------------------


BORN = "1990-07-15"
TOO_YOUNG = [("2006年7月", True), ("2006年6月", False), ("2006-07-14", False), ("2006-07-15", True)]


@time_machine.travel(NOW)
@pytest.mark.parametrize(("start", "taken"), TOO_YOUNG)
def test_the_month_of_a_sixteenth_birthday_may_be_after_it(record: Record, start: str, taken: bool) -> None:
    known = dataclasses.replace(facts(record), birth_date=dt.date.fromisoformat(BORN))
    data = someone().sections["employment"] | {"accounting_start_date": start, "division_code": "440103"}
    page = SectionPage(BY_SLUG[SectionSlug.EMPLOYMENT], facts=known, data=query_dict(data))
    page.is_valid()
    assert ("accounting_start_date" not in page.form.errors) is taken


def test_another_birth_date_is_held_against_the_last_day_of_a_month(record: Record) -> None:
    answers, label = answers_of(current_version(record)), "工作信息的开始从事会计工作时间"
    answers[SectionSlug.EMPLOYMENT] |= {"accounting_start_date": "2006-07-01", "accounting_years": 1}
    for precision, is_possible in (("month", True), ("day", False)):
        answers[SectionSlug.EMPLOYMENT]["accounting_start_date_precision"] = precision
        found = rules._impossible(answers, dt.date.fromisoformat(BORN), dt.date(2026, 11, 21))
        assert (label not in found) is is_possible


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("full_time_enrolled_on", "2009年7月", None),  # began and ended in one month
        ("full_time_enrolled_on", "2009年8月", "enrolled_after_graduation"),
        ("full_time_enrolled_on", "1986年4月", "too_early"),
        ("full_time_enrolled_on", "2026年12月", "in_future"),
        ("full_time_graduated_on", "2026年12月", "in_future"),
        ("full_time_graduated_on", "2026年11月", None),
        ("full_time_graduated_on", "2009年", "unreadable_date"),
    ],
)
@time_machine.travel(NOW)
def test_dates_of_schooling(record: Record, field: str, value: str, code: str | None) -> None:
    data = someone().sections["education"] | {"part_time_graduated_on": "2026年11月", field: value}
    page = SectionPage(BY_SLUG[SectionSlug.EDUCATION], facts=facts(record), data=query_dict(data))
    assert page.is_valid() is (code is None)
    assert code is None or page.form.has_error(field, code)


@time_machine.travel(NOW)
def test_a_birth_date_needs_the_day(record: Record) -> None:
    data = someone().sections["personal"] | {"birth_date": "1986年5月"}
    known = dataclasses.replace(facts(record), fixed_by_document=frozenset(), birth_date=None)
    page = SectionPage(BY_SLUG[SectionSlug.PERSONAL], facts=known, data=query_dict(data))
    page.is_valid()
    assert page.form.errors["birth_date"] == ["出生日期要写到日，例如2020年7月1日"]


def test_who_leaves_and_who_moves_keeps_the_month_they_began_in() -> None:
    before: dict[str, Any] = {"employment_status": "1", "accounting_start_date": "2015-07-01", "employer_name": "甲"}
    before |= {"accounting_start_date_precision": "month", "periods": []}
    told = {"started_on": "2015-07-01", "started_on_precision": "month", "employer_name": "甲"}
    after: dict[str, Any] = {"employment_status": "3", "accounting_start_date": None, "periods": []}
    left = rules.kept_periods(before, after, today=dt.date(2026, 11, 21))
    assert left == [told | {"ended_on": "2026-11-21", "ended_on_precision": "day"}]
    anew = before | {"accounting_start_date": "2020-03-01", "employer_name": "乙"}
    moved = rules.periods_after_moving(before, anew, today=dt.date(2026, 11, 21))
    assert moved == [told | {"ended_on": "2020-02-29", "ended_on_precision": "month"}]
