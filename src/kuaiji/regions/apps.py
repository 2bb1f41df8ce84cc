from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "kuaiji.regions"

    def ready(self) -> None:
        from kuaiji.regions import system_checks  # noqa: F401 - registers itself
