from django.apps import AppConfig


class AccountantsConfig(AppConfig):
    name = "kuaiji.accountants"
