"""What is asked before something is shown whole, and a note."""

import uuid
from typing import Any

from django import forms

from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, TextField
from kuaiji.common.ids import uuid7
from kuaiji.desk.record.enums import RevealReason, Shown

REASON_LENGTH = 200
NOTE_LENGTH = 500


class RevealForm(Form):
    """显示完整: what, and why."""

    field = forms.ChoiceField(label="显示什么", choices=Shown.choices, initial=Shown.ALL)
    reason = forms.ChoiceField(label="查看原因", choices=RevealReason.choices, widget=forms.RadioSelect)
    words = TextField(
        label="说明", required=False, max_length=REASON_LENGTH, help_text="选“其他”时写明；不要写证件号码和手机号"
    )

    def clean(self) -> dict[str, Any]:
        """其他 says nothing by itself."""
        given = super().clean() or {}
        if given.get("reason") == RevealReason.OTHER and not given.get("words"):
            self.refuse(RuleBroken("required", "选“其他”时请写明查看原因", "words"))
        return given


class NoteForm(Form):
    """备注: a few words for colleagues. ``key`` is the page's, so that a note is written once."""

    words = TextField(
        label="备注",
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=f"最多 {NOTE_LENGTH} 字，给同事看；写上姓名和时间，不能修改。本人可以申请查阅",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid7()}, **kwargs)

    @property
    def page(self) -> uuid.UUID:
        """The key of the page that was sent; of a valid form."""
        return uuid.UUID(str(self.cleaned_data["key"]))
