"""The steps of the collection."""

import dataclasses
import random
import re
from collections.abc import Callable

from django import forms
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import UNTOLD
from kuaiji.accountants.sections.forms.education import BOX, EducationForm
from kuaiji.accountants.sections.forms.employment import EmploymentForm, PeriodForm
from kuaiji.accountants.sections.forms.personal import PersonalForm
from kuaiji.accountants.sections.forms.professional import (
    AwardForm,
    ProfessionalForm,
    QualificationForm,
    TalentForm,
)
from kuaiji.collection.models import StepAnswers
from people import numbers
from people.hostile.doors.scenes import BORN, UNSENT, Door, Scene
from people.persons import Fields, make_person
from people.records.drafts import fill_in
from people.records.users import make_user

PERSONAL = {
    "gender": "2",
    "birth_date": "1980-02-29",
    "country": "CHN",
    "ethnic_group": "05",
    "political_status": "13",
    "email": "Person.one+kj@example.com",
}
EDUCATION = {
    "full_time_level": "21",
    "full_time_degree": "412",
    "full_time_school": "岭南示例大学",
    "full_time_major": "会计学",
    "full_time_enrolled_on": "1998-09-01",
    "full_time_graduated_on": "2002-07-01",
    "full_time_second_degree": "on",
    "has_part_time": "on",
    "part_time_level": "14",
    "part_time_degree": "0",
    "part_time_school": "南粤示例开放大学",
    "part_time_major": "财务管理",
    "part_time_enrolled_on": "2007-03-01",
    "part_time_graduated_on": "2010-07-01",
    "part_time_second_degree": "on",
}
EMPLOYER = {
    "division_code": "440103",
    "employer_name": "广州市示例商贸有限公司",
    "employer_uscc": numbers.valid_uscc(random.Random(1)),
    "employer_industry": "51",
    "employer_economic_type": "05",
    "employer_address": "广州市示例路 1 号",
    "employer_phone": "020-81899453",
}
ACCOUNTING = {
    "accounting_post": "06",
    "accounting_admin_post": "04",
    "accounting_start_date": "2004-07-01",
    "accounting_years": "20",
    "accounting_technical_post": "02",
    "technical_post_appointed_on": "2006-09-01",
}


def rows(prefix: str, **cells: str) -> Fields:
    """One row."""
    return {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0"} | {
        f"{prefix}-0-{name}": value for name, value in cells.items()
    }


PERIOD = rows("periods", started_on="2001-01-01", ended_on="2003-12-31", employer_name="旧单位示例有限公司")
CERTIFICATES = {
    "is_cpa": "on",
    "cpa_number": "440100010001",
    "is_tax_agent": "on",
    "tax_agent_number": "TA-2020-1",
    "is_asset_appraiser": "on",
    "asset_appraiser_number": "44010001",
    "abacus_level": "11",
}
QUALIFICATION = rows("qualifications", category="01", level="1", method="2", obtained_on="2005-05-20",
                     name="助理会计师", certificate_number="01234567", issued_in="广东省")  # fmt: skip
TITLE = rows("qualifications", title="01-1-2", obtained_on="2005-05-20")
TALENT = rows("talents", programme="01", selected_year="2012", status="2", graduated_year="2015")
AWARD = rows("awards", name="先进会计工作者", level="2", year="2019", giver="示例市财政局")


def _filling(status: str) -> Callable[[], Scene]:
    """Somebody with a whole draft, whose document tells nothing."""

    def prepare() -> Scene:
        person = make_person(random.Random(3), status=status, document_type="99")
        person.sections["personal"]["birth_date"] = BORN.isoformat()
        user, client = make_user(person), Client()
        fill_in(user, person)
        client.force_login(user)
        return Scene(client, user)

    return prepare


def _said_to_hold_a_title() -> Scene:
    """The same in an accounting post, who answered 是 to the second question of registration."""
    scene = _filling("1")()
    assert scene.user
    scene.user.holds_qualification = True
    scene.user.save(update_fields=["holds_qualification"])
    return scene


def _title_in_draft(scene: Scene, name: str) -> object:
    row = StepAnswers.objects.get(draft__user=scene.user, step=SectionSlug.PROFESSIONAL).data["qualifications"][0]
    return "-".join(row[part] for part in ("category", "level", "method"))


def reading() -> Scene:
    """Somebody signed in who has agreed to nothing yet."""
    user, client = make_user(), Client()
    client.force_login(user)
    return Scene(client, user)


