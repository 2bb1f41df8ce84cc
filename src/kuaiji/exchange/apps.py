from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kuaiji.exchange"

    def ready(self) -> None:
        from kuaiji.common.loops import LOOPS
        from kuaiji.exchange import loop, system_checks  # noqa: F401 - registers itself

        LOOPS.register("exchange", loop.run)
