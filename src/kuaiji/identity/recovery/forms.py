"""What 找回密码 asks for; its last page asks for a PasswordForm."""

from kuaiji.common import phones
from kuaiji.identity.forms import CodeForm, checked, lookup_number, number_field, phone_field, type_field


class RecoverForm(CodeForm):
    """R2.2."""

    document_number = number_field()
    document_type = type_field(required=False)
    phone = phone_field("注册时的手机号")
    field_order = ("document_number", "document_type", "phone", "sms_code")

    def clean_document_number(self) -> str:
        return lookup_number(self.cleaned_data["document_number"])

    def clean_phone(self) -> str:
        return checked(phones.check_mobile, self.cleaned_data["phone"])
