"""What a deployment says through its environment, read and checked in one place (README: Environment)."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class ConfigurationError(Exception):
    """The environment is not enough to start, or contradicts itself. Names variables, never their values."""


@dataclasses.dataclass(frozen=True, slots=True)
class Environment:
    """The checked environment of one process."""

    production: bool
    demo: bool
    home: Path
    secret_key: str
    hosts: tuple[str, ...]
    database: dict[str, Any]
    app_role: str
    address_limits: bool
    limits: str
    review_seconds: int | None
    proxies: int
    metrics_token: str


REQUIRED = ("KUAIJI_SECRET_KEY", "KUAIJI_KEYRING", "DATABASE_URL")
REQUIRED_IN_PRODUCTION = ("KUAIJI_ALLOWED_HOSTS", "KUAIJI_METRICS_TOKEN")


def read_environment(values: Mapping[str, str] | None = None) -> Environment:
    """Check ``values`` (the process's own by default); raises ConfigurationError in plain words."""
    env = os.environ if values is None else values
    kind = env.get("KUAIJI_ENV", "production")
    if kind not in ("production", "development"):
        raise ConfigurationError("KUAIJI_ENV must be production or development")
    production, demo = kind == "production", env.get("KUAIJI_DEMO") == "1"
    if production and demo:
        raise ConfigurationError("KUAIJI_DEMO=1 shows everybody's messages: never with KUAIJI_ENV=production")
    missing = [name for name in REQUIRED + (REQUIRED_IN_PRODUCTION if production else ()) if not env.get(name)]
    if missing:
        raise ConfigurationError(f"set {', '.join(missing)}")
    limits = env.get("KUAIJI_ADDRESS_LIMITS", "on")
    if limits not in ("on", "off") or (limits == "off" and not demo):
        raise ConfigurationError("KUAIJI_ADDRESS_LIMITS is on, or off in demo only")
    if not demo and env.get("KUAIJI_REVIEW_SECONDS"):
        raise ConfigurationError("KUAIJI_REVIEW_SECONDS is for demo only")
    as_owner = env.get("KUAIJI_DATABASE_ROLE") == "owner"
    if as_owner and not env.get("DATABASE_OWNER_URL"):
        raise ConfigurationError("set DATABASE_OWNER_URL")
    app = parse_database_url(env["DATABASE_URL"])
    return Environment(
        production=production,
        demo=demo,
        home=Path(env.get("KUAIJI_HOME", "var")).resolve(),
        secret_key=env["KUAIJI_SECRET_KEY"],
        hosts=tuple(env.get("KUAIJI_ALLOWED_HOSTS", "*").split(",")),
        database=parse_database_url(env["DATABASE_OWNER_URL"]) if as_owner else app,
        app_role=app["USER"],
        address_limits=limits == "on",
        limits=env.get("KUAIJI_LIMITS", ""),
        review_seconds=int(env["KUAIJI_REVIEW_SECONDS"]) if env.get("KUAIJI_REVIEW_SECONDS") else None,
        proxies=int(env.get("KUAIJI_TRUSTED_PROXIES", "0")),
        metrics_token=env.get("KUAIJI_METRICS_TOKEN", ""),
    )


def parse_database_url(url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?host=/socket&sslmode=…`` as Django's setting."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ConfigurationError("DATABASE_URL must begin with postgresql:// (kuaiji runs on PostgreSQL only)")
    options = {key: value[-1] for key, value in parse_qs(parts.query).items()}
    host = options.pop("host", parts.hostname or "")
    port = options.pop("port", parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Values travel apart from the statement, which the server plans once: less work for both sides.
        "OPTIONS": {**options, "connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 5},
    }
