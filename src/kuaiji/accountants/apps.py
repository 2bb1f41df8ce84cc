from django.apps import AppConfig


class AccountantsConfig(AppConfig):
    name = "kuaiji.accountants"

    def ready(self) -> None:
        from kuaiji.accountants import exam_index, reporting
        from kuaiji.keys import rotation

        reporting.register()
        rotation.register(exam_index.EXAM_ROWS)
