from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "kuaiji.attachments"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS

        ACCESS_LABELS.register("attachments", "查看图片")
