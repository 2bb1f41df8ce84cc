"""What signing in asks for."""

from typing import Any

from django import forms

from kuaiji.common.forms import TextField
from kuaiji.common.text import compact
from kuaiji.identity.forms import IdentityForm, PasswordField


class PasswordForm(IdentityForm):
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


class CodeField(TextField):
    """A one-time code: six figures, blanks and full-width ones forgiven."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "k-w-s", "inputmode": "numeric", "autocomplete": "one-time-code"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        """The figures; raises ValidationError ``invalid`` when they are not six."""
        text = compact(super().to_python(value)[:40]).replace("-", "")
        if text and not (len(text) == 6 and text.isascii() and text.isdigit()):
            raise forms.ValidationError("动态口令是 6 位数字，请对照应用重新输入", code="invalid")
        return text


class FactorForm(IdentityForm):
    """The second step: a one-time code."""

    code = CodeField(label="动态口令", help_text="打开验证器应用，输入它现在显示的 6 位数字")
