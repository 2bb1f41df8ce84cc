from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "kuaiji.reconciliation"

    def ready(self) -> None:
        from kuaiji.audit.services import FOLLOWERS
        from kuaiji.reconciliation.conflicts.services import follow_checks, register_conflicts
        from kuaiji.reconciliation.stuck.services import register_stuck_messages

        register_stuck_messages()
        register_conflicts()
        FOLLOWERS.register("conflicts", follow_checks)
