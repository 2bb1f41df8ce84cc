from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kuaiji.audit"

    def ready(self) -> None:
        from kuaiji.audit import system_checks  # noqa: F401 - registers itself
