"""Django's settings of the hub, all from the environment (docs/production.md)."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from kuaiji.common.keyring import Keyring, KeyringError, parse_keyring
from kuaiji.common.service_settings import database, need
from kuaiji_wire.client import MESSAGE_CAP

# A request never waits long; what took too long is sent again, and has one effect.
_LIMITS = "-c lock_timeout=3s -c statement_timeout=5s -c idle_in_transaction_session_timeout=10s"


def _ring() -> Keyring:
    try:
        return parse_keyring(need("KUAIJI_HUB_KEYRING"))
    except KeyringError:
        raise ImproperlyConfigured("KUAIJI_HUB_KEYRING is not a keyring") from None


def _address() -> str:
    """Scheme and authority under which the platforms know the hub: what they sign."""
    address = need("KUAIJI_HUB_URL").rstrip("/").lower()
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if address != f"{parts.scheme}://{parts.netloc}" or not parts.hostname or "@" in parts.netloc:
        raise ImproperlyConfigured("KUAIJI_HUB_URL is scheme and authority only, such as https://hub.example")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ImproperlyConfigured("KUAIJI_HUB_URL begins with https:// (http:// only on this machine)")
    return address


RING = _ring()
ADDRESS = _address()
AS_OWNER = os.environ.get("KUAIJI_DATABASE_ROLE") == "owner"
APP_ROLE = str(conninfo_to_dict(need("KUAIJI_HUB_DATABASE_URL")).get("user", ""))
DATABASES = {
    "default": database(need("KUAIJI_HUB_OWNER_URL"))
    if AS_OWNER
    else database(need("KUAIJI_HUB_DATABASE_URL"), options=_LIMITS, pool={"min_size": 1, "max_size": 8, "timeout": 2})
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEBUG = False
# Whom a request names proves nothing: signatures are checked against ADDRESS.
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["kuaiji_hub"]
MIDDLEWARE = ["kuaiji_hub.door.headers"]
ROOT_URLCONF = "kuaiji_hub.urls"
TEMPLATES: list[dict[str, Any]] = []
APPEND_SLASH = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

DATA_UPLOAD_MAX_MEMORY_SIZE = MESSAGE_CAP

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "kuaiji_hub.logs.Lines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    # Its lines quote addresses; faults of ours are logged by the door.
    "loggers": {"django.request": {"level": "CRITICAL"}, "psycopg": {"level": "ERROR"}},
}
