"""Which exam somebody asks about."""

from collections.abc import Iterable
from typing import Any

from django import forms

from kuaiji.common.forms import Form
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.judging.rules import Question

_LEVELS = [(str(level.value), level.label) for level in ExamLevel]


class QuestionForm(Form):
    """Level and year, out of those that there are rules for."""

    level = forms.ChoiceField(label="级别", choices=_LEVELS)
    year = forms.ChoiceField(label="考试年度")

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.ChoiceField)
        year.choices = [(str(one), f"{one}年") for one in years]

    @property
    def question(self) -> Question:
        """What is asked; of a valid form."""
        return Question(ExamLevel(int(self.cleaned_data["level"])), int(self.cleaned_data["year"]))
