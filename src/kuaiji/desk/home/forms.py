"""A manager gives a colleague's cases on."""

from typing import Any

from django import forms

from kuaiji.staff.models import Member

BACK = "queue"


class GiveForm(forms.Form):
    """Whose cases go, and to whom or back to the queues; both of those that the manager was offered."""

    of = forms.ChoiceField(
        label="原办理人", error_messages={"required": "请选择原办理人", "invalid_choice": "请选择列出的办理人"}
    )
    to = forms.ChoiceField(
        label="转给", error_messages={"required": "请选择转给谁", "invalid_choice": "请选择列出的人员，或放回队列"}
    )

    def __init__(self, *args: Any, holders: list[tuple[Member, int]], receivers: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(member.pk): member for member in [*(holder for holder, _ in holders), *receivers]}
        held = [(str(member.pk), f"{_words(member)}，{number} 件") for member, number in holders]
        self.fields["of"].choices = held  # type: ignore[attr-defined]
        offered = [(BACK, "放回队列"), *((str(member.pk), _words(member)) for member in receivers)]
        self.fields["to"].choices = offered  # type: ignore[attr-defined]

    def of_member(self) -> Member:
        """Whose cases go."""
        return self._known[self.cleaned_data["of"]]

    def to_member(self) -> Member | None:
        """Who gets them; None for the queues."""
        return self._known.get(self.cleaned_data["to"])


def _words(member: Member) -> str:
    return f"{member.name}（{member.bureau.full_name}）"
