"""工作信息 (R3.4): the field matrix as a form, and earlier times of accounting work."""

import datetime as dt
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from kuaiji.accountants import rules
from kuaiji.accountants.enums import EmploymentStatus, SectionSlug
from kuaiji.accountants.sections import field_matrix
from kuaiji.accountants.sections.answers import PICTURES, Answers
from kuaiji.accountants.sections.fields import CheckedField, line, searched_list, select
from kuaiji.accountants.sections.forms.base import (
    Rows,
    SectionForm,
    file_field,
    row_set,
)
from kuaiji.codelists.choices import BLANK, industries
from kuaiji.codelists.services import label
from kuaiji.common import credit_codes, phones
from kuaiji.common.choices import FixedChoices
from kuaiji.common.dates import Edge
from kuaiji.common.forms import DateField, ExplainedRadios, WholeNumberField, count_in
from kuaiji.common.profile import profile
from kuaiji.regions.models import Registry
from kuaiji.regions.services import bodies_of_their_own, cities, full_name, places

MOST_YEARS = 100  # as the wire has it
YEARS, YEARS_COUNTED = "accounting_years", "accounting_years_counted"
USCC_MEANT = "employer_uscc_meant"
# Who belongs where: the documents name four words and explain none (ADR 0078). A bureau may decide otherwise.
WHO_BELONGS: dict[str, str] = {
    EmploymentStatus.ACCOUNTING_POST: "含出纳、兼职、代理记账、退休返聘做会计的",
    EmploymentStatus.OTHER_POST: "有单位、不做会计工作的，含内退",
    EmploymentStatus.UNEMPLOYED: "没有单位的，含退休、失业、自由职业",
    EmploymentStatus.STUDENT: "含在单位实习的学生",
}
# What a picked employer fills in; folded on the page once it is all there.
PARTICULARS = (
    "employer_uscc",
    "employer_industry",
    "employer_economic_type",
    "employer_address",
    "employer_phone",
    "division_code",
)
LABELS = {field.name: field.label for field in field_matrix.FIELDS}


