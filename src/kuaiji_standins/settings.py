"""Django's settings of the stand-ins. They refuse to load outside a demonstration."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kuaiji.common.service_settings import database, need

if (os.environ.get("KUAIJI_ENV"), os.environ.get("KUAIJI_DEMO")) != ("development", "1"):
    raise ImproperlyConfigured(
        "the stand-ins show everybody's messages: they start with KUAIJI_ENV=development and KUAIJI_DEMO=1 only"
    )

TOKEN = need("KUAIJI_STANDINS_TOKEN")
AS_OWNER = os.environ.get("KUAIJI_DATABASE_ROLE") == "owner"
DATABASES = {
    "default": database(need("KUAIJI_STANDINS_OWNER_URL"))
    if AS_OWNER
    else database(need("KUAIJI_STANDINS_DATABASE_URL"), pool={"min_size": 1, "max_size": 4, "timeout": 2})
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

RECEIPT_HOURS = int(os.environ.get("KUAIJI_RECEIPT_HOURS", "72"))
BODY_CAP = 64 * 1024
PHOTO_CAP = 11 * 1024 * 1024  # a picture of 10 MB, and the form around it
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = PHOTO_CAP
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_CAP

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"out": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    # Refusals and outages are what the stand-ins are for; only their own faults are worth a line.
    "loggers": {"django.request": {"level": "CRITICAL"}},
}
