from django.apps import AppConfig


class AccountantsConfig(AppConfig):
    name = "kuaiji.accountants"

    def ready(self) -> None:
        from kuaiji.accountants.reporting import exam_rows
        from kuaiji.accountants.reporting.reports import register_reporting
        from kuaiji.keys import rotation

        register_reporting()
        rotation.register(exam_rows.EXAM_ROWS)
