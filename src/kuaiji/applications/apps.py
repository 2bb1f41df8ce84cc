from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "kuaiji.applications"
    label = "requests"  # of its tables and migrations, from before it had this name

    def ready(self) -> None:
        from kuaiji.attachments.imaging import DOCUMENT_SIDE
        from kuaiji.attachments.purposes import PURPOSES, Purpose

        PURPOSES.register("correction_proof", Purpose("更正证明", DOCUMENT_SIDE))
        PURPOSES.register("further_proof", Purpose("更正证明第二张", DOCUMENT_SIDE))
