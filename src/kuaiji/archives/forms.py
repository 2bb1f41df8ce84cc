"""What the check asks for."""

from typing import Any

from django import forms

from kuaiji.accountants.sections.fields import CheckedField
from kuaiji.archives import check_codes
from kuaiji.identity.forms import IdentityForm


class CheckForm(IdentityForm):
    """The code on the paper, and from busy addresses the question."""

    check_code = CheckedField(
        label="校验码",
        check=check_codes.read_code,
        max_length=check_codes.LONGEST,
        help_text="打印件上的 20 位字母和数字，例如 8K2M-4QXT-9D0R-7WAB-3HCN；横线、空格和大小写都不影响",
        widget=forms.TextInput(attrs={"class": "k-w-m", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        self.answer_challenge()
        return self.cleaned_data
