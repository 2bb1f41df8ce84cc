"""Shape and wording of what registering, signing in and recovering ask for. They never write."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from kuaiji.codelists.choices import offered
from kuaiji.common import clock, documents, phones, text
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, SmsCodeField
from kuaiji.common.profile import profile
from kuaiji.identity.registration.services import Details
from kuaiji.limits.challenge import FIELD as CHALLENGE
from kuaiji.limits.challenge import Gate

NUMBER_LENGTH = 60  # characters as typed
YES_NO = (("yes", "是"), ("no", "否"))


class IdentityForm(Form):
    """A form that turns broken rules into faults, and asks the question of a busy address when ``gate`` says so."""

    def __init__(self, *args: Any, gate: Gate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gate = gate
        if gate and gate.asks:
            self.fields[CHALLENGE] = forms.CharField(
                label=f"请回答：{gate.question}",
                help_text="您所在的网络访问较多，回答后继续。写汉字或数字都可以",
                required=False,
                max_length=20,
                widget=forms.TextInput(attrs={"class": "k-w-s", "autocomplete": "off"}),
            )

    @property
    def challenge(self) -> BoundField | None:
        """The question, if it is asked."""
        return self[CHALLENGE] if CHALLENGE in self.fields else None

    def answer_challenge(self) -> None:
        """Put the answer to the gate: right, the question goes away; wrong, another one stands there."""
        if not (self.gate and CHALLENGE in self.fields):
            return
        try:
            self.gate.answer(self.cleaned_data.get(CHALLENGE, ""))
        except RuleBroken as broken:
            self.refuse(broken)
            self[CHALLENGE].label = f"请回答：{self.gate.question}"
            self.data = {**{name: self.data.get(name) for name in self.fields}, CHALLENGE: ""}
        else:
            del self.fields[CHALLENGE]


def checked(rule: Callable[[str], str], value: str) -> str:
    """What ``rule`` makes of a value; what it refuses becomes the field's fault."""
    try:
        return rule(value)
    except RuleBroken as broken:
        raise forms.ValidationError(broken.message, code=broken.code) from None


def check_document(form: forms.Form, refuse: Callable[[RuleBroken], None]) -> None:
    """Put the number's one spelling into the cleaned data; a country counts for foreign passports alone (R2.3)."""
    data = form.cleaned_data
    kind, number = data.get("document_type"), data.get("document_number")
    if kind and number:
        try:
            data["document_number"] = documents.check(DocumentType(kind), number, today=clock.today()).number
        except RuleBroken as broken:
            refuse(broken)
    if kind == DocumentType.FOREIGN_PASSPORT:
        if not data.get("document_country"):
            refuse(RuleBroken("required", "外国护照请选择签发国家或地区", "document_country"))
    else:
        data["document_country"] = ""
        form.errors.pop("document_country", None)


class QuestionsForm(Form):
    """The two questions of R1.2."""

    works_in_accounting = forms.ChoiceField(label=profile().work_question, choices=YES_NO, widget=forms.RadioSelect)
    holds_qualification = forms.ChoiceField(
        label="是否持有会计专业技术资格证书",
        help_text="初级、中级、高级或正高级",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )


def _number_field() -> forms.CharField:
    return forms.CharField(
        label="证件号码",
        max_length=NUMBER_LENGTH,
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "off", "spellcheck": "false"}),
    )


def phone_field(label: str = "手机号") -> forms.CharField:
    """A mobile number as typed."""
    attrs = {"class": "k-w-m", "inputmode": "numeric"}
    return forms.CharField(label=label, max_length=NUMBER_LENGTH, widget=forms.TelInput(attrs=attrs))


def _type_field(*, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="证件类型",
        required=required,
        choices=lambda: offered("document_types"),
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )


class DetailsForm(IdentityForm):
    """R2.1. With the button 获取短信验证码 (``sending``) everything but the code is looked at."""

    name = forms.CharField(
        label="姓名",
        help_text="与证件上的姓名一致",
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "name"}),
    )
    document_type = _type_field(required=True)
    document_number = _number_field()
    document_country = forms.ChoiceField(
        label="签发国家或地区（仅外国护照填写）",
        required=False,
        choices=lambda: offered("countries"),
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )
    phone = phone_field()
    sms_code = SmsCodeField(label="短信验证码", required=False)

    def __init__(self, *args: Any, sending: bool, proven_phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sending = sending
        self.tell_proven(proven_phone)

    def tell_proven(self, phone: str) -> None:
        """This phone needs no code any more."""
        self.proven_phone = phone
        if phone:
            self["sms_code"].help_text = "手机号已验证，不改手机号就不用再填"

    def clean_name(self) -> str:
        return checked(text.clean_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        check_document(self, self.refuse)
        if self.sending:
            self.errors.pop("sms_code", None)
            self.answer_challenge()
        elif not data.get("sms_code") and "sms_code" not in self.errors and data.get("phone") != self.proven_phone:
            self.refuse(RuleBroken("required", "请填写短信验证码", "sms_code"))
        return data

    def details(self) -> Details:
        """What the service takes."""
        return Details(**{name: self.cleaned_data[name] for name in Details.__dataclass_fields__})


def _lookup_number(raw: str) -> str:
    """A number to look somebody up by, taken as it is: whether it is right would be the first thing to learn of it."""
    if not (number := documents.normalise(raw)):
        raise forms.ValidationError("请填写证件号码", code="required")
    return number


class SignInForm(IdentityForm):
    """R2.2."""

    document_number = _number_field()
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "k-w-m", "autocomplete": "current-password"}),
    )
    document_type = _type_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document_number"].widget.attrs["autocomplete"] = "username"

    def clean_document_number(self) -> str:
        return _lookup_number(self.cleaned_data["document_number"])

    def clean(self) -> dict[str, Any]:
        self.answer_challenge()
        return self.cleaned_data


class CodeForm(IdentityForm):
    """A code to a phone; with the button 获取短信验证码 (``sending``) the code itself is not looked at."""

    sms_code = SmsCodeField(label="短信验证码", required=False)

    def __init__(self, *args: Any, sending: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sending = sending

    def clean(self) -> dict[str, Any]:
        if self.sending:
            self.errors.pop("sms_code", None)
            self.answer_challenge()
        elif not self.cleaned_data.get("sms_code") and "sms_code" not in self.errors:
            self.refuse(RuleBroken("required", "请填写短信验证码", "sms_code"))
        return self.cleaned_data


class RecoverForm(CodeForm):
    """R2.2."""

    document_number = _number_field()
    document_type = _type_field(required=False)
    phone = phone_field("注册时的手机号")
    field_order = ("document_number", "document_type", "phone", "sms_code")

    def clean_document_number(self) -> str:
        return _lookup_number(self.cleaned_data["document_number"])

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])


class PasswordForm(IdentityForm):
    """A new password, twice. What may be one is for the service to say."""

    password1 = forms.CharField(
        label="密码",
        strip=False,
        help_text="至少 8 个字符，任何字符都可以；不要用证件号、手机号、姓名或常见密码",
        widget=forms.PasswordInput(attrs={"class": "k-w-m", "autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="再输入一次密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "k-w-m", "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.refuse(RuleBroken("password_differs", "两次输入的密码不一致，请重新输入", "password2"))
        return self.cleaned_data
