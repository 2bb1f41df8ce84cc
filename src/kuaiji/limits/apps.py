from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "kuaiji.limits"

    def ready(self) -> None:
        from kuaiji.limits import system_checks  # noqa: F401 - registers itself
