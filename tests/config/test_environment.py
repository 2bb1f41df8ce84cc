"""What a deployment must say before it starts, and what production must not."""

import pytest

from kuaiji.common.keyring import generate_keyring
from kuaiji.config.environment import ConfigurationError, parse_database_url, read_environment

URL = "postgresql://kuaiji_app:p%40ss@db.example:5433/kuaiji_guangdong?sslmode=verify-full"
PRODUCTION = {
    "KUAIJI_SECRET_KEY": "x" * 60,
    "KUAIJI_KEYRING": generate_keyring(),
    "KUAIJI_ALLOWED_HOSTS": "kuaiji.example,www.kuaiji.example",
    "KUAIJI_METRICS_TOKEN": "y" * 40,
    "DATABASE_URL": URL,
}
DEMO = {key: PRODUCTION[key] for key in ("KUAIJI_SECRET_KEY", "KUAIJI_KEYRING", "DATABASE_URL")} | {
    "KUAIJI_ENV": "development",
    "KUAIJI_DEMO": "1",
}


def test_production_is_what_you_get_when_nothing_is_said() -> None:
    environment = read_environment(PRODUCTION)
    assert environment.production and not environment.demo and environment.address_limits
    assert environment.hosts == ("kuaiji.example", "www.kuaiji.example")
    assert environment.app_role == "kuaiji_app"


@pytest.mark.parametrize("name", sorted(PRODUCTION))
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
