"""What moving between platforms asks for. They never write."""

import uuid
from typing import Any

from django import forms

from kuaiji.accountants.enums import EmploymentStatus
from kuaiji.accountants.sections.fields import line
from kuaiji.accountants.sections.forms.base import SectionForm, file_field
from kuaiji.accountants.sections.forms.employment import DivisionField
from kuaiji.codelists.choices import BLANK
from kuaiji.identity.registration.forms import DetailsForm
from kuaiji.transfers.services.applying import Destination, destinations

REASON_LENGTH = 200

# What proves the move (R5.1), by what the person does now.
PROOFS = {
    EmploymentStatus.ACCOUNTING_POST: "上传调入地的工作证明",
    EmploymentStatus.OTHER_POST: "上传调入地的工作证明",
    EmploymentStatus.UNEMPLOYED: "先咨询调入地财政部门，按其要求上传",
    EmploymentStatus.STUDENT: "上传学校开具的证明",
}


class TransferOutForm(SectionForm):
    """R5.1. The regions offered are those of the platform that is chosen; the button 选择地区 shows them."""

    uploads = ("proof",)

    destination_platform = forms.ChoiceField(
        label="调入平台",
        choices=lambda: [BLANK, *((one.code, one.name) for one in destinations().values())],
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )
    destination_division = forms.ChoiceField(
        label="调入地区",
        required=False,
        help_text="调入时选择的地区要与这里一致",
        widget=forms.Select(attrs={"data-region": True}),
    )
    reason = line(
        "调出理由",
        limit=REASON_LENGTH,
        help_text="例如：工作调动到深圳",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    proof = file_field("调转证明")

    def __init__(self, *args: Any, employment_status: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = PROOFS[EmploymentStatus(employment_status)]
        self["proof"].help_text = f"{asked}。JPG 格式，不超过 2 MB"
        self.fields["proof"].widget.attrs |= {"accept": "image/jpeg", "data-max-bytes": str(2 << 20)}
        code = self["destination_platform"].value()
        self.destination: Destination | None = destinations().get(str(code))
        division = self.fields["destination_division"]
        assert isinstance(division, forms.ChoiceField)
        division.choices = self._divisions()

    def _divisions(self) -> list[tuple[str, Any]]:
        groups = self.destination.divisions if self.destination else ()
        return [BLANK, *((city, list(places)) for city, places in groups)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.destination is None:  # the choice of a region says nothing then
            self.errors.pop("destination_division", None)
        elif not self.destination.divisions:
            self.errors.pop("destination_division", None)
            data["destination_division"] = ""
        else:
            self.require("destination_division")
        return data

    def proof_id(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["proof"])


class TransferInForm(DetailsForm):
    """验证信息 (R8.2): who it is, the proven phone, and where to."""

    is_new = False

    destination_division = DivisionField(label="调入地")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["destination_division"].help_text = "与调出申请时选择的地区一致"
        self["phone"].help_text = "可以是新手机号，调入后用它接收短信"
