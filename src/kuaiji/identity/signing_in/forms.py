"""What signing in asks for."""

from typing import Any

from kuaiji.identity.forms import IdentityForm, PasswordField, lookup_number, number_field, type_field


class SignInForm(IdentityForm):
    """R2.2."""

    document_number = number_field()
    password = PasswordField(label="密码")
    document_type = type_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document_number"].widget.attrs["autocomplete"] = "username"

    def clean_document_number(self) -> str:
        return lookup_number(self.cleaned_data["document_number"])

    def clean(self) -> dict[str, Any]:
        self.answer_challenge()
        return self.cleaned_data
