"""Every variable of the environment, and the words when one is wrong. No other module reads or sets any.

A variable is read at the moment somebody needs it (``KUAIJI_HOME.get()``), so that every process takes part in the same
checks; ``read_environment`` looks at all of a platform's before it starts (README: Environment; docs/adr/0042).
"""

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from kuaiji.common import readings
from kuaiji.common.readings import SHORTEST_SECRET, SHORTEST_TOKEN
from kuaiji_wire.published import PUBLISHED_KEYS

T = TypeVar("T")

LEAVE_OUT = "Correct it, or leave it out"
CORRECT = "Correct it"
OMIT = "Leave it out"
LONGEST_SHOWN = 80
# The hub and the stand-ins of a development home take the ports 2 and 3 above the first platform's.
HIGHEST_BASE_PORT = 65535 - 3


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
        raise _fault(self, values, f"it must be {self.limit}", self.remedy)

    def need(self, values: Mapping[str, str] | None = None) -> T:
        """The same of a variable that must be set. Raises ConfigurationError."""
        require([self], values)
        return self.get(values)


def require(variables: Iterable[Variable[Any]], values: Mapping[str, str] | None = None) -> None:
    """Raise ConfigurationError, naming those that are not set."""
    if missing := [each for each in variables if not each.text(values)]:
        limits = "; ".join(f"{each.name} is {each.limit}" for each in missing)
        raise ConfigurationError(f"set {', '.join(each.name for each in missing)}. {limits}.")


# ── the variables ──

_SWITCH = "0 or 1"
_URL = "an address that begins with https:// (http:// only on this machine)"
_DATABASE = "an address that begins with postgresql:// (kuaiji runs on PostgreSQL only)"
_HOSTS = "host names by commas, such as kuaiji.example"


def _hosts(name: str) -> Variable[tuple[str, ...]]:
    return Variable(name, readings.list_of(readings.HOST), _HOSTS, ())


def _database(name: str, read: Callable[[str], str] = readings.postgresql) -> Variable[str]:
    return Variable(name, read, _DATABASE, "", secret=True, remedy=CORRECT)


def _url(name: str) -> Variable[str]:
    return Variable(name, readings.address, _URL, "")


def _token(name: str) -> Variable[str]:
    return Variable(name, str, "the token that is sent along", "", secret=True)


ENV = Variable("KUAIJI_ENV", readings.one_of("production", "development"), "production or development", "production")
DEMO = Variable("KUAIJI_DEMO", readings.is_one, _SWITCH, False)
HOME = Variable("KUAIJI_HOME", Path, "a folder", Path("var"))
PROFILE = Variable("KUAIJI_PROFILE", str, "the name of a profile, or the path of a .toml file", "guangdong")
NEIGHBOURS: Variable[dict[str, str]] = Variable(
    "KUAIJI_NEIGHBOURS", readings.neighbours, "code=address by commas, such as 440300=http://127.0.0.1:8001", {}
)
SECRET_KEY = Variable(
    "KUAIJI_SECRET_KEY", readings.random_text(SHORTEST_SECRET), f"at least {SHORTEST_SECRET} random characters", "",
    secret=True, remedy=CORRECT,
)  # fmt: skip
KEYRING = Variable("KUAIJI_KEYRING", str, "the ring of keys as JSON", "", secret=True, remedy=CORRECT)
METRICS_TOKEN = Variable(
    "KUAIJI_METRICS_TOKEN", readings.random_text(SHORTEST_TOKEN), f"at least {SHORTEST_TOKEN} random characters", "",
    secret=True, remedy=CORRECT,
)  # fmt: skip
FACES: Variable[tuple[str, ...]] = Variable(
    "KUAIJI_FACES", readings.list_of(readings.NAME), "names of faces by commas, such as citizen", ()
)
ALLOWED_HOSTS = _hosts("KUAIJI_ALLOWED_HOSTS")
STAFF_HOSTS = _hosts("KUAIJI_STAFF_HOSTS")
EXAM_HOSTS = _hosts("KUAIJI_EXAM_HOSTS")
TRUSTED_PROXIES = Variable("KUAIJI_TRUSTED_PROXIES", readings.number(0, 16), "a number from 0 to 16", 0)
ADDRESS_LIMITS = Variable("KUAIJI_ADDRESS_LIMITS", readings.one_of("on", "off"), "on, or off in demo only", "on")
LIMITS = Variable("KUAIJI_LIMITS", str, "numbers of limits as docs/limits.md says", "")
# Whom the platform serves.
PEOPLE = Variable("KUAIJI_PEOPLE", readings.number(1, 100_000_000), "a number from 1 to 100000000", 1_000_000)
REVIEW_SECONDS: Variable[int | None] = Variable(
    "KUAIJI_REVIEW_SECONDS", readings.number(0, 86_400), "a number from 0 to 86400", None
)
SEALS: Variable[Path | None] = Variable("KUAIJI_SEALS", Path, "a folder", None)
DATABASE_URL = _database("DATABASE_URL", readings.one_server)
DATABASE_OWNER_URL = _database("DATABASE_OWNER_URL", readings.one_server)
ROLE = Variable("KUAIJI_DATABASE_ROLE", readings.one_of("app", "owner"), "app or owner", "app")
PG_BIN = Variable("KUAIJI_PG_BIN", Path, "the folder of pg_dump and pg_restore", Path())

