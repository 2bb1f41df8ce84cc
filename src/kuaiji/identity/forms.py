"""What the forms of several rooms share: documents, phones, codes, passwords. They never write."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField

from kuaiji.codelists.choices import offered
from kuaiji.common import clock, documents
from kuaiji.common.choices import FixedChoices
from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, SmsCodeField, TextField
from kuaiji.identity.attempts import BUDGETS
from kuaiji.identity.passwords.rules import SHORTEST, rules_to_tell
from kuaiji.limits.challenge import CHALLENGE, Gate

NUMBER_LENGTH = 60  # characters as typed


class IdentityForm(Form):
    """A form that turns broken rules into faults, and asks the question of a busy address when ``gate`` says so."""

    def __init__(self, *args: Any, gate: Gate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gate = gate
        if gate and gate.asks:
            self.fields[CHALLENGE] = TextField(
                label=f"请回答：{gate.question}",
                help_text="您所在的网络访问较多，回答后继续。写汉字或数字都可以",
                required=False,
                max_length=20,
                widget=forms.TextInput(attrs={"class": "k-w-s", "autocomplete": "off"}),
            )
            names = [name for name in self.fields if name != CHALLENGE]
            at = next((names.index(name) for name in ("phone", "sms_code") if name in names), len(names))
            self.order_fields([*names[:at], CHALLENGE, *names[at:]])  # as on the page, for the summary

    @property
    def challenge(self) -> BoundField | None:
        """The question, if it is asked."""
        return self[CHALLENGE] if CHALLENGE in self.fields else None

    @property
    def is_budget_spent(self) -> bool:
        """Was a code refused because too many are on their way (ADR 0059)? Then the page says what else there is."""
        return any(self.has_error(NON_FIELD_ERRORS, f"limit_{kind}") for kind in BUDGETS)

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
    """Put the number's one spelling into the cleaned data; a country counts for foreign passports alone (R2.3).

    It has to be right in itself and no more: who is looked for may be registered, here or elsewhere, as it is.
    """
    data = form.cleaned_data
    kind, number = data.get("document_type"), data.get("document_number")
    if kind and number:
        try:
            data["document_number"] = documents.check(DocumentType(kind), number, today=clock.today()).number
        except RuleBroken as broken:
            refuse(broken)
    if kind == DocumentType.FOREIGN_PASSPORT:
        if not data.get("document_country") and "document_country" not in form.errors:
            refuse(RuleBroken("required", "外国护照请选择签发国家或地区", "document_country"))
    else:
        data["document_country"] = ""
        form.errors.pop("document_country", None)


def check_new_document(form: forms.Form, refuse: Callable[[RuleBroken], None]) -> None:
    """``check_document`` for a document that somebody is to be known by from now on."""
    check_document(form, refuse)
    if country := form.cleaned_data.get("document_country"):
        try:
            documents.check_issuer(country)
        except RuleBroken as broken:
            refuse(broken)


def number_field(label: str = "证件号码") -> TextField:
    """A document's number as typed."""
    return TextField(
        label=label,
        max_length=NUMBER_LENGTH,
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "off", "spellcheck": "false"}),
    )


def phone_field(label: str = "手机号") -> TextField:
    """A mobile number as typed."""
    attrs = {"class": "k-w-m", "inputmode": "numeric"}
    return TextField(label=label, max_length=NUMBER_LENGTH, widget=forms.TelInput(attrs=attrs))


def type_field(*, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="证件类型",
        required=required,
        choices=FixedChoices(lambda: offered("document_types")),
        widget=forms.Select(attrs={"class": "k-w-m"}),
    )


def lookup_number(raw: str) -> str:
    """A number to look somebody up by, taken as it is: whether it is right would be the first thing to learn of it."""
    if not (number := documents.normalise(raw)):
        raise forms.ValidationError("请填写证件号码", code="required")
    return number


class PasswordField(forms.CharField):
    """A password as typed; its normal form is for ``identity.passwords.rules`` to make. ``new`` for one to be set.

    ``js/password.js`` adds 显示, and beside a new one what it still lacks.
    """

    def __init__(self, *, new: bool = False, shortest: int = SHORTEST, **kwargs: Any) -> None:
        attrs = {"class": "k-w-m", "autocomplete": "new-password" if new else "current-password"}
        if new:
            attrs["data-rules"] = json.dumps(rules_to_tell(shortest))
        super().__init__(strip=False, widget=forms.PasswordInput(attrs=attrs), **kwargs)


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


class PasswordForm(IdentityForm):
    """A new password, typed once and shown on demand. What may be one is for the service to say."""

    password1 = PasswordField(
        new=True,
        label="密码",
        help_text="至少 8 个字符，任何字符都可以；不要用证件号、手机号、姓名或常见密码",
    )
