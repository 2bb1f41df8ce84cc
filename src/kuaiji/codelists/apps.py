from django.apps import AppConfig


class CodelistsConfig(AppConfig):
    name = "kuaiji.codelists"

    def ready(self) -> None:
        from kuaiji.codelists.services import load_code_lists
        from kuaiji.common.reference import REFERENCE

        REFERENCE.register("code_lists", load_code_lists)
