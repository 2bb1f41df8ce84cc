"""Every variable of the environment, and the words when one is wrong. No other module reads or sets any.

A variable is read at the moment somebody needs it (``KUAIJI_HOME.get()``), so that every process takes part in the same
checks; ``read_environment`` looks at all of a platform's before it starts (README: Environment; docs/adr/0042).
"""

import dataclasses
import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

T = TypeVar("T")

LEAVE_OUT = "Correct it, or leave it out"
CORRECT = "Correct it"
LONGEST_SHOWN = 80
SHORTEST_SECRET = 50
# The hub and the stand-ins of a development home take the ports 2 and 3 above the first platform's.
HIGHEST_BASE_PORT = 65535 - 3
_HOST = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class ConfigurationError(Exception):
    """The environment is not enough to start, or contradicts itself. Names variables and shows no secret."""


@dataclasses.dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """One variable. ``read`` makes the value of its text, or raises ValueError; ``limit`` says in words what it takes.

    An empty variable counts as one that is not set: its value is ``default``. The text of a ``secret`` is never shown.
    """

    name: str
    read: Callable[[str], T]
    limit: str
    default: T
    secret: bool = False
    remedy: str = LEAVE_OUT

    def text(self, values: Mapping[str, str] | None = None) -> str:
        """As it stands in ``values`` (the process's own environment by default); empty when it is not set."""
        return (os.environ if values is None else values).get(self.name, "")

    def is_said(self) -> bool:
        """Whether the process was told anything under this name, be it an empty text."""
        return self.name in os.environ

    def get(self, values: Mapping[str, str] | None = None) -> T:
        """The value. Raises ConfigurationError with what was found, the limit, and what to do."""
        if not (text := self.text(values)):
            return self.default
        try:
            return self.read(text)
        except ValueError:
            pass  # what it says may quote a secret
        hidden = self.secret or "@" in text
        found = "has a value (not shown)" if hidden else f"is {text[:LONGEST_SHOWN]!r}"
        raise ConfigurationError(f"{self.name} {found}: it must be {self.limit}. {self.remedy}.")

    def need(self, values: Mapping[str, str] | None = None) -> T:
        """The same of a variable that must be set. Raises ConfigurationError."""
        require([self], values)
        return self.get(values)


def require(variables: Iterable[Variable[Any]], values: Mapping[str, str] | None = None) -> None:
    """Raise ConfigurationError, naming those that are not set."""
    if missing := [each for each in variables if not each.text(values)]:
        limits = "; ".join(f"{each.name} is {each.limit}" for each in missing)
        raise ConfigurationError(f"set {', '.join(each.name for each in missing)}. {limits}.")


# ── what a text may be ──


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return read


def _is_one(text: str) -> bool:
    return _one_of("0", "1")(text) == "1"


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError
        return int(text)

    return read


def _list_of(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text.split(","))
        if not all(map(pattern.fullmatch, parts)):
            raise ValueError
        return parts

    return read


def _pairs(text: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in text.split(",")]
    if not all(name and value for name, _, value in pairs):
        raise ValueError
    return {name: value for name, _, value in pairs}


