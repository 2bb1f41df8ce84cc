"""What the desk's own pages ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, TextField
from kuaiji.common.text import compact
from kuaiji.identity.forms import IdentityForm, PasswordField
from kuaiji.regions.models import FinanceBureau
from kuaiji.staff.enums import Role
from kuaiji.staff.factors.passkeys import LONGEST
from kuaiji.staff.rules import SHORTEST_PASSWORD

REASON_LENGTH = 120
_SHORT = {"class": "k-w-s", "inputmode": "numeric", "autocomplete": "one-time-code"}
_NEW_PASSWORD = f"至少 {SHORTEST_PASSWORD} 个字符，任何字符都可以，例如几个不相干的词；不要用姓名、用户名或常见密码"


class CodeField(TextField):
    """A one-time code: six figures, blanks and full-width ones forgiven."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="动态口令", widget=forms.TextInput(attrs=_SHORT), **kwargs)

    def to_python(self, value: Any) -> str:
        """The figures; raises ValidationError ``invalid`` when they are not six."""
        text = compact(super().to_python(value)[:40]).replace("-", "")
        if text and not (len(text) == 6 and text.isascii() and text.isdigit()):
            raise ValidationError("动态口令是 6 位数字，请对照应用重新输入", code="invalid")
        return text


class SignInForm(IdentityForm):
    """The first step."""

    username = TextField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "username", "spellcheck": "false"}),
    )
    password = PasswordField(label="密码", max_length=1000)

    def clean(self) -> dict[str, Any]:
        self.answer_challenge()
        return self.cleaned_data


class FactorForm(Form):
    """The second step: one of a one-time code, a passkey's answer, a recovery code."""

    heading = "没有验证通过"
    code = CodeField(required=False, help_text="打开验证器应用，输入它现在显示的 6 位数字")
    recovery_code = TextField(
        label="恢复码",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "off", "spellcheck": "false"}),
        help_text="设置第二步验证时保存的 10 个恢复码之一，每个只能用一次",
    )
    credential = TextField(label="通行密钥", required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            self.refuse(RuleBroken("required", "请填写动态口令", "code"))
        return self.cleaned_data


class EnrolForm(Form):
    """A second factor to be set up: a code of its secret, or what the browser made."""

    heading = "没有设置成功"
    label = TextField(label="名称", required=False, max_length=40, help_text="自己认得出的名字，例如：办公手机、U 盾")
    code = CodeField(required=False, help_text="应用扫码后显示的 6 位数字")
    credential = TextField(label="通行密钥", required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (self.cleaned_data.get("code") or self.cleaned_data.get("credential")):
            self.refuse(RuleBroken("required", "请填写动态口令", "code"))
        return self.cleaned_data


class JoinForm(IdentityForm):
    """An invitation taken."""

    heading = "没有成功"
    code = TextField(
        label="邀请码",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "k-w-l", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = TextField(label="姓名", max_length=50, help_text="本人真实姓名，会显示给同事，并记在您办理的业务上")
    username = TextField(
        label="用户名",
        max_length=60,
        help_text="登录时用，3 到 30 位小写字母、数字、点、横线或下划线，以字母开头",
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "username", "spellcheck": "false"}),
    )
    password1 = PasswordField(
        new=True, shortest=SHORTEST_PASSWORD, label="密码", max_length=1000, help_text=_NEW_PASSWORD
    )

    def clean(self) -> dict[str, Any]:
        self.answer_challenge()
        return self.cleaned_data


class OwnPasswordForm(Form):
    """A new password, by who knows the current one."""

    heading = "密码没有修改"
    current_password = PasswordField(label="当前密码", max_length=1000)
    password1 = PasswordField(
        new=True, shortest=SHORTEST_PASSWORD, label="新密码", max_length=1000, help_text=_NEW_PASSWORD
    )


class PostForm(Form):
    """Roles and bureau: of somebody to be invited, or of a member."""

    roles = forms.MultipleChoiceField(label="角色", choices=Role.choices, widget=forms.CheckboxSelectMultiple)
    bureau = forms.TypedChoiceField(label="单位", coerce=int, widget=forms.Select(attrs={"class": "k-w-l"}))

    def __init__(self, *args: Any, offered: frozenset[Role], bureaux: list[FinanceBureau], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in Role if role in offered]  # type: ignore[attr-defined]
        self.fields["bureau"].choices = [(each.pk, each.full_name) for each in bureaux]  # type: ignore[attr-defined]

    def clean_roles(self) -> list[Role]:
        return [Role(value) for value in self.cleaned_data["roles"]]


class ReasonForm(Form):
    """Why a member is changed; for the audit."""

    reason = TextField(label="原因", max_length=REASON_LENGTH, help_text="记入操作记录，例如：轮岗、离职、更换手机")


class ChangeForm(PostForm, ReasonForm):
    """What a member is to be, and why."""
