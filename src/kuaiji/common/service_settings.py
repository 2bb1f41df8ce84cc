"""What the settings of hub and stand-ins have in common."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict


def database(url: str, **options: Any) -> dict[str, Any]:
    """A database address as Django's setting; ``options`` are the driver's."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url, connect_timeout=5))
    named = {
        setting: parts.pop(part, "")
        for setting, part in (
            ("NAME", "dbname"), ("USER", "user"), ("PASSWORD", "password"), ("HOST", "host"), ("PORT", "port"),
        )
    }  # fmt: skip
    return named | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts | options,
    }
