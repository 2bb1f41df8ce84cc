"""专业技术信息 (R3.5) and 奖励信息 (R3.6)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField

from kuaiji.accountants import rules
from kuaiji.accountants.enums import CERTIFICATES, TALENT_GRADUATED, EmploymentStatus
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.fields import line, searched_list, select, year
from kuaiji.accountants.sections.forms.base import Rows, SectionForm, row_set
from kuaiji.codelists.choices import BLANK, titles
from kuaiji.common.choices import FixedChoices
from kuaiji.common.dates import Edge
from kuaiji.common.forms import DateField

MEANT = "no_qualification_meant"
APART = ("category", "level", "method")


class ProfessionalForm(SectionForm):
    """Three certificates with their numbers, and the abacus level; whether somebody holds a title at all."""

    is_cpa = forms.BooleanField(label="是注册会计师", required=False)
    cpa_number = line("注册会计师证书编号", limit=40, required=False)
    is_tax_agent = forms.BooleanField(label="是税务师", required=False)
    tax_agent_number = line("税务师证书编号", limit=40, required=False)
    is_asset_appraiser = forms.BooleanField(label="是资产评估师", required=False)
    asset_appraiser_number = line("资产评估师证书编号", limit=40, required=False)
    abacus_level = select("珠算等级", "abacus_levels", help_text="没有的请选“无”")
    no_qualification_meant = forms.BooleanField(label="确实没有专业技术资格", required=False)

    def clean(self) -> dict[str, Any]:
        """A number belongs to a ticked certificate ([decided]: required then), and is dropped without it."""
        data = super().clean()
        for name in CERTIFICATES:
            if data.get(f"is_{name}"):
                self.require(f"{name}_number")
            else:
                data[f"{name}_number"] = ""
                self.errors.pop(f"{name}_number", None)
        return data

    def unasked(self, answers: Answers) -> frozenset[str]:
        """The number of a certificate that is not ticked."""
        return frozenset(f"{name}_number" for name in CERTIFICATES if not answers.get(f"is_{name}"))

    def opens_rows(self) -> frozenset[str]:
        """Who said that they hold a title, and who is collected for nothing else, begins with its row."""
        others = self.facts.employment_status not in ("", EmploymentStatus.ACCOUNTING_POST)
        expected = others or (self.facts.holds_qualification and not self.initial.get(MEANT))
        return frozenset({"qualifications"} if expected else ())

    def check_rows(self, rows: Mapping[str, Rows]) -> None:
        """Who said at registration that they hold a title and gives none is asked about it once (ADR 0079); that it is
        meant is an answer only then, and stays one."""
        is_meant = self.cleaned_data.pop(MEANT, False)
        if any(form.has_changed() for form in rows["qualifications"].forms):
            return
        stood = bool(self.before and self.before.answers.get(MEANT))
        in_accounting = self.facts.employment_status == EmploymentStatus.ACCOUNTING_POST
        if is_meant and (stood or self.facts.holds_qualification):
            self.cleaned_data[MEANT] = True
        elif self.facts.holds_qualification and in_accounting:  # of the others the obligation is checked (R1.5)
            words = "您注册时说持有专业技术资格证书，这里还没有填写。请在上面填写；确实没有的，请勾选这一项再保存"
            self.add_error(MEANT, forms.ValidationError(words, code="no_qualification"))

    @property
    def asks_whether_no_qualification_is_meant(self) -> bool:
        """Whether the page shows the question: after it was asked, and where it was answered."""
        return bool(self[MEANT].value()) or MEANT in self._found

    @property
    def is_not_obliged(self) -> bool:
        """Whether the page was refused because nobody asks this person for it (R1.5)."""
        own = self._found.get(NON_FIELD_ERRORS)
        return own is not None and "not_an_accountant" in {fault.code for fault in own.as_data()}

    @property
    def _found(self) -> Mapping[str, Any]:
        return getattr(self, "_errors", None) or {}  # without checking what is only shown again


class QualificationForm(SectionForm):
    """专业技术资格

    The page asks for category, level and way in one choice, ``title``. A post may give the three by their own names;
    then they count, and the page that is shown again asks for them apart (ADR 0079).
    """

    folded_title = "证书编号、发证地区"

    title = forms.ChoiceField(
        label="专业技术资格", choices=FixedChoices(lambda: [BLANK, *titles()]), widget=searched_list()
    )
    category = select("资格类型", "qualification_categories")
    level = select("资格级别", "qualification_levels")
    method = select("取得方式", "qualification_methods")
    obtained_on = DateField(label="取得时间", help_text="证书上的批准日期，例如 2016年9月，或 201609", month=Edge.FIRST)
    name = line("资格名称", limit=60, required=False)
    certificate_number = line("证书编号", limit=40, required=False)
    issued_in = line("发证地区", limit=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_apart = self.is_bound and any(self.data.get(self.add_prefix(name)) for name in APART)
        for name in ("title",) if self.is_apart else APART:
            self.fields[name].required = False
        if all(self.initial.get(name) for name in APART):
            self.initial = {**self.initial, "title": "-".join(self.initial[name] for name in APART)}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        title = data.pop("title", "")
        if title and not self.is_apart:
            data |= zip(APART, title.split("-"), strict=True)
        self.check_date("obtained_on", working=True)
        return data

    def as_asked(self, answers: Answers) -> Answers:
        """The title in the place of the three that it says."""
        told = {name: value for name, value in answers.items() if name not in APART}
        return {"title": "-".join(str(answers.get(name)) for name in APART)} | told

    def add_error(self, field: str | None, error: Any) -> None:
        """A fault of one of the three stands at the title, where that is what the page asks for."""
        super().add_error("title" if field in APART and not self.is_apart else field, error)

    @property
    def row_fields(self) -> list[BoundField]:
        return [self[name] for name in (*(APART if self.is_apart else ("title",)), "obtained_on")]

    @property
    def folded_fields(self) -> list[BoundField]:
        return [self[name] for name in ("name", "certificate_number", "issued_in")]

    @property
    def folded_is_filled(self) -> bool:
        """Whether something in the fold has to be seen."""
        return any(bound.value() for bound in self.folded_fields)


class TalentForm(SectionForm):
    """高端会计人才"""

    programme = select("会计人才类型", "talent_programmes")
    selected_year = year("入选年度", help_text="四位年份，例如 2019")
    status = select("培养状态", "talent_statuses")
    graduated_year = year("毕业年度", required=False, help_text="已毕业的填写")

    def unasked(self, answers: Answers) -> frozenset[str]:
        return frozenset() if answers.get("status") == TALENT_GRADUATED else frozenset({"graduated_year"})

    def clean(self) -> dict[str, Any]:
        """毕业年度 is asked of graduates only ([decided]) and follows 入选年度."""
        data = super().clean()
        if data.get("status") == TALENT_GRADUATED:
            self.require("graduated_year")
        else:
            data["graduated_year"] = None
            self.errors.pop("graduated_year", None)
        for name in ("selected_year", "graduated_year"):
            self.check_year(name, age=rules.WORKING_AGE)
        chosen, graduated = data.get("selected_year"), data.get("graduated_year")
        if chosen and graduated and graduated < chosen and "graduated_year" not in self.errors:
            self.add_error(
                "graduated_year", forms.ValidationError("毕业年度早于入选年度，请核对", code="before_selection")
            )
        return data


class AwardForm(SectionForm):
    """奖励"""

    name = line("奖励名称", limit=100)
    level = select("奖励级别", "award_levels")
    year = year("获奖年度", required=False, help_text="四位年份，例如 2022")
    giver = line("授予单位", limit=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_year("year", age=0)
        return data


class QualificationRows(Rows):
    ONE_OF_A_KIND = ("category", "level", "method", "obtained_on")


class TalentRows(Rows):
    ONE_OF_A_KIND = ("programme", "selected_year")


class AwardRows(Rows):
    ONE_OF_A_KIND = ("name", "level", "year")


Qualifications = row_set(QualificationForm, QualificationRows)
Talents = row_set(TalentForm, TalentRows)
Awards = row_set(AwardForm, AwardRows)
