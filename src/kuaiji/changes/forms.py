"""The one form of 信息变更 that is no section."""

import functools
from typing import Any

from kuaiji.accountants.sections.fields import CheckedField, line
from kuaiji.accountants.sections.forms.base import SectionForm, file_field
from kuaiji.common.names import clean_name


class NameForm(SectionForm):
    """姓名变更 (R4.2): the name as it is now, why, and a paper that says so."""

    uploads = ("name_proof",)

    name = CheckedField(label="变更后的姓名", check=clean_name, help_text="与现在的证件上的姓名一致")
    reason = line("变更原因", limit=100, help_text="例如：户口簿登记的姓名已变更")
    name_proof = file_field("姓名变更证明", help_text="户口簿变更页、公安机关证明或新证件。JPG 或 PNG，10 MB 以内")

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        name = self.fields["name"]
        assert isinstance(name, CheckedField)
        name.check = functools.partial(clean_name, document_type=self.facts.document_type)

    def needs(self, name: str) -> bool:
        """The name one has already needs no proof."""
        return self.cleaned_data.get("name") != self.current
