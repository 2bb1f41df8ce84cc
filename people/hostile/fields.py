"""Every field of every form of the platform, and what it is. A new field has to be entered here."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from kuaiji.accountants import rules
from kuaiji.accountants.sections.forms.education import EducationForm
from kuaiji.accountants.sections.forms.employment import EmploymentForm, PeriodForm
from kuaiji.accountants.sections.forms.personal import PersonalForm
from kuaiji.accountants.sections.forms.professional import (
    AwardForm,
    ProfessionalForm,
    QualificationForm,
    TalentForm,
)
from kuaiji.applications.enums import ArchiveItem
from kuaiji.applications.forms import CountryCorrectionForm, DocumentCorrectionForm, GenderCorrectionForm, PhoneLostForm
from kuaiji.archives.forms import CheckForm
from kuaiji.changes.forms import NameForm
from kuaiji.closing.forms import CloseForm
from kuaiji.codelists.choices import degrees, education_levels, industries, titles
from kuaiji.codelists.services import entries
from kuaiji.collection.forms import NoticeForm
from kuaiji.common import clock
from kuaiji.feedback.forms import EvaluationForm
from kuaiji.identity.forms import CodeForm, PasswordForm
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.registration.forms import DetailsForm, QuestionsForm
from kuaiji.identity.security.forms import ChangePasswordForm, NewPhoneForm
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.identity.texts.forms import AgreeForm
from kuaiji.messages.forms import ChoiceForm
from kuaiji.portal.data import OwnerForm
from kuaiji.portal.demo import InboxForm
from kuaiji.regions.services import cities_of, places, registries
from kuaiji.transfers.forms import ClaimPicturesForm, TransferInForm, TransferOutForm
from people.hostile import kinds
from people.hostile.kinds import Kind

THIS_YEAR = clock.today().year


def years_since(start: dt.date) -> int:
    """Whole years of work from that day to today."""
    return rules.accounting_years([(start, None)], until=clock.today())


MOST_YEARS = years_since(dt.date(1996, 2, 29))  # of who fills in, from the sixteenth birthday on


def codes(name: str) -> Callable[[], set[str]]:
    return lambda: {entry.code for entry in entries(name)}


def listed(choices: Callable[[], Any]) -> Callable[[], set[str]]:
    """The codes of a list whose lines may stand in groups."""

    def read() -> set[str]:
        return {
            code
            for value, text in choices()
            for code in ([value] if isinstance(text, str) else [inner for inner, _ in text])
        }

    return read


DOCUMENT = {
    "document_type": kinds.choice(codes("document_types")),
    "document_number": kinds.folded(limit=60),
    "document_country": kinds.choice(codes("countries")),
}
CORRECTION = {"reason": kinds.line(200), "correction_proof": kinds.FILE, "further_proof": kinds.FILE}
FIELDS: Mapping[type[forms.BaseForm], Mapping[str, Kind]] = {
    QuestionsForm: {
        "works_in_accounting": kinds.choice(["yes", "no"]),
        "holds_qualification": kinds.choice(["yes", "no"]),
    },
    DetailsForm: {
        "name": kinds.NAME,
        "document_type": kinds.choice(codes("document_types")),
        "document_number": kinds.folded(limit=60),
        "document_country": kinds.choice(codes("countries")),
        "phone": kinds.folded(limit=60),
        "sms_code": kinds.CODE_OF_SMS,
        "challenge": kinds.ANSWER,
    },
    PasswordForm: {"password1": kinds.PASSWORD},
    SignInForm: {
        "document_number": kinds.UNKNOWN_NUMBER,
        "password": kinds.GUESSED_PASSWORD,
        "document_type": kinds.UNKNOWN_CHOICE,
        "challenge": kinds.ANSWER,
    },
    RecoverForm: {
        "document_number": kinds.ANY_NUMBER,
        "document_type": kinds.choice(codes("document_types"), required=False),
        "phone": kinds.folded(limit=60),
        "sms_code": kinds.CODE_OF_SMS,
        "challenge": kinds.ANSWER,
    },
    CodeForm: {"sms_code": kinds.CODE_OF_SMS, "challenge": kinds.ANSWER},
    NewPhoneForm: {
        "phone": kinds.folded(limit=60),
        "sms_code": kinds.CODE_OF_SMS,
        "challenge": kinds.ANSWER,
    },
    ChangePasswordForm: {
        "current_password": kinds.CURRENT_PASSWORD,
        "password1": kinds.PASSWORD,
    },
    CloseForm: {"understood": kinds.flag(required=True), "current_password": kinds.CURRENT_PASSWORD},
    AgreeForm: {"shown": kinds.AGREED_TO},
    DocumentCorrectionForm: DOCUMENT | CORRECTION,
    GenderCorrectionForm: {"gender": kinds.choice("12")} | CORRECTION,
    CountryCorrectionForm: {"country": kinds.choice(codes("countries"))} | CORRECTION,
    PhoneLostForm: {
        "name": kinds.NAME,
        **DOCUMENT,
        "first_item": kinds.choice(ArchiveItem.values),
        "first_answer": kinds.line(100),
        "second_item": kinds.choice(ArchiveItem.values),
        "second_answer": kinds.line(100),
        "phone": kinds.folded(limit=60),
        "sms_code": kinds.CODE_OF_SMS,
        "challenge": kinds.ANSWER,
    },
    OwnerForm: {"current_password": kinds.CURRENT_PASSWORD},
    ChoiceForm: {"wanted": kinds.choice({"useful", "reminder"})},
    EvaluationForm: {"grade": kinds.choice("12345"), "words": kinds.line(200, required=False)},
    NoticeForm: {"truthful": kinds.flag(required=True)},
    PersonalForm: {
        "gender": kinds.choice("12"),
        "birth_date": kinds.folded(),
        "country": kinds.choice(codes("countries")),
        "ethnic_group": kinds.choice(codes("ethnic_groups")),
        "political_status": kinds.choice(codes("political_statuses")),
        "email": kinds.EMAIL,
        "photo": kinds.FILE,
        "id_card_front": kinds.FILE,
        "id_card_back": kinds.FILE,
        "same_picture_meant": dataclasses.replace(kinds.flag(), judge=lambda typed, right: kinds.Kept(None)),
    },
    EducationForm: {
        # It opens what is told anyway, and is no answer.
        "has_part_time": dataclasses.replace(kinds.flag(), judge=lambda typed, right: kinds.Kept(None)),
    }
    | {
        f"{mode}_{part}": kind
        for mode in ("full_time", "part_time")
        for part, kind in {
            "level": kinds.choice(listed(education_levels)),
            "degree": kinds.choice(listed(degrees)),
            "school": kinds.line(100),
            "major": kinds.line(100),
            "enrolled_on": kinds.folded(required=False, blank=None),
            "graduated_on": kinds.folded(),
            "second_degree": kinds.flag(),
        }.items()
    },
    EmploymentForm: {
        "employment_status": kinds.choice("1234"),
        "division_code": kinds.choice(places),
        "employer_name": kinds.line(100),
        "employer_uscc": kinds.folded(limit=60),
        # Without it the code is refused, at its own field.
        "employer_uscc_meant": dataclasses.replace(kinds.flag(required=True), named=False),
        "employer_industry": kinds.choice(listed(industries)),
        "employer_economic_type": kinds.choice(codes("economic_types")),
        "employer_address": kinds.line(200),
        "employer_phone": kinds.folded(limit=60),
        "accounting_post": kinds.choice(codes("accounting_posts")),
        "accounting_admin_post": kinds.choice(codes("accounting_admin_posts")),
        "accounting_start_date": kinds.folded(),
        "accounting_years": kinds.whole(0, MOST_YEARS, blank=lambda: years_since(dt.date(2004, 7, 1))),
        "accounting_technical_post": kinds.choice(codes("accounting_technical_posts")),
        "technical_post_appointed_on": kinds.folded(),
        "residence_address": kinds.line(200),
        "school_name": kinds.line(100),
        "student_proof": kinds.FILE,
    },
    PeriodForm: {"started_on": kinds.folded(), "ended_on": kinds.folded(), "employer_name": kinds.line(100)},
    ProfessionalForm: {
        "is_cpa": kinds.flag(),
        "cpa_number": kinds.line(40),
        "is_tax_agent": kinds.flag(),
        "tax_agent_number": kinds.line(40),
        "is_asset_appraiser": kinds.flag(),
        "asset_appraiser_number": kinds.line(40),
        "abacus_level": kinds.choice(codes("abacus_levels")),
        "no_qualification_meant": kinds.flag(),
    },
    QualificationForm: {
        "title": kinds.choice(listed(titles)),
        "category": kinds.choice(codes("qualification_categories")),
        "level": kinds.choice(codes("qualification_levels")),
        "method": kinds.choice(codes("qualification_methods")),
        "obtained_on": kinds.folded(),
        "name": kinds.line(60, required=False),
        "certificate_number": kinds.line(40, required=False),
        "issued_in": kinds.line(60, required=False),
    },
    TalentForm: {
        "programme": kinds.choice(codes("talent_programmes")),
        "selected_year": kinds.whole(1950, THIS_YEAR),
        "status": kinds.choice(codes("talent_statuses")),
        "graduated_year": kinds.whole(2012, THIS_YEAR),
    },
    AwardForm: {
        "name": kinds.line(100),
        "level": kinds.choice(codes("award_levels")),
        "year": kinds.whole(1950, THIS_YEAR, blank=lambda: None),
        "giver": kinds.line(100, required=False),
    },
    NameForm: {"name": kinds.NAME, "reason": kinds.line(100), "name_proof": kinds.FILE},
    CheckForm: {"check_code": kinds.folded(limit=80), "challenge": kinds.ANSWER},
    TransferOutForm: {
        "destination_platform": kinds.choice(lambda: {one.code for one in registries()}),
        "destination_division": kinds.choice(
            lambda: {place.code for city in cities_of("440300") for place in city.places}
        ),
        "reason": kinds.line(200),
        "proof": kinds.FILE,
    },
    ClaimPicturesForm: {"id_card_front": kinds.FILE, "id_card_back": kinds.FILE},
    TransferInForm: {
        "name": kinds.NAME,
        **DOCUMENT,
        "phone": kinds.folded(limit=60),
        "sms_code": kinds.CODE_OF_SMS,
        "transfer_code": kinds.TRANSFER_CODE,
        "destination_division": kinds.choice(places),
        "challenge": kinds.ANSWER,
    },
    InboxForm: {"phone": kinds.folded(required=False, limit=60)},
}
