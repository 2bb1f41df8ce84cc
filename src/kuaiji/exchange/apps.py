from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kuaiji.exchange"

    def ready(self) -> None:
        from kuaiji.exchange import system_checks  # noqa: F401 - registers itself
