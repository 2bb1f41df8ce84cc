"""Which switch, why and until when."""

import contextlib
import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from kuaiji.common.clock import CHINA
from kuaiji.common.forms import Form, TextField
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.rules import LONGEST_REASON

WRITTEN = "%Y-%m-%d %H:%M"


class SwitchForm(Form):
    """A switch to turn on."""

    heading = "没有打开"
    switch = forms.ChoiceField(
        label="开关",
        choices=SwitchName.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择开关", "invalid_choice": "请在列出的开关中选择"},
    )
    reason = TextField(
        label="原因", max_length=LONGEST_REASON, help_text=f"人们会看到，最多 {LONGEST_REASON} 个字，例如：系统升级"
    )
    ends_at = TextField(
        label="结束时间",
        max_length=30,
        widget=forms.TextInput(attrs={"class": "k-w-m"}),
        help_text="到时自动关闭，最多 14 天，例如：2026-12-01 18:00",
    )

    def clean_ends_at(self) -> dt.datetime:
        """The moment, in China; raises ValidationError ``invalid``."""
        text = " ".join(str(self.cleaned_data["ends_at"]).replace("：", ":").split())
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text, WRITTEN).replace(tzinfo=CHINA)
        raise ValidationError("请按“2026-12-01 18:00”的样子填写日期和时间", code="invalid")
