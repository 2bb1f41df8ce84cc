from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "kuaiji.reconciliation"

    def ready(self) -> None:
        from kuaiji.reconciliation.stuck.services import register_stuck_messages

        register_stuck_messages()
