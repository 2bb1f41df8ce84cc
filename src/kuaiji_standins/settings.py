"""Django's settings of the stand-ins. They refuse to load outside a demonstration."""

from pathlib import Path

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError
from kuaiji.common.service_settings import database

if environment.ENV.get() != "development" or not environment.DEMO.get():
    raise ConfigurationError(
        f"{environment.ENV.name} is {environment.ENV.get()!r}, {environment.DEMO.name} {environment.DEMO.text()!r}: "
        "the stand-ins show everybody's messages, they start with development and 1 only."
    )

TOKEN = environment.STANDINS_TOKEN.need()
AS_OWNER = environment.ROLE.get() == "owner"
DATABASES = {
    "default": database(environment.STANDINS_OWNER_URL.need())
    if AS_OWNER
    else database(environment.STANDINS_DATABASE_URL.need(), pool={"min_size": 1, "max_size": 4, "timeout": 2})
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEBUG = False
ALLOWED_HOSTS = list(environment.ALLOWED_HOSTS.get() or ("127.0.0.1", "localhost", "[::1]"))
INSTALLED_APPS = ["kuaiji_standins"]
MIDDLEWARE = ["kuaiji_standins.middleware.guard"]
ROOT_URLCONF = "kuaiji_standins.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).resolve().parent / "static"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

RECEIPT_HOURS = environment.RECEIPT_HOURS.get()
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
