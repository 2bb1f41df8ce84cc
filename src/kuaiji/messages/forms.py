"""What a person says about messages."""

from django import forms

from kuaiji.common.forms import Form
from kuaiji.messages.enums import MessageClass

ABOUT = {
    MessageClass.USEFUL: "信息采集完成等",
    MessageClass.REMINDER: "信息快到期限、填写的内容快要清除、报名前采集快要截止。只在 9:00–20:00 发送",
}


class ChoiceForm(Form):
    """Which classes come to the phone, besides those that everybody gets."""

    wanted = forms.MultipleChoiceField(
        label="另外发到手机的",
        required=False,
        choices=[(each.value, f"{each.label}：{about}") for each, about in ABOUT.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def classes(self) -> list[MessageClass]:
        """What was ticked."""
        return [MessageClass(each) for each in self.cleaned_data["wanted"]]
