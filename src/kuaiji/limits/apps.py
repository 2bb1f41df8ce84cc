from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "kuaiji.limits"

    def ready(self) -> None:
        pass
