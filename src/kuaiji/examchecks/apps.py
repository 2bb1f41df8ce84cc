from django.apps import AppConfig


class ExamChecksConfig(AppConfig):
    name = "kuaiji.examchecks"

    def ready(self) -> None:
        import orjson
        from psycopg.types.json import set_json_loads

        from kuaiji.audit.sealed_tables import SEALED
        from kuaiji.audit.services import FOLLOWERS
        from kuaiji.examchecks import own_data
        from kuaiji.examchecks.models import ExamCheck
        from kuaiji.examchecks.services.following import follow

        SEALED.register("exam_checks", ExamCheck)
        FOLLOWERS.register("exam_checks", follow)
        own_data.register()
        # Of what is read past the ORM, whose JSON fields read for themselves: three columns of each answer.
        set_json_loads(orjson.loads)
