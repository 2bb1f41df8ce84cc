from django.apps import AppConfig


class ExamChecksConfig(AppConfig):
    name = "kuaiji.examchecks"

    def ready(self) -> None:
        from kuaiji.audit.sealed_tables import SEALED
        from kuaiji.audit.services import FOLLOWERS
        from kuaiji.examchecks import own_data
        from kuaiji.examchecks.models import ExamCheck
        from kuaiji.examchecks.services.following import follow

        SEALED.register("exam_checks", ExamCheck)
        FOLLOWERS.register("exam_checks", follow)
        own_data.register()
