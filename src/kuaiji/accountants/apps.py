from django.apps import AppConfig


class AccountantsConfig(AppConfig):
    name = "kuaiji.accountants"

    def ready(self) -> None:
        from kuaiji.accountants import reporting

        reporting.register()
