"""The stand-ins as a service: who is let in, how much is read, when they start and when they are ready."""

import contextlib
import http.client
import subprocess
import sys

import httpx
import pytest

from people.houses.standins import MakeDatabase, Standins, environment, manage, migrate, served

pytestmark = pytest.mark.house  # several start stand-ins of their own
QUESTIONS = [
    ("POST", "/sms/messages"),
    ("GET", "/sms/messages?phone=13800000000"),
    ("POST", "/identity/checks"),
    ("GET", "/employers?q=a"),
]


@pytest.mark.parametrize(("method", "path"), QUESTIONS)
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer another", "Basic token-of-the-tests"])
def test_nobody_is_answered_without_the_token(standins: Standins, method: str, path: str, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = httpx.request(method, standins.url + path, headers=headers, json={}, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/identity/checks", 405),
        ("POST", "/employers", 405),
        ("DELETE", "/sms/messages", 405),
        ("POST", "/sms/", 405),
        ("POST", "/healthz", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/static/../settings.py", 404),
    ],
)
def test_other_methods_and_addresses(standins: Standins, method: str, path: str, status: int) -> None:
    content = b"{}" if method == "POST" else None
    with standins.client() as client:
        assert client.request(method, path, content=content).status_code == status


def test_the_front_door_leads_to_the_inbox(standins: Standins) -> None:
    answer = httpx.get(standins.url, trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/sms/")


@pytest.mark.parametrize("path", ["/sms/", "/healthz", "/nowhere", "/employers"])
def test_every_answer_is_closed_to_browsers_tricks(standins: Standins, path: str) -> None:
    headers = httpx.get(standins.url + path, trust_env=False).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_body_may_have_64_kilobytes(standins: Standins) -> None:
    with standins.client() as client:
        assert client.post("/identity/checks", content=b" " * 64 * 1024).status_code == 422


@pytest.mark.parametrize(
    ("header", "value", "status"), [("Content-Length", str(64 * 1024 + 1), 413), ("Transfer-Encoding", "chunked", 411)]
)
def test_a_body_over_the_cap_or_of_unknown_length_is_refused_unread(
    standins: Standins, header: str, value: str, status: int
) -> None:
    url = httpx.URL(standins.url)
    with contextlib.closing(http.client.HTTPConnection(url.host, url.port, timeout=10)) as connection:
        connection.putrequest("POST", "/identity/checks")
        connection.putheader(header, value)
        connection.endheaders()
        assert connection.getresponse().status == status


@pytest.mark.parametrize(
    "changes",
    [
        {"KUAIJI_DEMO": "0"},
        {"KUAIJI_DEMO": ""},
        {"KUAIJI_ENV": "production"},
        {"KUAIJI_ENV": ""},
        {"KUAIJI_STANDINS_TOKEN": ""},
        {"KUAIJI_STANDINS_DATABASE_URL": ""},
    ],
)
def test_they_do_not_start_where_they_must_not(changes: dict[str, str]) -> None:
    env = environment("postgresql:///nowhere", "postgresql:///nowhere") | changes
    command = [sys.executable, "-c", "import kuaiji_standins.wsgi"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "ConfigurationError" in done.stderr


def test_models_and_migrations_agree(make_database: MakeDatabase) -> None:
    manage(environment(*make_database("standins_models")), "makemigrations", "--check", "--dry-run")


def test_ready_only_with_tables_and_employers(make_database: MakeDatabase) -> None:
    env = environment(*make_database("standins_empty"))
    with served(env) as fresh:
        assert _readiness(fresh) == (503, "migrations")
        migrate(env)
        assert _readiness(fresh) == (503, "employers")
        assert "2976" in manage(env, "loademployers")
        assert _readiness(fresh) == (200, None)
        manage(env, "loademployers")
        assert _readiness(fresh) == (200, None)


def test_alive_but_not_ready_without_a_database() -> None:
    address = "postgresql://nobody@127.0.0.1:1/nowhere"
    with served(environment(address, address)) as lonely:
        assert httpx.get(f"{lonely.url}/healthz", trust_env=False).status_code == 200
        assert _readiness(lonely) == (503, "database")


def _readiness(running: Standins) -> tuple[int, str | None]:
    answer = httpx.get(f"{running.url}/readyz", trust_env=False, timeout=20)
    return answer.status_code, answer.json().get("code")
