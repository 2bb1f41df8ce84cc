from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "kuaiji.applications"
    label = "requests"  # of its tables and migrations, from before it had this name
