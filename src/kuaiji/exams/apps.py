from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "kuaiji.exams"

    def ready(self) -> None:
        from kuaiji.common.reference import REFERENCE
        from kuaiji.exams.services import fill_exam_windows

        REFERENCE.register("exam_windows", fill_exam_windows)
