from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kuaiji.identity"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_PAGES, Pages
        from kuaiji.identity import attempts, own_data
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.identity.people import indexing
        from kuaiji.identity.security.services import forget_sign_in
        from kuaiji.keys import rotation
        from kuaiji.limits import kinds

        rotation.register(indexing.PEOPLE)
        own_data.register()
        CLOSING_STEPS.register("identity", ClosingStep(forget=forget_sign_in))
        ACCESS_LABELS.register("identity", "登录与安全")
        ACCESS_LABELS.register("identity.login", "登录")
        ACCESS_LABELS.register("identity.logout", "退出登录")
        OWN_PAGES.register("/register/", Pages(after_texts=False))
        OWN_PAGES.register("/me/security/", Pages(after_texts=False))  # one may want to leave instead
        kinds.register(*attempts.KINDS)
