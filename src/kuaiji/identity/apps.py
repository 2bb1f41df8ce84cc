from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kuaiji.identity"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_PAGES, OWN_ROWS, OwnRow, Pages
        from kuaiji.identity import attempts, own_data
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.identity.notices import forget_told, phones_of
        from kuaiji.identity.people import indexing
        from kuaiji.identity.recovery.services import RECOVERY_CODE, SIGN_IN_CODE, recovery_limit, recovery_phone
        from kuaiji.identity.registration.services import REGISTRATION_CODE, registration_phone
        from kuaiji.identity.security.services import (
            NEW_PHONE_CODE,
            OLD_PHONE_CODE,
            forget_sign_in,
            new_phone_of_change,
            old_phone_of_change,
        )
        from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES, CodePurpose
        from kuaiji.keys import rotation
        from kuaiji.limits import kinds
        from kuaiji.messages.hooks import PHONES
        from kuaiji.sms.enums import TemplateKey

        PHONES.register("identity", phones_of)
        rotation.register(indexing.PEOPLE)
        rotation.register(indexing.PERMITS)
        own_data.register()
        CLOSING_STEPS.register("identity", ClosingStep(forget=forget_sign_in))
        CLOSING_STEPS.register("messages", ClosingStep(forget=forget_told))
        ACCESS_LABELS.register("identity", "登录与安全")
        ACCESS_LABELS.register("identity.login", "登录")
        ACCESS_LABELS.register("identity.logout", "退出登录")
        OWN_PAGES.register("/register/", Pages(after_texts=False))
        OWN_PAGES.register("/me/security/", Pages(after_texts=False))  # one may want to leave instead
        OWN_ROWS.register(
            "/me/security/", OwnRow(order=90, label="登录与安全", drawing="person", about="手机号、密码、注销")
        )
        kinds.register(*attempts.KINDS)
        for name, purpose in {
            REGISTRATION_CODE: CodePurpose(template=TemplateKey.REGISTRATION_CODE, phone_of=registration_phone),
            RECOVERY_CODE: CodePurpose(
                template=TemplateKey.RECOVERY_CODE,
                phone_of=recovery_phone,
                to_bound=True,
                hidden_limit=recovery_limit,
            ),
            SIGN_IN_CODE: CodePurpose(
                template=TemplateKey.SIGN_IN_CODE,
                phone_of=recovery_phone,
                to_bound=True,
                hidden_limit=recovery_limit,
            ),
            OLD_PHONE_CODE: CodePurpose(
                template=TemplateKey.PHONE_CHANGE_CODE, phone_of=old_phone_of_change, to_bound=True
            ),
            NEW_PHONE_CODE: CodePurpose(template=TemplateKey.PHONE_CHANGE_CODE, phone_of=new_phone_of_change),
        }.items():
            CODE_PURPOSES.register(name, purpose)