SMS_PROVIDERS: Variable[tuple[str, ...]] = Variable(
    "KUAIJI_SMS_PROVIDERS", readings.list_of(readings.NAME), "names of providers by commas, such as tencent", ()
)
TENCENT_SECRET_ID = Variable("TENCENT_SECRET_ID", str, "the id of the key at Tencent Cloud", "", secret=True)
TENCENT_SECRET_KEY = Variable("TENCENT_SECRET_KEY", str, "the key at Tencent Cloud", "", secret=True)
SMS_REPORT_TOKEN = Variable(
    "KUAIJI_SMS_REPORT_TOKEN", readings.path_token(SHORTEST_TOKEN),
    f"at least {SHORTEST_TOKEN} random letters, digits, - and _", "", secret=True, remedy=CORRECT,
)  # fmt: skip
SMS_REPORT_SOURCES: Variable[tuple[str, ...]] = Variable(
    "KUAIJI_SMS_REPORT_SOURCES", readings.networks, "networks by commas, such as 203.0.113.0/24", ()
)
SMS_REPORT_URL = _url("KUAIJI_SMS_REPORT_URL")
SMS_APP_ID = Variable("KUAIJI_TENCENT_SMS_APP_ID", str, "the number of the SMS application there", "")

IDENTITY_URL, IDENTITY_TOKEN = (
    Variable("KUAIJI_IDENTITY_URL", readings.address, _URL, ""),
    _token("KUAIJI_IDENTITY_TOKEN"),
)
EMPLOYERS_URL, EMPLOYERS_TOKEN = (
    Variable("KUAIJI_EMPLOYERS_URL", readings.address, _URL, ""),
    _token("KUAIJI_EMPLOYERS_TOKEN"),
)
RECEIPTS_URL, RECEIPTS_TOKEN = (
    Variable("KUAIJI_RECEIPTS_URL", readings.address, _URL, ""),
    _token("KUAIJI_RECEIPTS_TOKEN"),
)
STANDINS_URL, STANDINS_TOKEN = (
    Variable("KUAIJI_STANDINS_URL", readings.address, _URL, ""),
    _token("KUAIJI_STANDINS_TOKEN"),
)
HUB_URL = Variable(
    "KUAIJI_HUB_URL",
    readings.authority,
    "scheme and authority only, such as https://hub.example (http:// only on this machine)",
    "",
)
WIRE_KEY_ID = Variable("KUAIJI_WIRE_KEY_ID", str, "the id of our key at the hub, such as 440000:2026-1", "")
WIRE_KEY = Variable("KUAIJI_WIRE_KEY", str, "its 32 private bytes in base64", "", secret=True)
WIRE_VERSION = Variable("KUAIJI_WIRE_VERSION", readings.number(1, 2), "1 or 2", 1)
HUB_KEYS: Variable[dict[str, str]] = Variable(
    "KUAIJI_HUB_KEYS", readings.pairs, "id=key by commas, such as hub:2026-1=…", {}
)
HUB_ACCESS: tuple[Variable[Any], ...] = (HUB_URL, WIRE_KEY_ID, WIRE_KEY, HUB_KEYS)

