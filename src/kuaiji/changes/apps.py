from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "kuaiji.changes"
