"""个人信息 (R3.2)."""

import datetime as dt
from typing import Any, cast

from django import forms

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.fields import CheckedField, CountryField, select
from kuaiji.accountants.sections.forms.base import SectionForm, file_field
from kuaiji.accountants.sections.photos import (
    LONGEST_CODE,
    LONGEST_TYPED,
    RECEIPT_FIELD,
    SHORTEST_CODE,
    photos_by_receipt,
)
from kuaiji.codelists.services import choices_of
from kuaiji.common import documents
from kuaiji.common.email_addresses import clean_email
from kuaiji.common.forms import DateField, TextField
from kuaiji.common.markup import PicturedHint
from kuaiji.common.profile import profile

MEANT = "same_picture_meant"


class PersonalForm(SectionForm):
    """民族 to the papers; sex, birth date and country only where the document does not tell them.

    Where photos come by receipt, the photo's field is the code; the picture itself is what has been fetched (R6.1).
    """

    uploads = PICTURES[SectionSlug.PERSONAL]

    gender = forms.ChoiceField(label="性别", widget=forms.RadioSelect)
    birth_date = DateField(label="出生日期", help_text="例如 1990年7月1日，或 19900701")
    country = CountryField(label="国籍（地区）")
    ethnic_group = select("民族", "ethnic_groups")
    political_status = select("政治面貌", "political_statuses")
    email = CheckedField(
        label="电子邮箱",
        max_length=254,
        check=clean_email,
        help_text="例如 12345678@qq.com。没有用过邮箱的，QQ 号加 @qq.com，或者移动手机号加 @139.com，就是自己的邮箱",
        widget=forms.EmailInput(),
    )
    photo = file_field(
        "免冠证件照", help_text="近期正面免冠照片，手机拍的即可，系统会摆正、裁剪。JPG 或 PNG，10 MB 以内"
    )
    photo_receipt_code = TextField(
        label="回执码",
        required=False,
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    id_card_front = file_field("", help_text="字迹清楚、四角完整。JPG 或 PNG，10 MB 以内")
    id_card_back = file_field("", help_text="字迹清楚、四角完整。JPG 或 PNG，10 MB 以内")
    same_picture_meant = forms.BooleanField(label="几处用了同一张图片，仍这样保存", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.facts.fixed_by_document & self.fields.keys():
            del self.fields[name]
        self.fetched = self.fetched_uploads()
        if self.fetched:
            self.fields[RECEIPT_FIELD].help_text = f"{SHORTEST_CODE} 至 {LONGEST_CODE} 位字母和数字，写在拍照后的回执上"
        else:
            del self.fields[RECEIPT_FIELD]
            self.fields["photo"].widget.attrs["data-crop"] = True
            self.show_example("photo", "example-portrait", "正面免冠、白底，露出眉毛和双肩")
        if self.facts.is_foreigner:
            del self.fields["ethnic_group"], self.fields["political_status"]
            if isinstance(country := self.fields.get("country"), CountryField):
                country.ask_foreigner()
        if "gender" in self.fields:
            gender = self.fields["gender"]
            assert isinstance(gender, forms.ChoiceField)
            gender.choices = choices_of("genders", leave_out=frozenset("09"))
        self.back_required = documents.document_sides(self.facts.document_type)[2]
        for name, label in self.labels_of_uploads(self.facts).items():
            self.fields[name].label = label
        if self.facts.document_type == documents.DocumentType.RESIDENT_ID:
            self.show_example("id_card_front", "example-card-front", "人像和号码的一面，铺满画面")
            self.show_example("id_card_back", "example-card-back", "国徽和有效期限的一面，铺满画面")

    @classmethod
    def labels_of_uploads(cls, facts: Facts) -> dict[str, str]:
        """The two sides are called after the document."""
        front, back, _ = documents.document_sides(facts.document_type)
        return super().labels_of_uploads(facts) | {"id_card_front": front, "id_card_back": back}

    @classmethod
    def fetched_uploads(cls) -> frozenset[str]:
        """The photo, where people are photographed elsewhere and bring a receipt."""
        return frozenset({"photo"}) if photos_by_receipt() else frozenset()

    @property
    def receipt_steps(self) -> list[str]:
        """How one comes to a receipt, a step each."""
        return [step.strip() for step in profile().photo_receipt_how.split("→")]

    def show_example(self, name: str, drawing: str, shows: str) -> None:
        """A drawing of what is asked for beside the hint of a picture."""
        field = self.fields[name]
        size = (72, 88) if drawing == "example-portrait" else (112, 71)
        address = f"kuaiji/img/{drawing}.svg"
        field.help_text = cast("str", PicturedHint(field.help_text, address, size, shows))  # asked only for its HTML

    def needs(self, name: str) -> bool:
        """The second side is optional for some documents (R3.1); a photo that is fetched is asked for by its code."""
        return self.back_required if name == "id_card_back" else name not in self.fetched

    def clean_birth_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["birth_date"]
        self.ask(lambda: documents.check_birth_date(day, today=self.facts.today))
        return day

    def clean(self) -> dict[str, Any]:
        """What the document tells is part of the answers, so that the section stands alone."""
        data = super().clean()
        for name in self.facts.fixed_by_document:
            data[name] = getattr(self.facts, name)
        self._settle_same_pictures()
        typed = data.pop(RECEIPT_FIELD, "")
        if self.fetched and not data["photo"]:
            todo = "请先按“获取照片”，看到照片后再保存" if typed else "请输入回执码，再按“获取照片”"
            self.add_error(RECEIPT_FIELD, forms.ValidationError(todo, code="required"))
        return data

    def _settle_same_pictures(self) -> None:
        """One picture in several places is asked about once more; that it is meant is an answer only then."""
        is_meant = self.cleaned_data.pop(MEANT, False)
        places = {name: row for name, row in self.files_of_person.received.items() if self.cleaned_data.get(name)}
        same = [
            name
            for name, row in places.items()
            if any(other != name and row.shows_the_same(there) for other, there in places.items())
        ]
        if same and is_meant:
            self.cleaned_data[MEANT] = True
        elif same:
            labels = "、".join(str(self.fields[name].label) for name in self.uploads if name in same)
            words = f"{labels}是同一张图片。选错的请在上面重新上传；确实要这样，请勾选这一项再保存"
            self.add_error(MEANT, forms.ValidationError(words, code="same_picture"))

    @property
    def asks_whether_same_picture_is_meant(self) -> bool:
        """Whether the page shows the question: after it was asked, and where it was answered."""
        asked = getattr(self, "_errors", None) or {}  # without checking what is only shown again
        return bool(self[MEANT].value()) or MEANT in asked
