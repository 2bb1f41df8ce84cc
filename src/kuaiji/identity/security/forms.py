"""What the pages of 登录与安全 ask for."""

from typing import Any

from django import forms

from kuaiji.common import phones
from kuaiji.identity.forms import CodeForm, IdentityForm, PasswordForm, checked, phone_field


def _current_password(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "k-w-m", "autocomplete": "current-password"}),
    )


class NewPhoneForm(CodeForm):
    """The phone that is to be bound."""

    phone = phone_field("新手机号")
    field_order = ("phone", "sms_code")

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])


class ChangePasswordForm(PasswordForm):
    """The current password and, twice, the new one."""

    current_password = _current_password("当前密码")
    field_order = ("current_password", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "新密码"
        self.fields["password2"].label = "再输入一次新密码"


class CloseForm(IdentityForm):
    """注销: understood, and the password once more."""

    understood = forms.BooleanField(
        label="我已了解注销的后果，确认注销", error_messages={"required": "请先勾选“确认注销”"}
    )
    current_password = _current_password("登录密码")


class AgreeForm(IdentityForm):
    """Which versions the page showed, so that nobody agrees to a text that came in between."""

    shown = forms.CharField(label="告知版本", max_length=200, required=False, widget=forms.HiddenInput())
