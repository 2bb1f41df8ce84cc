"""What the forms of all sections share."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django import forms

from kuaiji.accountants import rules
from kuaiji.accountants.sections.answers import Answers, Before
from kuaiji.accountants.sections.facts import Facts
from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE
from kuaiji.attachments.uploads import Uploads
from kuaiji.common.dates import KnownDate, Precision, beside
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import DateField, Form, RowSet


class SectionForm(Form):
    """A form that knows whom it asks, and what stood ``before``. ``uploads`` names its file fields; their values are
    attachments' ids."""

    uploads: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *args: Any, facts: Facts, uploads: Uploads | None = None, before: Before | None = None, **kwargs: Any
    ) -> None:
        self.facts = facts
        self.before = before
        self.files_of_person = uploads or Uploads()
        super().__init__(*args, **kwargs)

    @classmethod
    def labels_of_uploads(cls, facts: Facts) -> dict[str, str]:
        """Each of ``uploads`` as the person sees it."""
        return {name: str(cls.base_fields[name].label) for name in cls.uploads}

    @classmethod
    def fetched_uploads(cls) -> frozenset[str]:
        """Of ``uploads``, the ones that another system sends, not the browser."""
        return frozenset()

    @property
    def received(self) -> dict[str, dict[str, str]]:
        """Pictures that have come already, for the field tag."""
        return {
            name: {"url": row.get_absolute_url(), "label": str(self.fields[name].label)}
            for name, row in self.files_of_person.received.items()
            if name in self.fields
        }

    def clean(self) -> dict[str, Any]:
        """Files: a refused one is a fault of its field, a received one its value."""
        for name in self.uploads:
            if name not in self.fields:
                continue
            self.cleaned_data[name] = None
            if refused := self.files_of_person.refused.get(name):
                self.add_error(name, forms.ValidationError(refused.message, code=refused.code))
            elif row := self.files_of_person.received.get(name):
                self.cleaned_data[name] = str(row.pk)
            elif self.needs(name):
                self.add_error(name, forms.ValidationError(f"请上传{self.fields[name].label}", code="required"))
        return self.cleaned_data

    def needs(self, name: str) -> bool:
        """Whether a picture is required."""
        return True

    def ask(self, rule: Callable[[], None]) -> None:
        """Run a rule; its refusal becomes a fault of the field that it names."""
        try:
            rule()
        except RuleBroken as broken:
            self.refuse(broken)

    def check_date(self, name: str, *, working: bool = False) -> None:
        """A date lies in the past and, for work, after the sixteenth birthday."""
        day, facts = self.cleaned_data.get(name), self.facts
        if day is None:
            return
        label, latest = str(self.fields[name].label), KnownDate(day, self._precision(name)).latest
        self.ask(lambda: rules.check_past(day, today=facts.today, field=name, label=label))
        born = facts.birth_date
        if working and born and name not in self.errors:
            self.ask(lambda: rules.check_working_age(latest, birth_date=born, field=name, label=label))

    def check_year(self, name: str, *, age: int) -> None:
        """A year is not in the future, and not before the person was ``age`` years old."""
        given, born = self.cleaned_data.get(name), self.facts.birth_date
        label = str(self.fields[name].label)
        if given and given > self.facts.today.year:
            self.add_error(name, forms.ValidationError(f"{label}不能晚于今年，请核对", code="in_future"))
        elif given and born:
            self.ask(lambda: rules.check_year_of_life(given, birth_date=born, age=age, field=name, label=label))

    def require(self, name: str) -> None:
        """A field that other answers make required."""
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, forms.ValidationError(self.fields[name].error_messages["required"], code="required"))

    def answers(self) -> Answers:
        """The cleaned answers as JSON values, beside a date that may be told to the month its precision."""
        given = {name: _plain(value) for name, value in self.cleaned_data.items()}
        return given | {beside(name): self._precision(name).value for name in given if self._takes_months(name)}

    def _takes_months(self, name: str) -> bool:
        field = self.fields.get(name)
        return isinstance(field, DateField) and field.month is not None

    def _precision(self, name: str) -> Precision:
        field = self.fields[name]
        if not isinstance(field, DateField) or self.cleaned_data.get(name) is None:
            return Precision.DAY
        return field.precision_of(self[name].data)

    def opens_rows(self) -> frozenset[str]:
        """Prefixes of the row sets that begin with an empty row where none was saved."""
        return frozenset()

    def check_rows(self, rows: Mapping[str, "Rows"]) -> None:
        """Rules over the checked form and its checked rows, by prefix."""

    def unasked(self, answers: Answers) -> frozenset[str]:
        """Names of fields, and of row sets, that these answers do not ask for: they are no blanks."""
        return frozenset()

    def as_asked(self, answers: Answers) -> Answers:
        """The answers by the names of what the page asks, where that has another one for several of them."""
        return answers

    def asked_rows(self) -> frozenset[str] | None:
        """Prefixes of the row sets these answers call for; None means all."""
        return None


class Rows(RowSet):
    """Rows 0..30; empty ones are left out. All rows come from data or from saved answers alike."""

    ONE_OF_A_KIND: ClassVar[tuple[str, ...]] = ()
    UNIT: ClassVar[str] = "项"

    def initial_form_count(self) -> int:
        """None is "initial": a row that was saved may be emptied like a new one."""
        return 0

    def clean(self) -> None:
        """Two rows that say the same are one too many."""
        seen: dict[tuple[Any, ...], int] = {}
        for position, form in enumerate(self.forms):
            data = form.cleaned_data
            key = tuple(data.get(name) for name in self.ONE_OF_A_KIND)
            if not data or not key or None in key:
                continue
            if key in seen:
                form.add_error(self.ONE_OF_A_KIND[0], f"与第 {seen[key] + 1} {self.UNIT}重复，请删去一{self.UNIT}")
            seen.setdefault(key, position)

    def answers(self) -> list[Answers]:
        """The filled rows as JSON values, in the order typed."""
        return [cast(SectionForm, form).answers() for form in self.forms if form.has_changed()]


def row_set(form: type[SectionForm], base: type[Rows] = Rows) -> type[Rows]:
    """The class of a set of ``form`` rows."""
    made = forms.formset_factory(form, formset=base, extra=0, max_num=30, absolute_max=60, validate_max=True)
    return cast("type[Rows]", made)


def file_field(label: str, *, help_text: str = "") -> forms.FileField:
    """A picture of at most 10 MB; what counts is what has been received, so the browser's part is never required."""
    widget = forms.FileInput(attrs={"accept": "image/*", "data-max-bytes": str(DOCUMENT_SIDE.max_bytes)})
    return forms.FileField(label=label, required=False, help_text=help_text, widget=widget)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
