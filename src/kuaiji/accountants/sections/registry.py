"""One list of sections: collection walks it, changes edit one of it, check page and archive loop over it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.utils.safestring import SafeString

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import DATES, PRECISIONS, Answers, Before
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.forms.base import Rows, SectionForm
from kuaiji.accountants.sections.forms.education import EducationForm
from kuaiji.accountants.sections.forms.employment import EmploymentForm, Periods
from kuaiji.accountants.sections.forms.personal import PersonalForm
from kuaiji.accountants.sections.forms.professional import (
    Awards,
    ProfessionalForm,
    Qualifications,
    Talents,
)
from kuaiji.attachments.uploads import Uploads
from kuaiji.common.dates import KnownDate
from kuaiji.common.errors import RuleBroken
from kuaiji.common.markup import render_error_summary


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A section: its form and its sets of rows by prefix, with their headings."""

    slug: SectionSlug
    title: str
    form: type[SectionForm]
    rows: Mapping[str, tuple[str, type[Rows]]] = dataclasses.field(default_factory=dict)

    @property
    def template(self) -> str:
        """Where its fields are laid out."""
        return f"accountants/sections/{self.slug}.html"


SECTIONS = (
    Section(SectionSlug.PERSONAL, "个人信息", PersonalForm),
    Section(SectionSlug.EDUCATION, "学历信息", EducationForm),
    Section(SectionSlug.EMPLOYMENT, "工作信息", EmploymentForm, {"periods": ("以前从事会计工作的经历", Periods)}),
    Section(
        SectionSlug.PROFESSIONAL,
        "专业技术信息",
        ProfessionalForm,
        {"qualifications": ("专业技术资格信息", Qualifications), "talents": ("高端会计人才信息", Talents)},
    ),
    Section(SectionSlug.AWARDS, "奖励信息", SectionForm, {"awards": ("奖励信息", Awards)}),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


class SectionPage:
    """The forms of one section for one person, empty, filled from saved ``answers``, or bound to ``data``.

    ``before`` is what stood when the page was opened. ``employer_search`` is the address that suggests employers while
    one types; pages that only read need none.
    """

    def __init__(
        self,
        section: Section,
        *,
        facts: Facts,
        data: QueryDict | None = None,
        uploads: Uploads | None = None,
        answers: Answers | None = None,
        before: Before | None = None,
        employer_search: str = "",
    ) -> None:
        self.section = section
        saved = answers or {}
        self.form = section.form(data, facts=facts, uploads=uploads, before=before, initial=as_typed(saved))
        if employer_search and "employer_name" in self.form.fields:
            self.form.fields["employer_name"].widget.attrs["data-search"] = employer_search
        self.rows = {
            prefix: rows(
                data,
                prefix=prefix,
                initial=[as_typed(row) for row in saved.get(prefix) or []],
                form_kwargs={"facts": facts},
            )
            for prefix, (_, rows) in section.rows.items()
        }
        for prefix, row_set in self.rows.items():
            row_set.extra = len(saved.get(prefix) or []) or int(prefix in self.form.opens_rows())

    @property
    def forms(self) -> list[BaseForm]:
        """The form and the rows of all sets."""
        return [self.form, *(row for rows in self.rows.values() for row in rows.forms)]

    @property
    def error_summary(self) -> SafeString:
        """All faults of the page in one box."""
        return render_error_summary([self.form, *self.rows.values()])

    def blame(self, broken: RuleBroken) -> None:
        """Show one refusal and nothing else: what was typed is not checked yet."""
        self.form.blame(broken)

    def is_valid(self) -> bool:
        """Check everything, so that all faults of the page show at once."""
        whole = self.form.is_valid()
        for rows in self.asked_row_sets():
            whole = rows.is_valid() and whole
        self.form.check_rows(self.rows)
        return whole and not self.form.errors

    def asked_row_sets(self) -> list[Rows]:
        """The sets of rows that the checked answers call for."""
        asked = self.form.asked_rows()
        return [rows for prefix, rows in self.rows.items() if asked is None or prefix in asked]

    def answers(self) -> Answers:
        """All cleaned answers as JSON values; rows that were not asked for are empty."""
        asked = self.form.asked_rows()
        rows = {
            prefix: row_set.answers() if asked is None or prefix in asked else []
            for prefix, row_set in self.rows.items()
        }
        return self.form.answers() | rows


def as_data(section: Section, answers: Answers) -> QueryDict:
    """Saved answers as a posted form, to be validated again by the same forms."""
    data = QueryDict(mutable=True)
    for name, value in as_typed(answers).items():
        if name in section.rows:
            for key in ("TOTAL_FORMS", "INITIAL_FORMS"):
                data[f"{name}-{key}"] = str(len(value) if key == "TOTAL_FORMS" else 0)
            for position, row in enumerate(value):
                data.update({f"{name}-{position}-{cell}": _typed(given) for cell, given in as_typed(row).items()})
        else:
            data[name] = _typed(value)
    return data


def as_typed(answers: Answers) -> Answers:
    """Saved answers as their fields show them: dates in words, as precisely as they were told."""
    dates = {name: known.words for name in DATES & answers.keys() if (known := KnownDate.in_answers(answers, name))}
    return {name: value for name, value in answers.items() if name not in PRECISIONS} | dates


def _typed(value: Any) -> str:
    if value is True:
        return "on"
    return "" if value in (None, False) else str(value)