class DivisionField(forms.ChoiceField):
    """行政区划: every place of this platform, city by city."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Select(attrs={"data-grouped": "请选择地市", "data-within": "县（区）"})
        super().__init__(choices=FixedChoices(lambda: _places()), widget=widget, **kwargs)

    def validate(self, value: str) -> None:
        """A place elsewhere is refused with a word on whose it is (R1.6)."""
        forms.Field.validate(self, value)
        if value in places():
            return
        # 深圳's codes begin with 4403 and 广东's with 44: the longest beginning tells whose a code is.
        ours = profile()
        known = {ours.territory.rstrip("0"): None, **{other.code.rstrip("0"): other for other in ours.others}}
        if other := known.get(max(filter(value.startswith, known), key=len, default="")):
            raise forms.ValidationError(f"{other.region}的会计人员请到{other.title}办理", code="other_platform")
        raise forms.ValidationError(f"行政区划应在{profile().region}范围内，请重新选择", code="invalid_choice")


class EmploymentForm(SectionForm):
    """All 16 fields are declared; the chosen status decides which are required and which are dropped."""

    uploads = PICTURES[SectionSlug.EMPLOYMENT]

    employment_status = forms.ChoiceField(
        label="在岗状态",
        choices=EmploymentStatus.choices,
        widget=ExplainedRadios(hints=WHO_BELONGS),
        help_text="按目前的情况选；拿不准的请咨询财政部门，以其答复为准",
    )
    division_code = DivisionField(label=LABELS["division_code"])
    employer_name = line(
        LABELS["employer_name"],
        limit=100,
        required=False,
        help_text="输入名称或信用代码，从查到的单位中选",
    )
    employer_uscc = CheckedField(
        label=LABELS["employer_uscc"],
        required=False,
        check=credit_codes.check_form,
        max_length=60,
        help_text="18 位，见营业执照或法人证书",
    )
    employer_uscc_meant = forms.BooleanField(label=f"{LABELS['employer_uscc']}校验不符，仍按此填写", required=False)
    employer_industry = forms.ChoiceField(
        label=LABELS["employer_industry"],
        required=False,
        choices=FixedChoices(lambda: [BLANK, *industries()]),
        widget=searched_list(),
    )
    employer_economic_type = select(LABELS["employer_economic_type"], "economic_types", required=False)
    employer_address = line(LABELS["employer_address"], limit=200, required=False)
    employer_phone = CheckedField(
        label=LABELS["employer_phone"],
        required=False,
        check=lambda raw: phones.check_phone(raw, field="employer_phone"),
        max_length=60,
        help_text=f"座机请带区号，例如 {profile().phone_example}；也可填手机号",
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    accounting_post = select(LABELS["accounting_post"], "accounting_posts", required=False)
    accounting_admin_post = select(LABELS["accounting_admin_post"], "accounting_admin_posts", required=False)
    accounting_start_date = DateField(
        label=LABELS["accounting_start_date"], required=False, help_text="例如 2015年7月，或 201507", month=Edge.FIRST
    )
    accounting_years = WholeNumberField(
        label=LABELS["accounting_years"],
        required=False,
        min_value=0,
        max_value=MOST_YEARS,
        help_text="整年数，例如中断过会计工作的；留空的按开始时间推算",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "k-w-s"}),
    )
    accounting_technical_post = select(
        LABELS["accounting_technical_post"], "accounting_technical_posts", required=False
    )
    technical_post_appointed_on = DateField(
        label=LABELS["technical_post_appointed_on"],
        required=False,
        help_text="例如 2018年7月，或 201807",
        month=Edge.FIRST,
    )
    residence_address = line(LABELS["residence_address"], limit=200, required=False)
    school_name = line(LABELS["school_name"], limit=100, required=False)
    student_proof = file_field(
        LABELS["student_proof"], help_text="学生证有照片和学校名称的一页。JPG 或 PNG，10 MB 以内"
    )

    def needs(self, name: str) -> bool:
        return name in field_matrix.asked(self.cleaned_data.get("employment_status", ""))

    def clean(self) -> dict[str, Any]:
        """The matrix: what is not asked is dropped, faults included; what is asked is required."""
        data = super().clean()
        status = data.get("employment_status", "")
        asked = field_matrix.asked(status)
        for name in field_matrix.BY_NAME:
            if name not in asked:
                data[name] = None
                self.errors.pop(name, None)
        required = field_matrix.required(status, data.get("accounting_technical_post"))
        if "technical_post_appointed_on" not in required:
            data["technical_post_appointed_on"] = None
            self.errors.pop("technical_post_appointed_on", None)
        for name in ("accounting_start_date", "technical_post_appointed_on"):
            self.check_date(name, working=True)
        self._settle_code()
        self._settle_years()
        for name in required - set(self.uploads) - {"accounting_years"}:
            self.require(name)
        return data

    def _settle_code(self) -> None:
        """A code whose check characters are wrong is asked about once more: some such codes are in use. That it is
        meant is an answer only with such a code."""
        code, is_meant = self.cleaned_data.get("employer_uscc"), self.cleaned_data.pop(USCC_MEANT, False)
        if not code or not credit_codes.is_broken(code):
            return
        if is_meant:
            self.cleaned_data[USCC_MEANT] = True
        else:
            self.ask(lambda: credit_codes.check_digits(code))

    @property
    def asks_whether_code_is_meant(self) -> bool:
        """Whether the page shows the question: after such a code was refused, and where it was answered."""
        found: ErrorDict | None = getattr(self, "_errors", None)  # None while nothing was checked
        refused = {fault.code for fault in found.as_data().get("employer_uscc", ())} if found else set()
        return bool(self[USCC_MEANT].value()) or not refused.isdisjoint(credit_codes.BROKEN)

    @property
    def central_bodies(self) -> list[Registry]:
        """Who collects the people that no platform of a place does (R1.3)."""
        return bodies_of_their_own()

    @property
    def particulars(self) -> str:
        """What an employer fills in, in words; empty where something of it is missing or at fault, so that the page
        shows the fields themselves."""
        given = [self[name].value() for name in PARTICULARS]
        found: ErrorDict | None = getattr(self, "_errors", None)
        if not all(given) or (found and found.keys() & {*PARTICULARS, USCC_MEANT}):
            return ""
        code, industry, kind, address, phone, place = given
        if place not in places():  # what else was posted is not asked for anywhere; the field will refuse it
            return ""
        told = (code, label("industries", industry), label("economic_types", kind), address, phone, full_name(place))
        return " · ".join(told)

    @property
    def years_told(self) -> int | None:
        """年限 as it is counted from the start on the page; None while that does not tell."""
        if self.years_counted is not None:
            return self.years_counted
        start = self._start_on_page()
        return self._count(start, self.facts.today) if start else None

    @property
    def years_disagree(self) -> bool:
        """Whether the page has to show the field: other years were typed, or are at fault."""
        typed = self[YEARS].value()
        found: ErrorDict | None = getattr(self, "_errors", None)
        return YEARS in (found or {}) or str(typed or "") not in ("", str(self.years_told))

    def _start_on_page(self) -> dt.date | None:
        """The start that stands on the page, if it can be read; nothing else of the form is checked for it."""
        try:
            return self.fields["accounting_start_date"].to_python(self["accounting_start_date"].value())
        except forms.ValidationError:
            return None

    def _settle_years(self) -> None:
        """年限 left empty, or as it was counted, is counted from the times of work (R3.4); what was typed stays, if
        somebody of that age can have worked so long. Without a right start there is nothing to say of it."""
        start = self.cleaned_data.get("accounting_start_date")
        if start is None or {"accounting_start_date", YEARS} & self.errors.keys():
            return
        if (counted := self._count(start, self.facts.today)) > MOST_YEARS:
            words = f"{LABELS['accounting_start_date']}距今超过 {MOST_YEARS} 年，请核对"
            self.add_error("accounting_start_date", forms.ValidationError(words, code="too_long_ago"))
            return
        typed = self.cleaned_data.get(YEARS)
        if typed is None:
            self.cleaned_data[YEARS] = counted
        elif self._is_left_alone(typed):
            self.cleaned_data[YEARS] = self._stood_for(start, otherwise=counted)
        elif born := self.facts.birth_date:
            self.ask(lambda: rules.check_years(typed, birth_date=born, today=self.facts.today, field=YEARS))

    def _is_left_alone(self, typed: int) -> bool:
        """Whether the page showed these years because they had been counted."""
        return typed in (count_in(self.data, YEARS_COUNTED), self._counted_before())

    def _stood_for(self, start: dt.date, *, otherwise: int) -> int:
        """The years that stood for this start: time alone is no change of the answers."""
        before = self.before.answers if self.before else {}
        stood: int = before.get(YEARS, otherwise)
        return stood if before.get("accounting_start_date") == start.isoformat() else otherwise

    @property
    def years_counted(self) -> int | None:
        """年限 on the page, where it was counted: the page sends it back beside what is typed, so that it is known
        whether somebody has changed it."""
        return count_in(self.data, YEARS_COUNTED) if self.is_bound else self._counted_before()

    def _counted_before(self) -> int | None:
        if self.before is None or not (start := self.before.answers.get("accounting_start_date")):
            return None
        stood: int | None = self.before.answers.get(YEARS)
        return stood if stood == self._count(dt.date.fromisoformat(start), self.before.on) else None

    def _count(self, start: dt.date, until: dt.date) -> int:
        earlier = self.before.earlier if self.before else ()
        return rules.accounting_years([*earlier, (start, None)], until=until)

    def unasked(self, answers: Answers) -> frozenset[str]:
        """What the matrix does not ask of the status, and earlier periods of who is in accounting."""
        status = answers.get("employment_status") or ""
        asked = field_matrix.required(status, answers.get("accounting_technical_post"))
        periods = {"periods"} if status == EmploymentStatus.ACCOUNTING_POST else set()
        return frozenset((field_matrix.BY_NAME.keys() - asked) | periods)

    def asked_rows(self) -> frozenset[str]:
        """Earlier periods are for people who are not in accounting now; the running one follows from the start date."""
        in_accounting = self.cleaned_data.get("employment_status") == EmploymentStatus.ACCOUNTING_POST
        return frozenset() if in_accounting else frozenset({"periods"})


class PeriodForm(SectionForm):
    """One earlier time of accounting work."""

    started_on = DateField(label="开始时间", help_text="例如 2015年7月，或 201507", month=Edge.FIRST)
    ended_on = DateField(label="结束时间", help_text="例如 2020年6月，或 202006", month=Edge.LAST)
    employer_name = line("工作单位", limit=100)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("started_on", "ended_on"):
            self.check_date(name, working=True)
        start, end = data.get("started_on"), data.get("ended_on")
        if start and end and not {"started_on", "ended_on"} & self.errors.keys():
            self.ask(lambda: rules.check_forwards(start, end, field="ended_on"))
        return data


class PeriodRows(Rows):
    """Times may overlap, as handover days and two jobs at once do: their days count once (ADR 0065)."""

    ONE_OF_A_KIND = ("started_on", "ended_on", "employer_name")
    UNIT = "段"


Periods = row_set(PeriodForm, PeriodRows)


def _places() -> list[Any]:
    groups: list[Any] = [BLANK]
    for city in cities():
        if len(city.places) == 1:
            groups.append((city.places[0].code, city.places[0].name))
        else:
            groups.append((city.name, [(place.code, place.name) for place in city.places]))
    return groups
