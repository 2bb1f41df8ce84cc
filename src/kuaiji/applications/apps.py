from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "kuaiji.applications"