def _in_draft(slug: SectionSlug) -> Callable[[Scene, str], object]:
    def stored(scene: Scene, name: str) -> object:
        data = StepAnswers.objects.get(draft__user=scene.user, step=slug).data
        if row := re.fullmatch(r"(\w+)-0-(\w+)", name):
            return data[row[1]][0][row[2]]
        seldom = (*UNTOLD.get(slug, ()), BOX)  # these are only where they were asked, or never
        return data.get(name) if name in seldom else data[name]

    return stored


def _section(
    slug: SectionSlug,
    form: type[forms.BaseForm],
    right: Fields,
    names: tuple[str, ...],
    *,
    leads: str,
    status: str = "1",
    prefix: str = "",
) -> Door:
    return Door(
        title=f"{slug}-{prefix or status}".rstrip("-"),
        form=form,
        path=f"/collection/{slug}/",
        names=names,
        right=right,
        prepare=_filling(status),
        stored=_in_draft(slug),
        leads=f"/collection/{leads}/",
        prefix=f"{prefix}-0-" if prefix else "",
        traces=UNSENT,
    )


def _cells(fields: Fields) -> tuple[str, ...]:
    return tuple(name for name in fields if "_FORMS" not in name)


_PAPERS = ("photo", "id_card_front", "id_card_back")
_NO_ROWS = rows("periods") | {"periods-TOTAL_FORMS": "0"}
_CODE = EMPLOYER["employer_uscc"]
_MEANT = {"employer_uscc": _CODE[:17] + ("0" if _CODE[17] != "0" else "1"), "employer_uscc_meant": "on"}
_OF_STATUS = {status: {"employment_status": status, "division_code": "440103"} for status in "1234"}
_NO_TITLE = {"qualifications-TOTAL_FORMS": "0", "qualifications-INITIAL_FORMS": "0", "no_qualification_meant": "on"}
_PROFESSIONAL = CERTIFICATES | QUALIFICATION | TALENT
PERSONAL_DOOR = _section(
    SectionSlug.PERSONAL, PersonalForm, PERSONAL, (*PERSONAL, *_PAPERS, "same_picture_meant"), leads="education"
)
EMPLOYMENT_DOORS = (
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["1"] | EMPLOYER | ACCOUNTING | _NO_ROWS,
             ("employment_status", *EMPLOYER, *ACCOUNTING), leads="professional"),
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["3"] | {"residence_address": "示例街 2 号"} | _NO_ROWS,
             ("residence_address",), leads="professional", status="3"),
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["4"] | {"school_name": "岭南示例大学"} | _NO_ROWS,
             ("school_name", "student_proof"), leads="professional", status="4"),
)  # fmt: skip
SECTIONS = (
    PERSONAL_DOOR,
    _section(SectionSlug.EDUCATION, EducationForm, EDUCATION, tuple(EDUCATION), leads="employment"),
    *EMPLOYMENT_DOORS,
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["2"] | EMPLOYER | _MEANT | _NO_ROWS,
             ("employer_uscc_meant",), leads="professional", status="2"),
    _section(SectionSlug.EMPLOYMENT, PeriodForm, _OF_STATUS["2"] | EMPLOYER | PERIOD, _cells(PERIOD),
             leads="professional", status="2", prefix="periods"),
    _section(SectionSlug.PROFESSIONAL, ProfessionalForm, _PROFESSIONAL, tuple(CERTIFICATES), leads="awards"),
    _section(SectionSlug.PROFESSIONAL, QualificationForm, _PROFESSIONAL, _cells(QUALIFICATION), leads="awards",
             prefix="qualifications"),
    dataclasses.replace(
        _section(SectionSlug.PROFESSIONAL, QualificationForm, CERTIFICATES | TALENT | TITLE,
                 ("qualifications-0-title",), leads="awards", prefix="qualifications"),
        title="professional-titles", stored=_title_in_draft),
    dataclasses.replace(
        _section(SectionSlug.PROFESSIONAL, ProfessionalForm, CERTIFICATES | TALENT | _NO_TITLE,
                 ("no_qualification_meant",), leads="awards"),
        title="professional-none", prepare=_said_to_hold_a_title),
    _section(SectionSlug.PROFESSIONAL, TalentForm, _PROFESSIONAL, _cells(TALENT), leads="awards", prefix="talents"),
    _section(SectionSlug.AWARDS, AwardForm, AWARD, _cells(AWARD), leads="review", prefix="awards"),
)  # fmt: skip
