"""The models of the platform, and the words that say how sensitive a column is."""

from django.apps import apps

CLASSES = {"public", "internal", "pseudonymous", "personal", "sealed", "fingerprint", "secret"}
OURS = [model for model in apps.get_models() if model.__module__.startswith("kuaiji.")]
