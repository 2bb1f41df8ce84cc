"""The yearly notice on days off, pasted."""

from django import forms

from kuaiji.common.forms import Form, TextField
from kuaiji.regions.holidays import LONGEST


class NoticeForm(Form):
    """Its text and number."""

    heading = "没有录入"
    text = TextField(
        label="通知全文",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "12"}),
        help_text="从公布的网页复制，连同标题“国务院办公厅关于…年部分节假日安排的通知”",
    )
    source = TextField(label="文号", max_length=60, help_text="例如：国办发明电〔2025〕7号")
