from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kuaiji.audit"

    def ready(self) -> None:
        from kuaiji.audit import models, system_checks  # noqa: F401 - the checks register themselves
        from kuaiji.audit.sealed_tables import SEALED

        SEALED.register("operations", models.Operation)
        SEALED.register("events", models.Event)
        SEALED.register("accesses", models.AccessLog)
