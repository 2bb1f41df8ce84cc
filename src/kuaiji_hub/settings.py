"""Django's settings of the hub, all from the environment (docs/production.md)."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError
from kuaiji.common.keyring import Keyring, KeyringError, parse_keyring
from kuaiji.common.service_settings import database
from kuaiji_wire.client import MESSAGE_CAP

# A request never waits long; what took too long is sent again, and has one effect.
_LIMITS = "-c lock_timeout=3s -c statement_timeout=5s -c idle_in_transaction_session_timeout=10s"


def _ring() -> Keyring:
    try:
        return parse_keyring(environment.HUB_KEYRING.need())
    except KeyringError:
        raise ConfigurationError(
            f"{environment.HUB_KEYRING.name} has a value (not shown): it is not a keyring. Correct it."
        ) from None


environment.check_hub()
RING = _ring()
ADDRESS = environment.HUB_URL.need()  # under which the platforms know the hub: what they sign
METRICS_TOKEN = environment.METRICS_TOKEN.get()
AS_OWNER = environment.ROLE.get() == "owner"
APP_ROLE = str(conninfo_to_dict(environment.HUB_DATABASE_URL.need()).get("user", ""))
DATABASES = {
    "default": database(environment.HUB_OWNER_URL.need())
    if AS_OWNER
    else database(
        environment.HUB_DATABASE_URL.need(), options=_LIMITS, pool={"min_size": 1, "max_size": 8, "timeout": 2}
    )
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
