"""What the pages of 登录与安全 ask for."""

from typing import Any

from kuaiji.common import phones
from kuaiji.identity.forms import CodeForm, PasswordField, PasswordForm, checked, phone_field


class NewPhoneForm(CodeForm):
    """The phone that is to be bound."""

    phone = phone_field("新手机号")
    field_order = ("phone", "sms_code")

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])


class ChangePasswordForm(PasswordForm):
    """The current password and the new one."""

    current_password = PasswordField(label="当前密码")
    field_order = ("current_password", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "新密码"
