"""What the pages of registering ask for (R1.2, R2.1)."""

from typing import Any

from django import forms

from kuaiji.codelists.choices import offered
from kuaiji.common import phones
from kuaiji.common.choices import FixedChoices
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, SmsCodeField, TextField
from kuaiji.common.names import clean_name
from kuaiji.common.profile import profile
from kuaiji.identity.forms import (
    IdentityForm,
    check_document,
    check_new_document,
    checked,
    number_field,
    phone_field,
    type_field,
)
from kuaiji.identity.people.details import Details

YES_NO = (("yes", "是"), ("no", "否"))


class QuestionsForm(Form):
    """The two questions of R1.2."""

    works_in_accounting = forms.ChoiceField(label=profile().work_question, choices=YES_NO, widget=forms.RadioSelect)
    holds_qualification = forms.ChoiceField(
        label="是否持有会计专业技术资格证书",
        help_text="初级、中级、高级或正高级",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )


class DetailsForm(IdentityForm):
    """R2.1. With the button 获取短信验证码 (``sending``) everything but the code is looked at."""

    name = TextField(
        label="姓名",
        help_text="与证件上的姓名一致",
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "name"}),
    )
    document_type = type_field(required=True)
    document_number = number_field()
    document_country = forms.ChoiceField(
        label="签发国家或地区（仅外国护照填写）",
        required=False,
        choices=FixedChoices(lambda: offered("countries")),
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )
    phone = phone_field()
    sms_code = SmsCodeField(label="短信验证码", required=False)

    is_new = True  # whether somebody is to be known by this document from now on

    def __init__(self, *args: Any, sending: bool, proven_phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sending = sending
        self.tell_proven(proven_phone)

    def tell_proven(self, phone: str) -> None:
        """This phone needs no code any more."""
        self.proven_phone = phone
        if phone:
            self["sms_code"].help_text = "手机号已验证，不改手机号就不用再填"

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        (check_new_document if self.is_new else check_document)(self, self.refuse)
        self._check_name()
        if self.sending:
            self.errors.pop("sms_code", None)
            self.answer_challenge()
        elif not data.get("sms_code") and "sms_code" not in self.errors and not self._may_be_proven():
            self.refuse(RuleBroken("required", "请填写短信验证码", "sms_code"))
        return data

    def _may_be_proven(self) -> bool:
        """Of a phone that cannot be read nobody knows yet whether it is the proven one: one fault is enough."""
        phone = self.cleaned_data.get("phone")
        return bool(self.proven_phone) and (phone == self.proven_phone or "phone" in self.errors)

    def _check_name(self) -> None:
        """What may stand in a name depends on the document that prints it."""
        data, kind = self.cleaned_data, self.cleaned_data.get("document_type")
        if data.get("name"):
            try:
                data["name"] = clean_name(data["name"], document_type=DocumentType(kind) if kind else None)
            except RuleBroken as broken:
                self.refuse(broken)

    def details(self) -> Details:
        """What the service takes."""
        return Details.from_flat(self.cleaned_data)
