from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "kuaiji.changes"

    def ready(self) -> None:
        from kuaiji.attachments.imaging import DOCUMENT_SIDE
        from kuaiji.attachments.purposes import PURPOSES, Purpose

        PURPOSES.register("name_proof", Purpose("姓名变更证明", DOCUMENT_SIDE))
