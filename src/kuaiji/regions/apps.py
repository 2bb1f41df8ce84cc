from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "kuaiji.regions"

    def ready(self) -> None:
        from kuaiji.common.reference import REFERENCE
        from kuaiji.regions import system_checks  # noqa: F401 - registers itself
        from kuaiji.regions.services import load_regions

        REFERENCE.register("regions", load_regions)
