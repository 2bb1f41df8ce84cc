"""Django's settings of the stand-ins. They refuse to load outside a demonstration."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def _need(name: str) -> str:
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"set {name}")
    return os.environ[name]


def _database(url: str, *, pooled: bool) -> dict[str, Any]:
    options: dict[str, Any] = dict(conninfo_to_dict(url, connect_timeout=5))
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 4, "timeout": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname"),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


if (os.environ.get("KUAIJI_ENV"), os.environ.get("KUAIJI_DEMO")) != ("development", "1"):
    raise ImproperlyConfigured(
        "the stand-ins show everybody's messages: they start with KUAIJI_ENV=development and KUAIJI_DEMO=1 only"
    )

TOKEN = _need("KUAIJI_STANDINS_TOKEN")
AS_OWNER = os.environ.get("KUAIJI_DATABASE_ROLE") == "owner"
DATABASES = {
    "default": _database(
        _need("KUAIJI_STANDINS_OWNER_URL" if AS_OWNER else "KUAIJI_STANDINS_DATABASE_URL"), pooled=not AS_OWNER
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEBUG = False
ALLOWED_HOSTS = os.environ.get("KUAIJI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
INSTALLED_APPS = ["kuaiji_standins"]
MIDDLEWARE = ["kuaiji_standins.middleware.guard"]
ROOT_URLCONF = "kuaiji_standins.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).resolve().parent / "static"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

BODY_CAP = 64 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_CAP

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"out": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    # Refusals and outages are what the stand-ins are for; only their own faults are worth a line.
    "loggers": {"django.request": {"level": "CRITICAL"}},
}
