"""The platform as production starts it, in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from kuaiji.common.keyring import generate_keyring
from kuaiji.house.development import Development
from people.houses.database import SHARED

TOKEN = "made-up-token-of-the-test-0123456789"
LOOK = """
import json
import django
from django.conf import settings
from django.test import Client
django.setup()

def look(path, *, secure=True, method="GET", host="kuaiji.example", **headers):
    client = Client(raise_request_exception=False)
    answer = client.generic(method, path, secure=secure, headers={"host": host, **headers})
    if answer.streaming:
        b"".join(answer.streaming_content)
    return {"status": answer.status_code, "headers": dict(answer.headers),
            "cookies": {name: dict(one) for name, one in client.cookies.items()}}

print(json.dumps({
    "debug": settings.DEBUG,
    "apps": settings.INSTALLED_APPS,
    "home": look("/"), "login": look("/login/"), "missing": look("/nowhere"), "alive": look("/healthz"),
    "script": look("/static/kuaiji/js/app.js"),
    "plain": look("/login/", secure=False), "plain_alive": look("/healthz", secure=False),
    "plain_but_says_not": look("/login/", secure=False, **{"x-forwarded-proto": "https", "x-forwarded-ssl": "on"}),
    "other_host": look("/", host="evil.example"),
    "forwarded_host": look("/register", **{"x-forwarded-host": "evil.example"}),
    "figures": look("/metrics"), "figures_wrong": look("/metrics", authorization="Bearer x"),
    "figures_right": look("/metrics", authorization="Bearer made-up-token-of-the-test-0123456789"),
    "demo": look("/demo/sms/"),
    "refused": look("/login/", method="PUT"),
}))
"""


@pytest.fixture(scope="module")
def seen(django_db_setup: None, development: Development) -> dict[str, Any]:
    """Answers of a production process, on the tests' database."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings",
        "KUAIJI_ENV": "production",
        "KUAIJI_HOME": str(development.home),
        "KUAIJI_ALLOWED_HOSTS": "kuaiji.example",
        "KUAIJI_SECRET_KEY": "made-up-0123456789-secret-of-the-tests-which-is-long-enough",
        "KUAIJI_KEYRING": generate_keyring(),
        "KUAIJI_METRICS_TOKEN": TOKEN,
        "KUAIJI_SMS_PROVIDERS": "tencent",
        "TENCENT_SECRET_ID": "id",
        "TENCENT_SECRET_KEY": "made-up",
        "KUAIJI_TENCENT_SMS_APP_ID": "1400006666",
        "DATABASE_URL": development.platform_env(SHARED)["DATABASE_URL"],
    }
    done = subprocess.run([sys.executable, "-c", LOOK], env=env, capture_output=True, text=True, timeout=60, check=True)
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_nothing_for_developers_is_there(seen: dict[str, Any]) -> None:
    """ASVS 13.4.2, 13.4.5, 15.2.3."""
    assert seen["debug"] is False
    unwanted = ("debug", "standins", "admin", "house", "demo")
    assert not [app for app in seen["apps"] if any(word in app for word in unwanted)]
    assert seen["demo"]["status"] == seen["figures"]["status"] == seen["figures_wrong"]["status"] == 404
    assert seen["figures_right"]["status"] == 200


def test_hsts_for_a_year_with_subdomains(seen: dict[str, Any]) -> None:
    """ASVS 3.4.1."""
    for name in ("home", "login", "missing", "alive", "script", "refused"):
        policy = seen[name]["headers"]["Strict-Transport-Security"]
        assert policy == "max-age=31536000; includeSubDomains; preload", name


def test_pages_lead_to_https_and_probes_do_not(seen: dict[str, Any]) -> None:
    """ASVS 4.1.2; without a proxy of ours nobody's word on the way here is believed (4.1.3)."""
    for name in ("plain", "plain_but_says_not"):
        assert seen[name]["status"] == 301
        assert seen[name]["headers"]["Location"] == "https://kuaiji.example/login/"
        assert not seen[name]["cookies"]
    assert seen["plain_alive"]["status"] == 200


def test_other_hosts_are_not_answered(seen: dict[str, Any]) -> None:
    assert seen["other_host"]["status"] == 400
    assert "evil.example" not in str(seen["forwarded_host"])


def test_cookies_are_the_ones_the_tests_know(seen: dict[str, Any]) -> None:
    """Production and the tests' own settings say the same of cookies (ASVS 3.3)."""
    [(name, cookie)] = seen["login"]["cookies"].items()
    assert name == "__Host-kuaiji_guangdong_csrf"
    assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and cookie["samesite"] == "Lax"
    assert not cookie["domain"]
