"""What a deployment must say before it starts, and what production must not."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kuaiji.common import environment as variables
from kuaiji.common.environment import ConfigurationError, Variable, parse_database_url, read_environment
from kuaiji.common.keyring import generate_keyring
from kuaiji.common.readings import is_private_database
from kuaiji.house.development import OFFSETS
from tests.support.sources import DOCS

URL = "postgresql://kuaiji_app:p%40ss@db.example:5433/kuaiji_guangdong?sslmode=verify-full"
TENCENT = {
    "TENCENT_SECRET_ID": "id",
    "TENCENT_SECRET_KEY": "a-short-secret",
    "KUAIJI_TENCENT_SMS_APP_ID": "1400006666",
}
NEEDED = {
    "KUAIJI_SECRET_KEY": "made-up-0123456789-secret-of-the-tests-which-is-long-enough",
    "KUAIJI_KEYRING": generate_keyring(),
    "KUAIJI_ALLOWED_HOSTS": "kuaiji.example,www.kuaiji.example",
    "KUAIJI_METRICS_TOKEN": "made-up-0123456789-token-of-the-tests",
    "KUAIJI_SMS_PROVIDERS": "tencent",
    "DATABASE_URL": URL,
}
PRODUCTION = NEEDED | TENCENT
DEMO = {key: PRODUCTION[key] for key in ("KUAIJI_SECRET_KEY", "KUAIJI_KEYRING", "DATABASE_URL")} | {
    "KUAIJI_ENV": "development",
    "KUAIJI_DEMO": "1",
}


def test_production_is_what_you_get_when_nothing_is_said() -> None:
    environment = read_environment(PRODUCTION)
    assert environment.production and not environment.demo and environment.address_limits
    assert environment.hosts == ("kuaiji.example", "www.kuaiji.example")
    assert environment.app_role == "kuaiji_app"


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_production_does_not_start_without_its_secrets(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read_environment(PRODUCTION | {name: ""})


@pytest.mark.parametrize(
    "change",
    [
        {"KUAIJI_DEMO": "1"},
        {"KUAIJI_ADDRESS_LIMITS": "off"},
        {"KUAIJI_REVIEW_SECONDS": "5"},
        {"KUAIJI_ENV": "staging"},
        {"KUAIJI_ADDRESS_LIMITS": "maybe"},
        {"KUAIJI_DATABASE_ROLE": "owner"},
        {"DATABASE_URL": "sqlite:///x"},
    ],
)
def test_production_refuses_demo_and_contradictions(change: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_environment(PRODUCTION | change)
    assert PRODUCTION["KUAIJI_SECRET_KEY"] not in str(refused.value)


def test_demo_may_do_what_production_may_not() -> None:
    environment = read_environment(DEMO | {"KUAIJI_ADDRESS_LIMITS": "off", "KUAIJI_REVIEW_SECONDS": "5"})
    assert environment.demo and not environment.address_limits and environment.review_seconds == 5


def test_the_owner_migrates_and_the_app_role_stays_known() -> None:
    owner = URL.replace("kuaiji_app", "kuaiji_owner")
    environment = read_environment(PRODUCTION | {"KUAIJI_DATABASE_ROLE": "owner", "DATABASE_OWNER_URL": owner})
    assert environment.database["USER"] == "kuaiji_owner" and environment.app_role == "kuaiji_app"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, {"NAME": "kuaiji_guangdong", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"}),
        ("postgresql://u:p@/n?host=/run/sockets&port=6000", {"NAME": "n", "HOST": "/run/sockets", "PORT": "6000"}),
    ],
)
def test_database_addresses(url: str, expected: dict[str, str]) -> None:
    parsed = parse_database_url(url)
    assert {key: parsed[key] for key in expected} == expected
    assert "host" not in parsed["OPTIONS"]


def test_options_reach_the_driver() -> None:
    options = parse_database_url(URL)["OPTIONS"]
    ours = {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 5}
    assert options == {"sslmode": "verify-full"} | ours


WRONG: list[tuple[Variable[Any], str, str]] = [
    (variables.ENV, "staging", "production or development"),
    (variables.DEMO, "yes", "0 or 1"),
    (variables.TRUSTED_PROXIES, "one", "a number from 0 to 16"),
    (variables.TRUSTED_PROXIES, "-1", "a number from 0 to 16"),
    (variables.TRUSTED_PROXIES, "17", "a number from 0 to 16"),
    (variables.REVIEW_SECONDS, "1.5", "a number from 0 to 86400"),
    (variables.ADDRESS_LIMITS, "maybe", "on, or off"),
    (variables.ALLOWED_HOSTS, "https://kuaiji.example", "host names by commas"),
    (variables.STAFF_HOSTS, "staff.example,,", "host names by commas"),
    (variables.EXAM_HOSTS, "exam.example/api", "host names by commas"),
    (variables.FACES, "citizen staff", "names of faces by commas"),
    (variables.ROLE, "admin", "app or owner"),
    (variables.SMS_PROVIDERS, "Tencent", "names of providers by commas"),
    (variables.IDENTITY_URL, "http://identity.example", "https://"),
    (variables.EMPLOYERS_URL, "employers.example", "https://"),
    (variables.RECEIPTS_URL, "ftp://receipts.example", "https://"),
    (variables.STANDINS_URL, "http://10.0.0.1:8003", "https://"),
    (variables.HUB_URL, "https://hub.example/wire", "scheme and authority only"),
    (variables.HUB_URL, "http://hub.example", "scheme and authority only"),
    (variables.HUB_KEYS, "hub:2026-1", "id=key by commas"),
    (variables.NEIGHBOURS, "440300", "code=address by commas"),
    (variables.NEIGHBOURS, "440300=javascript:alert(1)", "code=address by commas"),
    (variables.NEIGHBOURS, "440300=http://shenzhen.example", "code=address by commas"),
]


@pytest.mark.parametrize(("variable", "value", "limit"), WRONG, ids=lambda one: getattr(one, "name", None))
def test_a_wrong_value_is_told_with_its_name_itself_the_limit_and_what_to_do(
    variable: Variable[Any], value: str, limit: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_environment(PRODUCTION | {variable.name: value})
    told = str(refused.value)
    assert told.startswith(f"{variable.name} is {value!r}: it must be ") and limit in told
    assert told.endswith(f" {variable.remedy}.")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (variables.SECRET_KEY, "a-short-secret"),
        (variables.SECRET_KEY, "secret" * 10),
        (variables.METRICS_TOKEN, "a-short-secret"),
        (variables.METRICS_TOKEN, "x" * 40),
        (variables.DATABASE_URL, "mysql://kuaiji:a-short-secret@db.example/kuaiji"),
        (variables.DATABASE_URL, "postgresql://kuaiji:a-short-secret@db.example:99999/kuaiji"),
        (variables.DATABASE_OWNER_URL, "a-short-secret"),
        (variables.IDENTITY_URL, "http://user:a-short-secret@identity.example"),
    ],
)
def test_a_wrong_secret_is_named_and_not_shown(variable: Variable[Any], value: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_environment(PRODUCTION | {variable.name: value})
    told = str(refused.value)
    assert told.startswith(f"{variable.name} has a value (not shown): it must be ")
    assert "a-short-secret" not in told
    assert refused.value.__context__ is None  # a traceback would quote it


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_environment({"KUAIJI_ENV": "development"})
    assert str(refused.value).startswith("set KUAIJI_SECRET_KEY, KUAIJI_KEYRING, DATABASE_URL. ")


@pytest.mark.parametrize("name", [variable.name for variable in variables.HUB_ACCESS[1:]])
def test_who_names_a_hub_says_all_that_it_takes(name: str) -> None:
    assert read_environment(PRODUCTION | HUB).production
    with pytest.raises(ConfigurationError, match=f"set {name}"):
        read_environment(PRODUCTION | HUB | {name: ""})


@pytest.mark.parametrize(
    "change",
    [
        {"KUAIJI_STAFF_HOSTS": "www.kuaiji.example"},
        {"KUAIJI_STAFF_HOSTS": "staff.example", "KUAIJI_EXAM_HOSTS": "exam.example,staff.example"},
    ],
)
def test_a_host_belongs_to_one_face(change: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="both name"):
        read_environment(PRODUCTION | change)


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    said = read_environment(PRODUCTION | {"KUAIJI_TRUSTED_PROXIES": "", "KUAIJI_ENV": "", "KUAIJI_FACES": ""})
    assert (said.proxies, said.production, said.faces) == (0, True, ())


def test_values_are_read_as_what_they_are() -> None:
    said = read_environment(PRODUCTION | {"KUAIJI_TRUSTED_PROXIES": "2", "KUAIJI_FACES": "citizen, exam"})
    assert (said.proxies, said.faces) == (2, ("citizen", "exam"))
    assert variables.HUB_URL.get({"KUAIJI_HUB_URL": "https://Hub.example/"}) == "https://hub.example"
    assert variables.HUB_KEYS.get({"KUAIJI_HUB_KEYS": "hub:1=a=, hub:2=b"}) == {"hub:1": "a=", "hub:2": "b"}
    assert variables.ALLOWED_HOSTS.get({"KUAIJI_ALLOWED_HOSTS": ".a.example, [::1],*"}) == (".a.example", "[::1]", "*")


PARTNER = {"KUAIJI_IDENTITY_URL": "https://identity.example", "KUAIJI_IDENTITY_TOKEN": "made-up"}
EXAMPLE_KEY = json.loads((DOCS / "wire" / "vectors.json").read_text(encoding="utf-8"))["keys"]["hub:test-1"]["public"]
HUB = {
    "KUAIJI_HUB_URL": "https://hub.example",
    "KUAIJI_WIRE_KEY_ID": "440000:1",
    "KUAIJI_WIRE_KEY": "key",
    "KUAIJI_HUB_KEYS": "hub:1=key",
}
REMOTE = "postgresql://app:a-short-secret@db.example/kuaiji"
# What would start, and must not: the change, and what is said.
UNSAFE: list[tuple[dict[str, str], str]] = [
    ({"KUAIJI_ALLOWED_HOSTS": "*"}, "KUAIJI_ALLOWED_HOSTS is '*': '*' answers to names that are not ours"),
    ({"KUAIJI_ALLOWED_HOSTS": "kuaiji.example,*"}, "KUAIJI_ALLOWED_HOSTS is 'kuaiji.example,*': '*' answers to"),
    ({"KUAIJI_ALLOWED_HOSTS": ".example"}, "'.example' answers to names that are not ours: write each host"),
    ({"KUAIJI_STAFF_HOSTS": "*"}, "KUAIJI_STAFF_HOSTS is '*'"),
    ({"KUAIJI_EXAM_HOSTS": ".exam.example"}, "KUAIJI_EXAM_HOSTS is '.exam.example'"),
    ({"KUAIJI_STANDINS_URL": "http://127.0.0.1:8003"}, "that is for demo only. Leave it out."),
    ({"KUAIJI_STANDINS_TOKEN": "a-short-secret"}, "KUAIJI_STANDINS_TOKEN has a value (not shown): that is for demo"),
    ({"KUAIJI_HOME": "var"}, "KUAIJI_HOME is 'var': it must begin with /"),
    ({"KUAIJI_SEALS": "seals"}, "KUAIJI_SEALS is 'seals': it must begin with /"),
    ({"KUAIJI_PG_BIN": "bin"}, "KUAIJI_PG_BIN is 'bin': it must begin with /"),
    (PARTNER | {"KUAIJI_IDENTITY_TOKEN": ""}, "set KUAIJI_IDENTITY_TOKEN"),
    ({"KUAIJI_EMPLOYERS_URL": "https://employers.example"}, "set KUAIJI_EMPLOYERS_TOKEN"),
    ({"KUAIJI_RECEIPTS_URL": "https://receipts.example"}, "set KUAIJI_RECEIPTS_TOKEN"),
    (
        {"KUAIJI_METRICS_TOKEN": NEEDED["KUAIJI_SECRET_KEY"]},
        "KUAIJI_SECRET_KEY and KUAIJI_METRICS_TOKEN are the same secret. Make one for each.",
    ),
    (
        PARTNER | {"KUAIJI_IDENTITY_TOKEN": "a-short-secret"},
        "KUAIJI_IDENTITY_TOKEN and TENCENT_SECRET_KEY are the same",
    ),
    ({"DATABASE_URL": REMOTE}, "DATABASE_URL has a value (not shown): on the way to another host it needs sslmode="),
    ({"DATABASE_URL": f"{REMOTE}?sslmode=require"}, "it needs sslmode=verify-full"),
    ({"DATABASE_OWNER_URL": REMOTE}, "DATABASE_OWNER_URL has a value (not shown)"),
    ({"DATABASE_OWNER_URL": URL}, "DATABASE_URL and DATABASE_OWNER_URL both name the role 'kuaiji_app'"),
    (HUB | {"KUAIJI_HUB_KEYS": f"hub:1={EXAMPLE_KEY}"}, "it has a key of the wire's examples"),
]


@pytest.mark.parametrize(("change", "said"), UNSAFE, ids=lambda one: "+".join(one) if isinstance(one, dict) else "")
def test_production_refuses_what_would_start_and_be_unsafe(change: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_environment(PRODUCTION | change)
    assert said in str(refused.value)
    assert "a-short-secret" not in str(refused.value)


def test_development_may_be_as_careless_as_it_likes() -> None:
    careless = {"KUAIJI_ALLOWED_HOSTS": "*", "DATABASE_URL": REMOTE, "DATABASE_OWNER_URL": REMOTE}
    assert read_environment(DEMO | careless).hosts == ("*",)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@/kuaiji?host=/run/postgresql",
        "postgresql://app@%2Frun%2Fpostgresql/kuaiji",
        "postgresql://app@localhost:5432/kuaiji",
        "postgresql://app@[::1]:5432/kuaiji",
        "postgresql://app@127.0.0.1,localhost:5433/kuaiji",
        "postgresql://app@db.example/kuaiji?sslmode=verify-ca",
        "postgresql://app@db.example/kuaiji?sslmode=verify-full",
    ],
)
def test_a_way_to_the_database_that_nobody_reads_along(url: str) -> None:
    assert is_private_database(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@db.example/kuaiji",
        "postgresql://app@10.0.0.1:5432/kuaiji?sslmode=prefer",
        "postgresql://app@[2001:db8::1]/kuaiji",
        "postgresql://app@localhost,db.example/kuaiji",
        "postgresql://app@localhost/kuaiji?hostaddr=10.0.0.1",
        "postgresql://app@localhost/kuaiji?host=db.example",
        "postgresql://app@db.example/kuaiji?sslmode=verify-full&sslmode=disable",
    ],
)
def test_a_way_to_the_database_that_others_may_read_along(url: str) -> None:
    assert not is_private_database(url)


def test_the_ports_of_a_development_home_all_exist() -> None:
    assert variables.HIGHEST_BASE_PORT + max(OFFSETS.values()) == 65535


@pytest.mark.house
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"KUAIJI_TRUSTED_PROXIES": "many"}, "KUAIJI_TRUSTED_PROXIES is 'many'"),
        ({"KUAIJI_KEYRING": '{"suite": "a-short-secret"}'}, "KUAIJI_KEYRING has a value (not shown)"),
        ({"KUAIJI_FACES": "citizen,nobody"}, "KUAIJI_FACES names 'nobody'"),
        ({"KUAIJI_PROFILE": "atlantis"}, "no profile at"),
        (
            {"KUAIJI_DATABASE_ROLE": "owner", "DATABASE_OWNER_URL": URL.replace("app", "owner")},
            "KUAIJI_DATABASE_ROLE is",
        ),
        ({"KUAIJI_SMS_PROVIDERS": "tencent,pigeon"}, "KUAIJI_SMS_PROVIDERS names 'pigeon'"),
        ({"TENCENT_SECRET_KEY": ""}, "set TENCENT_SECRET_KEY"),
        ({"KUAIJI_SMS_PROVIDERS": "standin"}, "KUAIJI_SMS_PROVIDERS names 'standin': it sends to no phone"),
        ({"KUAIJI_SMS_PROVIDERS": ""}, "set KUAIJI_SMS_PROVIDERS"),
    ],
)
def test_the_command_line_says_what_is_wrong_in_words(change: dict[str, str], said: str, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "KUAIJI_HOME": str(tmp_path), "KUAIJI_ENV": "production"}
    command = [sys.executable, "-m", "kuaiji.cli", "serve", "--port", "1"]
    done = subprocess.run(
        command, env=env | PRODUCTION | change, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and said in done.stderr
    assert "Traceback" not in done.stderr and "a-short-secret" not in done.stderr
