"""What a notice says, for whom and from when."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kuaiji.common.forms import Form, TextField
from kuaiji.common.unseen import left_out
from kuaiji.desk.forms import read_moment
from kuaiji.notices.rules import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from kuaiji.notices.services.keeping import Wording

_TEXT_HINT = "小标题前加“## ”，列表每行前加“- ”，表格每格用“|”隔开，链接写成 [名称](https://…)"


class LinesField(TextField):
    """Text whose lines are kept, with the blanks they begin with: those of a list in a list."""

    def to_python(self, value: Any) -> str:
        """The text as typed, without what nobody sees and without blanks at the ends of lines."""
        typed = forms.CharField.to_python(self, "" if value is None else str(value)) or ""
        return "\n".join(left_out(line).rstrip() for line in typed.splitlines()).strip("\n")


class PublicationForm(Form):
    """A notice; ``areas`` are what the member may write for, with their names."""

    heading = "没有保存"
    title = TextField(label="标题", max_length=LONGEST_TITLE)
    text = LinesField(
        label="正文", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": "14"}), help_text=_TEXT_HINT
    )
    area = forms.ChoiceField(label="面向", required=False, error_messages={"invalid_choice": "请在列出的地区中选择"})
    publish_at = TextField(
        label="发布时间",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "k-w-m"}),
        help_text="不填的，另一位管理人员发布时立即公开；例如：2026-12-08 09:00",
    )

    def __init__(self, *args: object, areas: Iterable[tuple[str, str]] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(areas)

    def clean_publish_at(self) -> dt.datetime | None:
        """The moment, in China; raises ValidationError ``invalid``."""
        typed = self.cleaned_data["publish_at"]
        return read_moment(typed) if typed else None

    def clean_area(self) -> str:
        """One of ``areas``; raises ValidationError ``required`` where everybody is not among them."""
        area = str(self.cleaned_data["area"])
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        if area not in dict(field.choices):  # type: ignore[arg-type]
            raise ValidationError("请选择面向的地区", code="required")
        return area

    def wording(self) -> Wording:
        """What was written; of a valid form."""
        return Wording(**{name: self.cleaned_data[name] for name in ("title", "text", "area", "publish_at")})


class WithdrawalForm(Form):
    """Why a notice is withdrawn."""

    heading = "没有撤回"
    reason = TextField(label="原因", max_length=LONGEST_REASON, help_text="已经发布的，人们会看到")
