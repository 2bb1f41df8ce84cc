"""What a development start (``make run``, or the command line in a checkout) tells each process.

Production tells its processes itself; there nothing of this module is used.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kuaiji.house import HouseError
from kuaiji.house.databases import Role, Server
from kuaiji.house.ports import HOST
from kuaiji.house.postgres import Cluster, open_cluster
from kuaiji.house.secrets import FILE_NAME, load_secrets

OFFSETS = {"guangdong": 0, "shenzhen": 1, "hub": 2, "standins": 3}
PROFILES = ("guangdong", "shenzhen")
PLATFORM_CODES = {"guangdong": "440000", "shenzhen": "440300"}  # whose key is whose at the hub
HIGHEST_BASE_PORT = 65535 - max(OFFSETS.values())
STANDINS_DATABASE = "kuaiji_standins"
HUB_DATABASE = "kuaiji_hub"


@dataclass(frozen=True, slots=True)
class Development:
    """One development home: its folder, secrets, ports and database server."""

    home: Path
    profile: str
    base_port: int
    secrets: Mapping[str, str] = field(repr=False)
    cluster: Cluster | None
    server: Server

    @property
    def platform_database(self) -> str:
        return f"kuaiji_{self.profile}"

    def port(self, service: str) -> int:
        """The port of a profile's platform, the hub or the stand-ins."""
        return self.base_port + OFFSETS[service]

    def address(self, service: str) -> str:
        return f"http://{HOST}:{self.port(service)}"

    def platform_env(self, database: str | None = None) -> dict[str, str]:
        """The environment of the platform's processes."""
        return self._common() | {
            "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings",
            "DATABASE_URL": self.server.url(self.server.app, database or self.platform_database),
            "KUAIJI_SECRET_KEY": self.secrets["secret_key"],
            "KUAIJI_KEYRING": self.secrets["keyring"],
            "KUAIJI_SMS_PROVIDERS": os.environ.get("KUAIJI_SMS_PROVIDERS", "standin"),
        }

    def platform_owner_env(self, database: str | None = None) -> dict[str, str]:
        """The same with the way in for the owner, which ``KUAIJI_DATABASE_ROLE=owner`` chooses."""
        owner_url = self.server.url(self.server.owner, database or self.platform_database)
        return self.platform_env(database) | {"DATABASE_OWNER_URL": owner_url}

    def standins_env(self) -> dict[str, str]:
        """The environment of the stand-ins: other people's systems, without our keys."""
        return self._common() | {
            "DJANGO_SETTINGS_MODULE": "kuaiji_standins.settings",
            "KUAIJI_STANDINS_DATABASE_URL": self.server.url(self.server.app, STANDINS_DATABASE),
        }

    def standins_owner_env(self) -> dict[str, str]:
        """The same with the way in for the owner, which ``KUAIJI_DATABASE_ROLE=owner`` chooses."""
        return self.standins_env() | {
            "KUAIJI_STANDINS_OWNER_URL": self.server.url(self.server.owner, STANDINS_DATABASE)
        }

    def hub_env(self) -> dict[str, str]:
        """The environment of the national hub: keys and database of its own, none of a platform's."""
        return self._common() | {
            "DJANGO_SETTINGS_MODULE": "kuaiji_hub.settings",
            "KUAIJI_HUB_URL": self.address("hub"),
            "KUAIJI_HUB_DATABASE_URL": self.server.url(self.server.app, HUB_DATABASE),
            "KUAIJI_HUB_KEYRING": self.secrets["hub_keyring"],
            "KUAIJI_HUB_FIRST_KEY": self.secrets["hub_signing_key"],
        }

    def hub_owner_env(self) -> dict[str, str]:
        """The same with the way in for the owner, which ``KUAIJI_DATABASE_ROLE=owner`` chooses."""
        return self.hub_env() | {"KUAIJI_HUB_OWNER_URL": self.server.url(self.server.owner, HUB_DATABASE)}

    def _common(self) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        return given | {
            "KUAIJI_ENV": "development",
            "KUAIJI_DEMO": os.environ.get("KUAIJI_DEMO", "1"),
            "KUAIJI_HOME": str(self.home),
            "KUAIJI_PROFILE": self.profile,
            "KUAIJI_BASE_PORT": str(self.base_port),
            "KUAIJI_STANDINS_URL": self.address("standins"),
            "KUAIJI_STANDINS_TOKEN": self.secrets["standins_token"],
        }


def home_folder() -> Path:
    return Path(os.environ.get("KUAIJI_HOME") or "var").absolute()


def has_development_home() -> bool:
    """Has ``make run`` been here, and is nothing said about production?"""
    return "KUAIJI_ENV" not in os.environ and (home_folder() / FILE_NAME).exists()


def open_development(*, durable: bool = True) -> Development:
    """Read or make the development home that the environment names. Starts nothing.

    ``DATABASE_URL``, when given, is a server on which our roles and databases are made; else a cluster of our own.
    Raises HouseError when the environment or the home cannot be used.
    """
    profile, base_port = os.environ.get("KUAIJI_PROFILE", "guangdong"), os.environ.get("KUAIJI_BASE_PORT", "8000")
    if profile not in PROFILES:
        raise HouseError(
            f"KUAIJI_PROFILE：只有 {'、'.join(PROFILES)}。\nKUAIJI_PROFILE is one of {', '.join(PROFILES)}."
        )
    if not (base_port.isascii() and base_port.isdigit() and 0 < int(base_port) <= HIGHEST_BASE_PORT):
        raise HouseError(
            f"KUAIJI_BASE_PORT 是 1 到 {HIGHEST_BASE_PORT} 的数字。\n"
            f"KUAIJI_BASE_PORT is a number from 1 to {HIGHEST_BASE_PORT}."
        )
    home = home_folder()
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711)
    secrets = load_secrets(home)
    given = os.environ.get("DATABASE_URL")
    cluster = None if given else open_cluster(home / "postgres", secrets["admin_password"], durable=durable)
    server = Server(
        admin_url=cluster.admin_url if cluster else given or "",
        owner=Role("kuaiji_owner", secrets["owner_password"]),
        app=Role("kuaiji_app", secrets["app_password"]),
    )
    return Development(
        home=home,
        profile=profile,
        base_port=int(base_port),
        secrets=secrets,
        cluster=cluster,
        server=server,
    )
