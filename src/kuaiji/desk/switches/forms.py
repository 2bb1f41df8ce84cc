"""Which switch, why and until when."""

import datetime as dt

from django import forms

from kuaiji.common.forms import Form, TextField
from kuaiji.desk.forms import read_moment
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.rules import LONGEST_REASON


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
        return read_moment(self.cleaned_data["ends_at"])
