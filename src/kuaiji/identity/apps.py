from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kuaiji.identity"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_PAGES, Pages
        from kuaiji.identity import attempts, own_data
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.identity.people import indexing
        from kuaiji.identity.recovery import services as recovery
        from kuaiji.identity.registration import services as registration
        from kuaiji.identity.security import services as security
        from kuaiji.identity.security.services import forget_sign_in
        from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES, CodePurpose
        from kuaiji.keys import rotation
        from kuaiji.limits import kinds
        from kuaiji.sms.enums import TemplateKey

        rotation.register(indexing.PEOPLE)
        own_data.register()
        CLOSING_STEPS.register("identity", ClosingStep(forget=forget_sign_in))
        ACCESS_LABELS.register("identity", "登录与安全")
        ACCESS_LABELS.register("identity.login", "登录")
        ACCESS_LABELS.register("identity.logout", "退出登录")
        OWN_PAGES.register("/register/", Pages(after_texts=False))
        OWN_PAGES.register("/me/security/", Pages(after_texts=False))  # one may want to leave instead
        kinds.register(*attempts.KINDS)
        CODE_PURPOSES.register(
            registration.PURPOSE,
            CodePurpose(template=TemplateKey.REGISTRATION_CODE, phone_of=registration.registration_phone),
        )
        CODE_PURPOSES.register(
            recovery.PURPOSE,
            CodePurpose(template=TemplateKey.RECOVERY_CODE, phone_of=recovery.recovery_phone, known_only=True),
        )
        for purpose, phone_of in (security.PURPOSE_OLD, security.old_phone), (security.PURPOSE_NEW, security.new_phone):
            CODE_PURPOSES.register(purpose, CodePurpose(template=TemplateKey.PHONE_CHANGE_CODE, phone_of=phone_of))
