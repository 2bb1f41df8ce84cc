from django.apps import AppConfig


class SwitchesConfig(AppConfig):
    name = "kuaiji.switches"

    def ready(self) -> None:
        from kuaiji.audit.access import GATES
        from kuaiji.switches.services.standing import stop_operation

        GATES.register("switches", stop_operation)
