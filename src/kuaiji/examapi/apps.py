from django.apps import AppConfig


class ExamApiConfig(AppConfig):
    name = "kuaiji.examapi"
