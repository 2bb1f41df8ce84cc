from django.apps import AppConfig


class ClosingConfig(AppConfig):
    name = "kuaiji.closing"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS

        ACCESS_LABELS.register("closing", "注销")
