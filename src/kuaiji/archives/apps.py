from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "kuaiji.archives"

    def ready(self) -> None:
        from kuaiji.archives import system_checks  # noqa: F401 - registers itself
