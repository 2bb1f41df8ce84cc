"""The five grades, and a few words."""

from django import forms

from kuaiji.common.forms import Form, TextField
from kuaiji.feedback.enums import Grade
from kuaiji.feedback.services import LONGEST


class EvaluationForm(Form):
    """How it was. Words are of the person's own choosing and may be left out."""

    grade = forms.TypedChoiceField(
        label="这次办理，您满意吗",
        choices=Grade.choices,
        coerce=lambda value: Grade(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一个评价"},
    )
    words = TextField(
        label="想说的话",
        required=False,
        max_length=LONGEST,
        help_text=f"哪里好、哪里不好，{LONGEST} 字以内。请不要写姓名、证件号码和手机号",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
