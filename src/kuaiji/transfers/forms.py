"""What moving between platforms asks for. They never write."""

import uuid
from typing import Any

from django import forms

from kuaiji.accountants.enums import EmploymentStatus
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.fields import line
from kuaiji.accountants.sections.forms.base import SectionForm, file_field
from kuaiji.accountants.sections.forms.employment import DivisionField
from kuaiji.codelists.choices import BLANK
from kuaiji.common.choices import FixedChoices
from kuaiji.common.documents import document_sides
from kuaiji.common.forms import TextField
from kuaiji.common.text import compact
from kuaiji.identity.registration.forms import DetailsForm
from kuaiji.transfers.services.applying import Destination, destinations
from kuaiji_wire.proofs import CODE_LENGTH, CODE_LETTERS, read_code

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
        choices=FixedChoices(lambda: [BLANK, *((one.code, one.name) for one in destinations().values())]),
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )
    destination_division = forms.ChoiceField(
        label="调入地区",
        required=False,
        help_text="调入时选择的地区要与这里一致",
        widget=forms.Select(attrs={"data-grouped": "请选择地市", "data-within": "县（区）"}),
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


class ClaimPicturesForm(SectionForm):
    """Both sides of the document by which a bureau knows a claimant; called after the document."""

    uploads = ("id_card_front", "id_card_back")

    id_card_front = file_field("", help_text="字迹清楚、四角完整。JPG 或 PNG，10 MB 以内")
    id_card_back = file_field("", help_text="字迹清楚、四角完整。JPG 或 PNG，10 MB 以内")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels_of_uploads(self.facts).items():
            self.fields[name].label = label

    @classmethod
    def labels_of_uploads(cls, facts: Facts) -> dict[str, str]:
        """The two sides are called after the document."""
        front, back, _ = document_sides(facts.document_type)
        return {"id_card_front": front, "id_card_back": back}

    def needs(self, name: str) -> bool:
        """Some documents have one side that tells everything (R3.1)."""
        return name == "id_card_front" or document_sides(self.facts.document_type)[2]

    def pictures(self) -> tuple[uuid.UUID, uuid.UUID | None]:
        """The ids of the two sides; None where the second was not asked and not sent."""
        front, back = (self.cleaned_data[name] for name in self.uploads)
        return uuid.UUID(front), uuid.UUID(back) if back else None


class TransferInForm(DetailsForm):
    """验证信息 (R8.2): who it is, the proven phone, where to, and the 调转码 of who has another phone by now."""

    destination_division = DivisionField(label="调入地")
    transfer_code = TextField(
        label="调转码",
        required=False,
        help_text="用办理调出的手机号的不填。换了手机号的，填调出平台“调出详情”页上的 8 位；没有的也留空",
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    field_order = ("name", "document_type", "document_number", "document_country", "destination_division")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self[
            "destination_division"
        ].help_text = "与调出申请时选择的地区一致。先选好，再获取短信验证码：系统要按它查找您的调出申请"
        self["phone"].help_text = "最好用办理调出的手机号；也可以是新手机号，调入后用它接收短信"

    def clean_transfer_code(self) -> str:
        """As it is digested: case, blanks, hyphens, and O for 0, I and L for 1, play no part."""
        typed: str = self.cleaned_data["transfer_code"]
        code = read_code(compact(typed))
        if code and (len(code) != CODE_LENGTH or not set(code) <= set(CODE_LETTERS)):
            raise forms.ValidationError(f"调转码是 {CODE_LENGTH} 位数字和字母，例如 7K3M-9QWT；没有的请留空")
        return code
