from django.apps import AppConfig


class ExamChecksConfig(AppConfig):
    name = "kuaiji.examchecks"
