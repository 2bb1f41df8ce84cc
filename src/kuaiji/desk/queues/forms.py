"""What a list of cases is asked for, and what its buttons send."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from kuaiji.cases import rules
from kuaiji.common.forms import TextField
from kuaiji.common.ids import as_uuid

Place = tuple[dt.date, uuid.UUID]


class AskedForm(forms.Form):
    """A queue of the list, a part of it, and where the page begins. What is no such thing counts as not asked for."""

    kind = TextField(required=False, max_length=24)
    stage = forms.IntegerField(required=False, min_value=1, max_value=2)
    show = forms.ChoiceField(required=False, choices=(("", "全部"), ("free", "无人办理"), ("mine", "我在办理")))
    division = TextField(required=False, max_length=12, validators=[RegexValidator(r"^[0-9-]+$")])
    after = TextField(required=False, max_length=50)

    def clean_after(self) -> Place | None:
        """The last row of the page before: its day and its id."""
        day, _, case_id = self.cleaned_data["after"].partition("_")
        try:
            return dt.date.fromisoformat(day), uuid.UUID(case_id)
        except ValueError:
            return None


class ChosenForm(forms.Form):
    """Rows that were marked, and what is to be done about them."""

    action = forms.ChoiceField(choices=(("take", "领取"), ("release", "归还"), ("take_some", "领取一批")))
    case = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("case") if hasattr(self.data, "getlist") else []
        # Ids of whatever kind: the service finds those that the member sees, and no others.
        self.fields["case"].choices = [(value, value) for value in sent if as_uuid(value)]  # type: ignore[attr-defined]

    def clean_case(self) -> list[uuid.UUID]:
        """At most as many as a page shows."""
        if len(self.cleaned_data["case"]) > rules.MOST_ROWS:
            raise forms.ValidationError(f"一次最多选 {rules.MOST_ROWS} 件，请减少后再试")
        return [uuid.UUID(value) for value in self.cleaned_data["case"]]
