"""What 注销 asks for."""

from django import forms

from kuaiji.identity.forms import IdentityForm, PasswordField


class CloseForm(IdentityForm):
    """注销: understood, and the password once more."""

    understood = forms.BooleanField(
        label="我已了解注销的后果，确认注销", error_messages={"required": "请先勾选“确认注销”"}
    )
    current_password = PasswordField(label="登录密码")
