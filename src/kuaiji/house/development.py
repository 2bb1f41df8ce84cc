"""What a development start (``make run``, or the command line in a checkout) tells each process.

Production tells its processes itself; there nothing of this module is used.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kuaiji.common import environment
from kuaiji.common.profile import ProfileError, load
from kuaiji.house import HouseError
from kuaiji.house.databases import Role, Server
from kuaiji.house.ports import HOST
from kuaiji.house.postgres import Cluster, open_cluster
from kuaiji.house.secrets import FILE_NAME, load_secrets

PROFILES = ("guangdong", "shenzhen")  # a profile given as a path takes the place of the first
OFFSETS = {"hub": 2, "standins": 3}
STANDINS_DATABASE = "kuaiji_standins"
HUB_DATABASE = "kuaiji_hub"
HUB_KEY = "hub:house"


@dataclass(frozen=True, slots=True)
class Platform:
    """A registry's code, and its profile as ``KUAIJI_PROFILE`` names it."""

    code: str
    named: str


@dataclass(frozen=True, slots=True)
class Development:
    """One development home: its folder, secrets, ports and database server."""

    home: Path
    profile: str  # whose platform is meant: each has a database, a folder, keys and cookies of its own
    platforms: Mapping[str, Platform]  # all of this home, in the order of their ports
    base_port: int
    secrets: Mapping[str, str] = field(repr=False)
    cluster: Cluster | None
    server: Server

    def of(self, profile: str) -> Self:
        """The same home, where another platform is meant."""
        return dataclasses.replace(self, profile=profile)

    @property
    def platform_database(self) -> str:
        return f"kuaiji_{self.profile}"

    @property
    def platform_home(self) -> Path:
        """The platform's own folder: files, collected styles, figures. 广东's is the home itself."""
        return self.home if self.profile == PROFILES[0] else self.home / self.profile

    @property
    def wire_keys(self) -> dict[str, str]:
        """The private keys of this home's platforms, by the ids under which the hub knows them."""
        return {f"{each.code}:house": self.secrets[f"wire_key_{slug}"] for slug, each in self.platforms.items()}

    def port(self, service: str) -> int:
        """The port of a profile's platform, the hub or the stand-ins."""
        return self.base_port + {**{slug: at for at, slug in enumerate(self.platforms)}, **OFFSETS}[service]

    def address(self, service: str) -> str:
        return f"http://{HOST}:{self.port(service)}"

    def platform_env(self, database: str | None = None) -> dict[str, str]:
        """The environment of the platform's processes."""
        from kuaiji_wire.keys import dump_public_key, load_private_key  # loads the ciphers, needed at a start only

        keyid = f"{self.platforms[self.profile].code}:house"
        hub_key = dump_public_key(load_private_key(self.secrets["hub_signing_key"]).public_key())
        return self._common() | {
            "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings",
            "DATABASE_URL": self.server.url(self.server.app, database or self.platform_database),
            "KUAIJI_HOME": str(self.platform_home),
            "KUAIJI_PROFILE": self.platforms[self.profile].named,
            "KUAIJI_SECRET_KEY": self.secrets[f"secret_key_{self.profile}"],
            "KUAIJI_KEYRING": self.secrets[f"keyring_{self.profile}"],
            "KUAIJI_SMS_PROVIDERS": environment.SMS_PROVIDERS.text() or "standin",
            "KUAIJI_SMS_REPORT_TOKEN": self._report_token,
            "KUAIJI_SMS_REPORT_URL": f"{self.address(self.profile)}/sms/reports/standin/{self._report_token}",
            "KUAIJI_NEIGHBOURS": ",".join(f"{each.code}={self.address(slug)}" for slug, each in self.platforms.items()),
            # Said to be empty: a platform without one.
            "KUAIJI_HUB_URL": environment.HUB_URL.text() if environment.HUB_URL.is_said() else self.address("hub"),
            "KUAIJI_HUB_KEYS": f"{HUB_KEY}={hub_key}",
            "KUAIJI_WIRE_KEY_ID": keyid,
            "KUAIJI_WIRE_KEY": self.wire_keys[keyid],
            **({"KUAIJI_PG_BIN": str(self.cluster.binaries)} if self.cluster else {}),
        }

    @property
    def _report_token(self) -> str:
        """What the stand-ins' reports of messages carry to this platform; homes of before have no secret for it."""
        return hashlib.sha256(f"{self.secrets['standins_token']} {self.profile}".encode()).hexdigest()

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
            "KUAIJI_HUB_FIRST_KEY": f"{HUB_KEY}={self.secrets['hub_signing_key']}",
        }

    def hub_owner_env(self) -> dict[str, str]:
        """The same with the way in for the owner, which ``KUAIJI_DATABASE_ROLE=owner`` chooses."""
        return self.hub_env() | {"KUAIJI_HUB_OWNER_URL": self.server.url(self.server.owner, HUB_DATABASE)}

    def _common(self) -> dict[str, str]:
        return environment.inherited(without="DATABASE_") | {
            "KUAIJI_ENV": "development",
            "KUAIJI_DEMO": environment.DEMO.text() if environment.DEMO.is_said() else "1",
            "KUAIJI_HOME": str(self.home),
            "KUAIJI_BASE_PORT": str(self.base_port),
            "KUAIJI_STANDINS_URL": self.address("standins"),
            "KUAIJI_STANDINS_TOKEN": self.secrets["standins_token"],
        }


def home_folder() -> Path:
    return environment.HOME.get().absolute()


def has_development_home() -> bool:
    """Has ``make run`` been here, and is nothing said about production?"""
    return not environment.ENV.is_said() and (home_folder() / FILE_NAME).exists()


def open_development(*, durable: bool = True) -> Development:
    """Read or make the development home that the environment names. Starts nothing.

    ``DATABASE_URL``, when given, is a server on which our roles and databases are made; else a cluster of our own.
    Raises ConfigurationError for a wrong variable, HouseError when profile or home cannot be used.
    """
    wanted = environment.PROFILE.get()
    platforms = _platforms(wanted)
    profile = wanted if wanted in platforms else next(iter(platforms))
    base_port = environment.BASE_PORT.get()
    home = home_folder()
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711)
    secrets = load_secrets(home, platforms)
    given = environment.DATABASE_URL.get()
    cluster = None if given else open_cluster(home / "postgres", secrets["admin_password"], durable=durable)
    server = Server(
        admin_url=cluster.admin_url if cluster else given,
        owner=Role("kuaiji_owner", secrets["owner_password"]),
        app=Role("kuaiji_app", secrets["app_password"]),
    )
    development = Development(
        home=home,
        profile=profile,
        platforms=platforms,
        base_port=base_port,
        secrets=secrets,
        cluster=cluster,
        server=server,
    )
    for each in platforms:
        development.of(each).platform_home.mkdir(mode=0o750, exist_ok=True)
    return development


def _platforms(wanted: str) -> dict[str, Platform]:
    """The platforms of a home, when the environment says ``wanted``: one of them, or the path of another profile."""
    names = (wanted, *PROFILES[1:]) if wanted.endswith(".toml") else PROFILES
    try:
        platforms = {each.slug: Platform(each.code, name) for name, each in zip(names, map(load, names), strict=True)}
    except ProfileError as error:
        raise HouseError(f"KUAIJI_PROFILE：这份配置不完整。\nThis profile is not whole: {error}") from error
    if not wanted.endswith(".toml") and wanted not in platforms:
        known = "、".join(PROFILES)
        raise HouseError(f"KUAIJI_PROFILE：只有 {known}，或一个 .toml 文件。\nIt is {known}, or a .toml file.")
    return platforms