def _long(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError
    return text


def _address(text: str) -> str:
    if not is_private_address(text):
        raise ValueError
    return text


def _authority(text: str) -> str:
    address = _address(text).rstrip("/").lower()
    parts = urlsplit(address)
    if address != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise ValueError
    return address


def _postgresql(text: str) -> str:
    if urlsplit(text).scheme not in ("postgresql", "postgres"):
        raise ValueError
    return text


def _one_server(text: str) -> str:
    """As Django's setting can say it. ``port`` raises ValueError itself for what is none."""
    if urlsplit(_postgresql(text)).port == 0:
        raise ValueError
    return text


def is_private_address(base_url: str) -> bool:
    """Whether nobody on the way can read along: https, or http to this machine."""
    parts = urlsplit(base_url)
    if parts.scheme != "http" or not parts.hostname:
        return parts.scheme == "https" and bool(parts.hostname)
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


# ── the variables ──

_SWITCH = "0 or 1"
_URL = "an address that begins with https:// (http:// only on this machine)"
_DATABASE = "an address that begins with postgresql:// (kuaiji runs on PostgreSQL only)"
_HOSTS = "host names by commas, such as kuaiji.example"


def _hosts(name: str) -> Variable[tuple[str, ...]]:
    return Variable(name, _list_of(_HOST), _HOSTS, ())


def _database(name: str, read: Callable[[str], str] = _postgresql) -> Variable[str]:
    return Variable(name, read, _DATABASE, "", secret=True, remedy=CORRECT)


def _token(name: str) -> Variable[str]:
    return Variable(name, str, "the token that is sent along", "", secret=True)


ENV = Variable("KUAIJI_ENV", _one_of("production", "development"), "production or development", "production")
DEMO = Variable("KUAIJI_DEMO", _is_one, _SWITCH, False)
HOME = Variable("KUAIJI_HOME", Path, "a folder", Path("var"))
PROFILE = Variable("KUAIJI_PROFILE", str, "the name of a profile, or the path of a .toml file", "guangdong")
NEIGHBOURS: Variable[dict[str, str]] = Variable(
    "KUAIJI_NEIGHBOURS", _pairs, "code=address by commas, such as 440300=http://127.0.0.1:8001", {}
)
SECRET_KEY = Variable(
    "KUAIJI_SECRET_KEY", _long, f"at least {SHORTEST_SECRET} random characters", "", secret=True, remedy=CORRECT
)
KEYRING = Variable("KUAIJI_KEYRING", str, "the ring of keys as JSON", "", secret=True, remedy=CORRECT)
METRICS_TOKEN = Variable("KUAIJI_METRICS_TOKEN", str, "the token of whoever reads /metrics", "", secret=True)
FACES: Variable[tuple[str, ...]] = Variable(
    "KUAIJI_FACES", _list_of(_NAME), "names of faces by commas, such as citizen", ()
)
ALLOWED_HOSTS = _hosts("KUAIJI_ALLOWED_HOSTS")
STAFF_HOSTS = _hosts("KUAIJI_STAFF_HOSTS")
EXAM_HOSTS = _hosts("KUAIJI_EXAM_HOSTS")
TRUSTED_PROXIES = Variable("KUAIJI_TRUSTED_PROXIES", _number(0, 16), "a number from 0 to 16", 0)
ADDRESS_LIMITS = Variable("KUAIJI_ADDRESS_LIMITS", _one_of("on", "off"), "on, or off in demo only", "on")
LIMITS = Variable("KUAIJI_LIMITS", str, "numbers of limits as docs/limits.md says", "")
REVIEW_SECONDS: Variable[int | None] = Variable(
    "KUAIJI_REVIEW_SECONDS", _number(0, 86_400), "a number from 0 to 86400", None
)
SEALS: Variable[Path | None] = Variable("KUAIJI_SEALS", Path, "a folder", None)
DATABASE_URL = _database("DATABASE_URL", _one_server)
DATABASE_OWNER_URL = _database("DATABASE_OWNER_URL", _one_server)
ROLE = Variable("KUAIJI_DATABASE_ROLE", _one_of("app", "owner"), "app or owner", "app")
PG_BIN = Variable("KUAIJI_PG_BIN", Path, "the folder of pg_dump and pg_restore", Path())

SMS_PROVIDERS: Variable[tuple[str, ...]] = Variable(
    "KUAIJI_SMS_PROVIDERS", _list_of(_NAME), "names of providers by commas, such as tencent", ()
)
TENCENT_SECRET_ID = Variable("TENCENT_SECRET_ID", str, "the id of the key at Tencent Cloud", "", secret=True)
TENCENT_SECRET_KEY = Variable("TENCENT_SECRET_KEY", str, "the key at Tencent Cloud", "", secret=True)
SMS_APP_ID = Variable("KUAIJI_TENCENT_SMS_APP_ID", str, "the number of the SMS application there", "")

IDENTITY_URL, IDENTITY_TOKEN = Variable("KUAIJI_IDENTITY_URL", _address, _URL, ""), _token("KUAIJI_IDENTITY_TOKEN")
EMPLOYERS_URL, EMPLOYERS_TOKEN = Variable("KUAIJI_EMPLOYERS_URL", _address, _URL, ""), _token("KUAIJI_EMPLOYERS_TOKEN")
RECEIPTS_URL, RECEIPTS_TOKEN = Variable("KUAIJI_RECEIPTS_URL", _address, _URL, ""), _token("KUAIJI_RECEIPTS_TOKEN")
STANDINS_URL, STANDINS_TOKEN = Variable("KUAIJI_STANDINS_URL", _address, _URL, ""), _token("KUAIJI_STANDINS_TOKEN")
HUB_URL = Variable(
    "KUAIJI_HUB_URL",
    _authority,
    "scheme and authority only, such as https://hub.example (http:// only on this machine)",
    "",
)
WIRE_KEY_ID = Variable("KUAIJI_WIRE_KEY_ID", str, "the id of our key at the hub, such as 440000:2026-1", "")
WIRE_KEY = Variable("KUAIJI_WIRE_KEY", str, "its 32 private bytes in base64", "", secret=True)
WIRE_VERSION = Variable("KUAIJI_WIRE_VERSION", _number(1, 2), "1 or 2", 1)
HUB_KEYS: Variable[dict[str, str]] = Variable("KUAIJI_HUB_KEYS", _pairs, "id=key by commas, such as hub:2026-1=…", {})
HUB_ACCESS: tuple[Variable[Any], ...] = (HUB_URL, WIRE_KEY_ID, WIRE_KEY, HUB_KEYS)

HUB_DATABASE_URL = _database("KUAIJI_HUB_DATABASE_URL")
HUB_OWNER_URL = _database("KUAIJI_HUB_OWNER_URL")
HUB_KEYRING = Variable("KUAIJI_HUB_KEYRING", str, "a ring of keys as JSON", "", secret=True, remedy=CORRECT)
HUB_FIRST_KEY = Variable("KUAIJI_HUB_FIRST_KEY", str, "hub:<name>=<private key>", "", secret=True)

STANDINS_DATABASE_URL = _database("KUAIJI_STANDINS_DATABASE_URL")
STANDINS_OWNER_URL = _database("KUAIJI_STANDINS_OWNER_URL")
RECEIPT_HOURS = Variable("KUAIJI_RECEIPT_HOURS", _number(1, 8760), "a number of hours from 1 to 8760", 72)

BASE_PORT = Variable("KUAIJI_BASE_PORT", _number(1, HIGHEST_BASE_PORT), f"a number from 1 to {HIGHEST_BASE_PORT}", 8000)
SEARCH_PATH = Variable("PATH", str, "folders of programs", "")
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SETTINGS_MODULE = "DJANGO_SETTINGS_MODULE"


# ── a platform's, before it starts ──

REQUIRED = (SECRET_KEY, KEYRING, DATABASE_URL)
REQUIRED_IN_PRODUCTION = (ALLOWED_HOSTS, METRICS_TOKEN)
PLATFORM: tuple[Variable[Any], ...] = (
    *(ENV, DEMO, HOME, PROFILE, NEIGHBOURS, SECRET_KEY, KEYRING, METRICS_TOKEN),
    *(FACES, ALLOWED_HOSTS, STAFF_HOSTS, EXAM_HOSTS, TRUSTED_PROXIES, ADDRESS_LIMITS, LIMITS, REVIEW_SECONDS, SEALS),
    *(DATABASE_URL, DATABASE_OWNER_URL, ROLE, PG_BIN, SMS_PROVIDERS),
    *(IDENTITY_URL, EMPLOYERS_URL, RECEIPTS_URL, STANDINS_URL, *HUB_ACCESS),
    WIRE_VERSION,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Environment:
    """The checked environment of one process of a platform."""

    production: bool
    demo: bool
    home: Path
    secret_key: str
    hosts: tuple[str, ...]
    faces: tuple[str, ...]
    database: dict[str, Any]
    app_role: str
    address_limits: bool
    limits: str
    review_seconds: int | None
    proxies: int
    metrics_token: str


def read_environment(values: Mapping[str, str] | None = None) -> Environment:
    """Check ``values`` (the process's own by default); raises ConfigurationError in plain words."""
    production, demo = ENV.get(values) == "production", DEMO.get(values)
    if production and demo:
        raise ConfigurationError(
            f"{DEMO.name} is '1': it shows everybody's messages, never with {ENV.name}=production. Leave it out."
        )
    require(REQUIRED + (REQUIRED_IN_PRODUCTION if production else ()), values)
    for variable in PLATFORM:
        variable.get(values)
    _check_together(values, demo=demo)
    as_owner = ROLE.get(values) == "owner"
    app = parse_database_url(DATABASE_URL.get(values))
    return Environment(
        production=production,
        demo=demo,
        home=HOME.get(values).resolve(),
        secret_key=SECRET_KEY.get(values),
        hosts=ALLOWED_HOSTS.get(values) or ("*",),
        faces=FACES.get(values),
        database=parse_database_url(DATABASE_OWNER_URL.need(values)) if as_owner else app,
        app_role=app["USER"],
        address_limits=ADDRESS_LIMITS.get(values) == "on",
        limits=LIMITS.get(values),
        review_seconds=REVIEW_SECONDS.get(values),
        proxies=TRUSTED_PROXIES.get(values),
        metrics_token=METRICS_TOKEN.get(values),
    )


def _check_together(values: Mapping[str, str] | None, *, demo: bool) -> None:
    """What no variable can say alone."""
    for_demo: tuple[tuple[Variable[Any], bool], ...] = (
        (ADDRESS_LIMITS, ADDRESS_LIMITS.get(values) == "off"),
        (REVIEW_SECONDS, REVIEW_SECONDS.get(values) is not None),
    )
    for variable, is_said in for_demo:
        if is_said and not demo:
            found = variable.text(values)
            raise ConfigurationError(f"{variable.name} is {found!r}: that is for demo only. Leave it out.")
    if HUB_URL.text(values):
        require(HUB_ACCESS, values)
    taken: dict[str, str] = {}
    for hosts in (ALLOWED_HOSTS, STAFF_HOSTS, EXAM_HOSTS):
        for host in dict.fromkeys(hosts.get(values)):
            if other := taken.get(host):
                raise ConfigurationError(f"{other} and {hosts.name} both name {host!r}. Give it to one of them.")
            taken[host] = hosts.name


def parse_database_url(url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?host=/socket&sslmode=…`` as Django's setting.

    Raises ConfigurationError for an address of something else.
    """
    DATABASE_URL.get({DATABASE_URL.name: url})
    parts = urlsplit(url)
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


# ── what we tell our own process, and those we start ──


def set_values(values: Mapping[str, str]) -> None:
    """Set variables of this process, for what it loads and starts from now on."""
    os.environ.update(values)


def set_default(name: str, value: str) -> None:
    """Set a variable of this process unless it was told already."""
    os.environ.setdefault(name, value)


def inherited(*, without: str) -> dict[str, str]:
    """What a process of ours may hand on to those it starts: all variables but those that begin with ``without``."""
    return {name: value for name, value in os.environ.items() if not name.startswith(without)}
