from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "kuaiji.archives"

    def ready(self) -> None:
        from kuaiji.archives import system_checks  # noqa: F401 - registers itself
        from kuaiji.audit.labels import ACCESS_LABELS

        ACCESS_LABELS.register("archives", "打印信息档案")
