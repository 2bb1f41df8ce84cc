from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "kuaiji.sms"

    def ready(self) -> None:
        from kuaiji.common.loops import LOOPS
        from kuaiji.sms import loop, system_checks  # noqa: F401 - registers itself

        LOOPS.register("notices", loop.run)
