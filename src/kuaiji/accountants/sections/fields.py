"""Form fields that hand their value to a validator of ``kuaiji.common``."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kuaiji.codelists.choices import offered
from kuaiji.common import text
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import WholeNumberField


class CheckedField(forms.CharField):
    """Text that ``check`` normalises or refuses with RuleBroken. An empty optional field is an empty string."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.check = check

    def to_python(self, value: Any) -> str:
        """The normalised text; raises ValidationError with the rule's code and message."""
        raw = super().to_python(value) or ""
        if not raw.strip():
            return ""
        try:
            return self.check(raw)
        except RuleBroken as broken:
            raise ValidationError(broken.message, code=broken.code) from None


def line(label: str, *, limit: int, required: bool = True, **kwargs: Any) -> CheckedField:
    """One line of free text of at most ``limit`` characters."""
    return CheckedField(
        label=label,
        required=required,
        check=lambda raw: text.clean_line(raw, field="", label=label, limit=limit, required=False),
        **kwargs,
    )


def select(label: str, list_name: str, *, required: bool = True, **kwargs: Any) -> forms.ChoiceField:
    """A choice from a code list, read when the form is made."""
    return forms.ChoiceField(label=label, required=required, choices=lambda: offered(list_name), **kwargs)


def year(label: str, *, required: bool = True, **kwargs: Any) -> forms.IntegerField:
    """A year, four digits; the form compares it with today's."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "k-w-s"})
    return WholeNumberField(label=label, required=required, min_value=1950, max_value=2100, widget=widget, **kwargs)