HUB_DATABASE_URL = _database("KUAIJI_HUB_DATABASE_URL")
HUB_OWNER_URL = _database("KUAIJI_HUB_OWNER_URL")
HUB_KEYRING = Variable("KUAIJI_HUB_KEYRING", str, "a ring of keys as JSON", "", secret=True, remedy=CORRECT)
HUB_FIRST_KEY = Variable("KUAIJI_HUB_FIRST_KEY", str, "hub:<name>=<private key>", "", secret=True)

STANDINS_DATABASE_URL = _database("KUAIJI_STANDINS_DATABASE_URL")
STANDINS_OWNER_URL = _database("KUAIJI_STANDINS_OWNER_URL")
RECEIPT_HOURS = Variable("KUAIJI_RECEIPT_HOURS", readings.number(1, 8760), "a number of hours from 1 to 8760", 72)

BASE_PORT = Variable(
    "KUAIJI_BASE_PORT", readings.number(1, HIGHEST_BASE_PORT), f"a number from 1 to {HIGHEST_BASE_PORT}", 8000
)
PROCESSES = Variable("KUAIJI_PROCESSES", readings.number(1, 1024), "a number from 1 to 1024", 1)
SEARCH_PATH = Variable("PATH", str, "folders of programs", "")
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SETTINGS_MODULE = "DJANGO_SETTINGS_MODULE"


# ── a platform's, before it starts ──

