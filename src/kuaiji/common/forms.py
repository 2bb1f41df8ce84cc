"""What every form of ours shares: the wording of faults, dates as people type them, rows without script."""

import copy
import datetime as dt
import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from kuaiji.common import clock
from kuaiji.common.dates import Edge, KnownDate, Precision, read_date
from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact, tidy

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[forms.BaseForm]
else:
    _FormSet = forms.BaseFormSet

_LONGEST_NUMBER = 40  # characters as typed
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,40}")
_ROW_ACTION = re.compile(r"add-(?P<added>[a-z_]+)|remove-(?P<removed>[a-z_]+)-(?P<row>[0-9]{1,4})")


def refuse(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page again with its faults: 422, 错误： in the title, and Back that does not send the form twice."""
    return render(request, template, {**context, "faulty": True}, status=422)


def as_posted(fields: Mapping[str, list[str]]) -> QueryDict:
    """What was kept of a form, the values of each field, as it was posted."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def count_in(data: Mapping[str, Any], name: str) -> int | None:
    """A hidden count, such as the state a page was opened with; None when the page does not say, or says nonsense."""
    given = data.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


class Form(forms.Form):
    """A form whose standard refusals name the field and say what to do; own ``error_messages`` win."""

    use_required_attribute = False
    heading = ""  # of the summary of its faults, where 有 1 处需要修改 says it wrongly

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _word(type(self))
        super().__init__(*args, **kwargs)

    @property
    def row_fields(self) -> list[BoundField]:
        """What ``common/row.html`` shows of the form, in its order."""
        return self.visible_fields()

    @property
    def folded_fields(self) -> list[BoundField]:
        """What lies in a fold of the row, being rarely needed."""
        return []

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule at its field, or on top of the page where the form has no such field."""
        field = broken.field if broken.field in self.fields else None
        self.add_error(field, ValidationError(broken.message, code=broken.code))

    def blame(self, broken: RuleBroken) -> None:
        """Show one refusal and nothing else: what was typed is not checked yet."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        self.refuse(broken)


class RowSet(_FormSet):
    """Rows 0..n with our words; shown by ``common/rows.html``, changed without script by ``change_rows``."""

    default_error_messages = {
        "missing_management_form": "页面内容不完整，请刷新页面后重新填写",
        "too_many_forms": "最多填写 %(num)d 项，请删去多余的",
        "too_few_forms": "至少填写 %(num)d 项，请新增",
    }


class TextField(forms.CharField):
    """One line of text, ``tidy`` before anything looks at it. Every text of every form is one, but for passwords."""

    def to_python(self, value: Any) -> str:
        """The tidy line, empty when nothing was typed."""
        return super().to_python("" if value is None else tidy(str(value))) or ""


class DateField(forms.DateField):
    """A date in any of the ways ``read_date`` reads; typed in one field, shown again as typed.

    With ``month`` year and month suffice, and the edge says which day stands for the month.
    """

    def __init__(self, *, month: Edge | None = None, **kwargs: Any) -> None:
        attrs = {"class": "k-w-m", "autocomplete": "off", "inputmode": "numeric"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)
        self.month = month

    def to_python(self, value: Any) -> dt.date | None:
        """The date, None when empty; raises ValidationError in the words of ``read_date``."""
        known = self.read(value)
        return known.day if known else None

    def precision_of(self, value: Any) -> Precision:
        """How precisely ``value`` as posted says its date; to the day where it says none."""
        try:
            known = self.read(value)
        except ValidationError:
            known = None
        return known.precision if known else Precision.DAY

    def read(self, value: Any) -> KnownDate | None:
        """The date with its precision, None when empty; raises ValidationError in the words of ``read_date``."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return KnownDate(value)
        label, today = str(self.label or "日期"), clock.today()
        try:
            return read_date(tidy(str(value)), field="", label=label, today=today, month=self.month)
        except RuleBroken as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from None


class WholeNumberField(forms.IntegerField):
    """A whole number in digits, blanks and full width forgiven; nothing else that Python would count as one."""

    def to_python(self, value: Any) -> int | None:
        """The number, None when empty; raises ValidationError ``invalid``."""
        text = "" if value is None else tidy(str(value))
        text = compact(text) if len(text) <= _LONGEST_NUMBER else text
        if not text:
            return None
        if not _WHOLE_NUMBER.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)


class ExplainedRadios(forms.RadioSelect):
    """Radio buttons with a line under each that says who or what belongs there: ``hints`` by value."""

    def __init__(self, *, hints: Mapping[str, str]) -> None:
        super().__init__()
        self.hints = hints


class SmsCodeField(TextField):
    """A code from a message: one field, spaces and full-width digits forgiven (U-10)."""

    def __init__(self, *, length: int = 6, **kwargs: Any) -> None:
        attrs = {"class": "k-w-s", "inputmode": "numeric", "autocomplete": "one-time-code"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)
        self.length = length

    def to_python(self, value: Any) -> str:
        """The digits; raises ValidationError ``invalid`` when they are not as many as a code has."""
        text = compact(super().to_python(value)[:40]).replace("-", "")
        if text and not (len(text) == self.length and text.isascii() and text.isdigit()):
            raise ValidationError(f"短信验证码是 {self.length} 位数字，请对照短信重新输入", code="invalid")
        return text


def change_rows(data: QueryDict) -> QueryDict | None:
    """Carry out ``action=add-<prefix>`` or ``remove-<prefix>-<n>``; None when the button was another one.

    The answer is a copy of what was typed with one row more or less, to be bound and shown without validation.
    """
    match = _ROW_ACTION.fullmatch(data.get("action", ""))
    if not match:
        return None
    prefix, gone = match["added"] or match["removed"], match["row"]
    count = _number(data, f"{prefix}-TOTAL_FORMS")
    if count is None:
        return None
    changed = data.copy()
    if gone is None:
        most = _number(data, f"{prefix}-MAX_NUM_FORMS")
        count += most is None or count < most
    elif int(gone) < count:
        _drop_row(changed, prefix, int(gone))
        count -= 1
    changed[f"{prefix}-TOTAL_FORMS"] = str(count)
    changed[f"{prefix}-INITIAL_FORMS"] = str(min(_number(data, f"{prefix}-INITIAL_FORMS") or 0, count))
    return changed


def _number(data: QueryDict, name: str) -> int | None:
    text = data.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _drop_row(data: QueryDict, prefix: str, gone: int) -> None:
    """Take row ``gone`` out and move every later row up by one."""
    rows = re.compile(rf"{prefix}-([0-9]{{1,4}})-(.+)")
    cells = {key: (int(match[1]), match[2]) for key in data if (match := rows.fullmatch(key))}
    values = {cell: data.pop(key) for key, cell in cells.items()}
    for (row, name), value in values.items():
        if row != gone:
            data.setlist(f"{prefix}-{row - (row > gone)}-{name}", value)


@functools.cache
def _word(form: type[Form]) -> None:
    """Give the fields that every form of the class is made of our refusals, where its author did not word them.

    To fields of its own: a class shares those that it inherits.
    """
    for name, shared in form.base_fields.items():
        field = form.base_fields[name] = copy.deepcopy(shared)
        words = _wording(field, str(field.label or name))
        field.error_messages |= {code: said for code, said in words.items() if not _worded_by_hand(field, code)}


def _wording(field: forms.Field, label: str) -> dict[str, str]:
    verb = "填写"
    if isinstance(field, forms.FileField):
        verb = "上传"
    elif isinstance(field, forms.BooleanField):
        verb = "勾选"
    elif isinstance(field.widget, (forms.Select, forms.RadioSelect)):
        verb = "选择"
    words = {
        "required": f"请{verb}{label}",
        "invalid_choice": f"{label}不在可选范围内，请重新选择",
        "max_length": f"{label}最多 %(limit_value)d 个字，现有 %(show_value)d 个，请删减",
        "min_length": f"{label}至少 %(limit_value)d 个字，现有 %(show_value)d 个，请补充",
        "max_value": f"{label}不能大于 %(limit_value)s，请核对",
        "min_value": f"{label}不能小于 %(limit_value)s，请核对",
        "empty": f"{label}的文件是空的，请重新选择",
        "invalid_image": f"{label}不是可以打开的图片，请重新选择",
        "null_characters_not_allowed": f"{label}含有看不见的字符，请重新输入",
    }
    if isinstance(field, forms.IntegerField):
        words["invalid"] = f"{label}应是数字，请用 0-9 填写"
    elif isinstance(field, forms.EmailField):
        words["invalid"] = f"{label}格式不对，应类似 12345678@qq.com"
    return words


def _worded_by_hand(field: forms.Field, code: str) -> bool:
    """Whether the form's author gave this message: it is neither missing nor the class's own."""
    given = field.error_messages.get(code)
    return given is not None and all(
        given is not vars(kind).get("default_error_messages", {}).get(code) for kind in type(field).__mro__
    )
