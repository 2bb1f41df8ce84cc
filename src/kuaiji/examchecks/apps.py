from django.apps import AppConfig


class ExamChecksConfig(AppConfig):
    name = "kuaiji.examchecks"

    def ready(self) -> None:
        from kuaiji.audit.sealed_tables import SEALED
        from kuaiji.examchecks.models import ExamCheck

        SEALED.register("exam_checks", ExamCheck)
