"""Form fields that hand their value to a validator of ``kuaiji.common``."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kuaiji.codelists.choices import offered
from kuaiji.common import documents, text
from kuaiji.common.choices import FixedChoices
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import TextField, WholeNumberField

LONG_LISTS = frozenset({"countries", "ethnic_groups", "degrees"})


class CheckedField(TextField):
    """Text that ``check`` normalises or refuses with RuleBroken. An empty optional field is an empty string."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def to_python(self, value: Any) -> str:
        """The normalised text; raises ValidationError with the rule's code and message."""
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return self.check(typed)
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
    """A choice from a code list, read when it is first looked at; one searches in a long one."""
    if list_name in LONG_LISTS:
        kwargs.setdefault("widget", searched_list())
    return forms.ChoiceField(label=label, required=required, choices=FixedChoices(lambda: offered(list_name)), **kwargs)


def searched_list() -> forms.Select:
    """A list that one searches in where script runs (``js/searchable.js``)."""
    return forms.Select(attrs={"data-searchable": True})


class CountryField(forms.ChoiceField):
    """国籍（地区） of the list ``countries``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", searched_list())
        super().__init__(choices=FixedChoices(lambda: offered("countries")), **kwargs)

    def ask_foreigner(self) -> None:
        """From now on only nationalities of foreigners are offered."""
        self.choices = [(code, name) for code, name in offered("countries") if code not in documents.OF_CHINA]

    def validate(self, value: str) -> None:
        """Raises ValidationError ``chinese_national`` with the way to the right type, where it was not offered."""
        if value in documents.OF_CHINA and not self.valid_value(value):
            try:
                documents.check_foreign_country(value)
            except RuleBroken as broken:
                raise ValidationError(broken.message, code=broken.code) from None
        super().validate(value)


def year(label: str, *, required: bool = True, **kwargs: Any) -> forms.IntegerField:
    """A year, four digits; the form compares it with today's."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "k-w-s"})
    return WholeNumberField(label=label, required=required, min_value=1950, max_value=2100, widget=widget, **kwargs)
