from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kuaiji.identity"

    def ready(self) -> None:
        from kuaiji.identity import partners  # noqa: F401 - registers its check
