from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "kuaiji.sms"

    def ready(self) -> None:
        from kuaiji.sms import system_checks  # noqa: F401 - registers itself
