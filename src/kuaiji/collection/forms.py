"""The one form of the collection that is no section."""

from django import forms

from kuaiji.common.forms import Form


class NoticeForm(Form):
    """Step 2: the promise (R3: 承诺填写信息的真实性)."""

    truthful = forms.BooleanField(
        label="我已阅读采集须知，承诺填写信息的真实性",
        error_messages={"required": "请先勾选“承诺填写信息的真实性”"},
    )