REQUIRED = (SECRET_KEY, KEYRING, DATABASE_URL)
REQUIRED_IN_PRODUCTION = (ALLOWED_HOSTS, METRICS_TOKEN, SMS_PROVIDERS)
FOR_DEMO_ONLY = (STANDINS_URL, STANDINS_TOKEN, SMS_REPORT_URL)
PARTNERS = ((IDENTITY_URL, IDENTITY_TOKEN), (EMPLOYERS_URL, EMPLOYERS_TOKEN), (RECEIPTS_URL, RECEIPTS_TOKEN))
# Each has to be one that nobody else was told.
SECRETS = (SECRET_KEY, METRICS_TOKEN, SMS_REPORT_TOKEN, *(token for _, token in PARTNERS), TENCENT_SECRET_KEY)
PLATFORM: tuple[Variable[Any], ...] = (
    *(ENV, DEMO, HOME, PROFILE, NEIGHBOURS, SECRET_KEY, KEYRING, METRICS_TOKEN),
    *(FACES, ALLOWED_HOSTS, STAFF_HOSTS, EXAM_HOSTS, TRUSTED_PROXIES, ADDRESS_LIMITS, LIMITS, PEOPLE, SEALS),
    REVIEW_SECONDS,
    *(DATABASE_URL, DATABASE_OWNER_URL, ROLE, PG_BIN, SMS_PROVIDERS, SMS_REPORT_TOKEN, SMS_REPORT_SOURCES),
    *(IDENTITY_URL, EMPLOYERS_URL, RECEIPTS_URL, STANDINS_URL, *HUB_ACCESS),
    *(WIRE_VERSION, PROCESSES),
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
    people: int
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
    if production:
        _check_production(values)
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
        people=PEOPLE.get(values),
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
            raise ConfigurationError(f"{variable.name} is {found!r}: that is for demo only. {OMIT}.")
    if HUB_URL.text(values):
        require(HUB_ACCESS, values)
    taken: dict[str, str] = {}
    for hosts in (ALLOWED_HOSTS, STAFF_HOSTS, EXAM_HOSTS):
        for host in dict.fromkeys(hosts.get(values)):
            if other := taken.get(host):
                raise ConfigurationError(f"{other} and {hosts.name} both name {host!r}. Give it to one of them.")
            taken[host] = hosts.name


def _check_production(values: Mapping[str, str] | None) -> None:
    """What would start, and would be unsafe."""
    for hosts in (ALLOWED_HOSTS, STAFF_HOSTS, EXAM_HOSTS):
        for host in hosts.get(values):
            if host.startswith(("*", ".")):
                raise _fault(hosts, values, f"{host!r} answers to names that are not ours: write each host")
    for variable in FOR_DEMO_ONLY:
        if variable.text(values):
            raise _fault(variable, values, "that is for demo only", OMIT)
    for folder in (HOME, SEALS, PG_BIN):
        if (text := folder.text(values)) and not Path(text).is_absolute():
            raise _fault(folder, values, "it must begin with /, or it is another folder for each process")
    for address, token in PARTNERS:
        if address.text(values):
            require([token], values)
    taken: dict[str, str] = {}
    for secret in SECRETS:
        if other := taken.get(text := secret.text(values)):
            raise ConfigurationError(f"{other} and {secret.name} are the same secret. Make one for each.")
        taken.update({text: secret.name} if text else {})
    check_databases((DATABASE_URL, DATABASE_OWNER_URL), values)
    _check_hub_keys(values)


def check_databases(variables: tuple[Variable[str], Variable[str]], values: Mapping[str, str] | None = None) -> None:
    """Refuse a way to the database on which others can read along, and one role for both: app and owner.

    Raises ConfigurationError.
    """
    for variable in variables:
        if not readings.is_private_database(variable.get(values)):
            raise _fault(variable, values, "on the way to another host it needs sslmode=verify-full (or verify-ca)")
    app, owner = (readings.role_of(variable.get(values)) for variable in variables)
    if app and app == owner:
        names = " and ".join(variable.name for variable in variables)
        raise ConfigurationError(f"{names} both name the role {app!r}: it could undo what its grants keep. Make two.")


def check_hub() -> None:
    """Refuse what is unsafe for a hub in production: shown addresses, one role, a key that others made for it.

    Raises ConfigurationError.
    """
    if ENV.get() != "production":
        return
    if HUB_FIRST_KEY.text():
        raise _fault(HUB_FIRST_KEY, None, "that is for demo only: kuaiji hub rotate makes a key here", OMIT)
    check_databases((HUB_DATABASE_URL, HUB_OWNER_URL))


def check_role() -> None:
    """Refuse to answer people, or to do their jobs, as the owner, whom no grant holds. Raises ConfigurationError."""
    if ROLE.get() == "owner":
        raise _fault(ROLE, None, "that is for migrate, ensure_partitions, backup and restore alone", OMIT)


def _check_hub_keys(values: Mapping[str, str] | None) -> None:
    if PUBLISHED_KEYS.intersection(HUB_KEYS.get(values).values()):
        raise _fault(HUB_KEYS, values, "it has a key of the wire's examples, whose private part everybody knows")


def _fault(
    variable: Variable[Any], values: Mapping[str, str] | None, words: str, remedy: str = CORRECT
) -> ConfigurationError:
    """With what was found, unless it is secret."""
    hidden = variable.secret or "@" in variable.text(values)
    found = "has a value (not shown)" if hidden else f"is {variable.text(values)[:LONGEST_SHOWN]!r}"
    return ConfigurationError(f"{variable.name} {found}: {words}. {remedy}.")


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
