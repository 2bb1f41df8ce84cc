"""What is asked of who begins to end a record, or to keep it on. It never writes."""

import uuid
from typing import Any

from django import forms

from kuaiji.accountants.enums import EndReason
from kuaiji.accountants.sections.forms.base import file_field
from kuaiji.applications.services.endings import PROOF
from kuaiji.attachments.uploads import Uploads
from kuaiji.cases import rules
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import DateField, Form, TextField

WORDS_LENGTH = 200


class ReopeningForm(Form):
    """恢复档案: words and a picture that proves it."""

    words = TextField(
        label="说明",
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=f"最多 {WORDS_LENGTH} 字，给审核的两个人看；不写证件号码和手机号",
    )
    ending_proof = file_field("证明材料", help_text="死亡证明、退休证或本人书面申请等。JPG 或 PNG，10 MB 以内")

    def __init__(self, *args: Any, uploads: Uploads, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uploads = uploads

    @property
    def received(self) -> dict[str, dict[str, str]]:
        """That a picture has come already; it is looked at once the case is taken."""
        return {}

    def clean(self) -> dict[str, Any]:
        """The picture has come, and no words carry a number."""
        data = super().clean() or self.cleaned_data
        if refused := self.uploads.refused.get(PROOF):
            self.refuse(RuleBroken(refused.code, refused.message, PROOF))
        elif PROOF not in self.uploads.received:
            self.refuse(RuleBroken("required", "请上传证明材料", PROOF))
        if data.get("words"):
            try:
                rules.check_words(data["words"])
            except RuleBroken as broken:
                self.refuse(broken)
        return data

    def proof_ids(self) -> list[uuid.UUID]:
        """The picture; of a valid form."""
        return [self.uploads.received[PROOF].pk]


class EndingForm(ReopeningForm):
    """终止档案: besides, why and since when."""

    reason = forms.ChoiceField(label="终止原因", choices=EndReason.choices, widget=forms.RadioSelect)
    on = DateField(label="自何时起", help_text="去世的填去世日期；本人申请的填申请日期")
    field_order = ("reason", "on", "words", PROOF)

    def clean(self) -> dict[str, Any]:
        """No day that is still to come."""
        data = super().clean()
        if data.get("on") and data["on"] > clock.today():
            self.refuse(RuleBroken("in_future", "日期不能晚于今天，请核对", "on"))
        return data
