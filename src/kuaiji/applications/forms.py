"""What requests ask for. They never write."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms

from kuaiji.accountants.sections.fields import CountryField, line, select
from kuaiji.accountants.sections.forms.base import SectionForm, file_field
from kuaiji.applications.enums import DATES, ArchiveItem, CorrectionField
from kuaiji.codelists.services import choices_of
from kuaiji.common import clock
from kuaiji.common.dates import Edge, read_date
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.forms import check_new_document, number_field
from kuaiji.identity.registration.forms import DetailsForm

REASON_LENGTH = 200
ITEM_LENGTH = 100


class CorrectionForm(SectionForm):
    """The reason and the proof; each kind of correction adds what is right."""

    uploads = ("correction_proof", "further_proof")
    COLUMNS: tuple[str, ...] = ()

    reason = line(
        "更正原因",
        limit=REASON_LENGTH,
        help_text="例如：注册时证件号码填错一位",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    correction_proof = file_field("证明材料", help_text="能看清正确信息的证件或证明。JPG 或 PNG，10 MB 以内")
    further_proof = file_field("证明材料第二张（选传）", help_text="例如证件的背面")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*self.COLUMNS, "reason", *self.uploads])

    def needs(self, name: str) -> bool:
        """One picture is enough."""
        return name == "correction_proof"

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.COLUMNS}

    def proof_ids(self) -> list[uuid.UUID]:
        return [uuid.UUID(given) for name in self.uploads if (given := self.cleaned_data[name])]


class DocumentCorrectionForm(CorrectionForm):
    """证件类型和证件号码, which are right only together."""

    COLUMNS = ("document_type", "document_number", "document_country")

    document_type = select("正确的证件类型", "document_types", widget=forms.Select(attrs={"class": "k-w-m"}))
    document_number = number_field("正确的证件号码")
    document_country = select(
        "签发国家或地区（仅外国护照填写）", "countries", required=False, widget=forms.Select(attrs={"class": "k-w-m"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_new_document(self, self.refuse)
        return data


class GenderCorrectionForm(CorrectionForm):
    """性别, where the document does not tell it."""

    COLUMNS = ("gender",)

    gender = forms.ChoiceField(
        label="正确的性别", choices=lambda: choices_of("genders", leave_out=frozenset("09")), widget=forms.RadioSelect
    )


class CountryCorrectionForm(CorrectionForm):
    """国籍（地区）, where the document does not tell it."""

    COLUMNS = ("country",)

    country = CountryField(label="正确的国籍（地区）", widget=forms.Select(attrs={"class": "k-w-m"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.facts.is_foreigner and isinstance(country := self.fields["country"], CountryField):
            country.ask_foreigner()


CORRECTION_FORMS: dict[CorrectionField, type[CorrectionForm]] = {
    CorrectionField.DOCUMENT: DocumentCorrectionForm,
    CorrectionField.GENDER: GenderCorrectionForm,
    CorrectionField.COUNTRY: CountryCorrectionForm,
}


def _as_asked(typed: str, field: str, label: str) -> str:
    return read_date(typed, field=field, label=label, today=clock.today(), month=Edge.LAST).text


def _item(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", "请选择"), *ArchiveItem.choices],
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )


class PhoneLostForm(DetailsForm):
    """R2.2: who it is, two things the archive holds, and the new phone with its code."""

    is_new = False

    first_item = _item("第一项")
    first_answer = line("第一项的内容", limit=ITEM_LENGTH)
    second_item = _item("第二项")
    second_answer = line("第二项的内容", limit=ITEM_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = "新手机号"
        self.fields["phone"].help_text = "审核通过后用这个手机号接收短信"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, second = data.get("first_item"), data.get("second_item")
        if first and first == second:
            self.refuse(RuleBroken("same_item", "请选择与第一项不同的内容", "second_item"))
        for name in ("first", "second"):
            self._check_date(f"{name}_item", f"{name}_answer")
        return data

    def items(self) -> dict[ArchiveItem, str]:
        """The two things, dates as ``KnownDate.text``."""
        data = self.cleaned_data
        return {ArchiveItem(data[f"{name}_item"]): data[f"{name}_answer"] for name in ("first", "second")}

    def _check_date(self, item: str, answer: str) -> None:
        data = self.cleaned_data
        if data.get(item) in DATES and data.get(answer):
            label = ArchiveItem(data[item]).label
            self._ask(lambda: _as_asked(data[answer], answer, label), answer)

    def _ask(self, rule: Callable[[], str], field: str) -> None:
        try:
            self.cleaned_data[field] = rule()
        except RuleBroken as broken:
            self.refuse(broken)
