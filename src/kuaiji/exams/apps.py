from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "kuaiji.exams"

    def ready(self) -> None:
        from kuaiji.common.reference import REFERENCE
        from kuaiji.exams import system_checks  # noqa: F401 - registers itself
        from kuaiji.exams.services.exam_rules import fill_exam_rules
        from kuaiji.exams.services.windows import fill_exam_windows

        REFERENCE.register("exam_windows", fill_exam_windows)
        REFERENCE.register("exam_rules", fill_exam_rules)
