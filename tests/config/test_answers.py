"""What every answer carries, whatever went wrong."""

import re

import pytest
from django.test import Client

from kuaiji.common.middleware import HEADERS
from people.records.users import make_user
from tests.support.addresses import OPEN, routes

pytestmark = pytest.mark.django_db

CALLS = [
    ("get", "/", 200),
    ("get", "/register/", 200),
    ("get", "/login/", 200),
    ("get", "/directory/", 200),
    ("get", "/healthz", 200),
    ("get", "/readyz", 200),
    ("get", "/metrics", 404),
    ("get", "/me/", 302),
    ("get", "/no/such/page", 404),
    ("get", "/.git/config", 404),
    ("get", "/demo/sms/", 404),
    ("put", "/login/", 405),
    ("post", "/login/", 422),
    ("get", "/attachments/00000000-0000-0000-0000-000000000000/", 302),
]


@pytest.mark.parametrize(("method", "path", "status"), CALLS)
def test_security_headers_are_on_every_answer(method: str, path: str, status: int) -> None:
    response = getattr(Client(), method)(path)
    assert response.status_code == status
    for name, value in HEADERS.items():
        assert response.headers[name] == value, (path, name)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_a_fault_of_ours_is_a_page_with_the_same_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ValueError("440106199001011234")

    monkeypatch.setattr("kuaiji.portal.views.search_directory", broken)
    response = Client(raise_request_exception=False).get("/directory/?q=x")
    page = response.content.decode()
    assert response.status_code == 500 and "440106199001011234" not in page and "Traceback" not in page
    assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_a_body_must_say_its_length_and_keep_to_the_cap() -> None:
    client = Client()
    chunked = client.generic("POST", "/login/", b"x", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert chunked.status_code == 411
    form = client.generic("POST", "/login/", b"", "application/x-www-form-urlencoded", CONTENT_LENGTH="600000")
    upload = client.generic("POST", "/login/", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH="40000000")
    assert (form.status_code, upload.status_code) == (413, 413)
    assert "512 KB" in upload.content.decode()


def test_a_post_without_its_token_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"document_number": "x", "password": "y"})
    assert response.status_code == 403 and "页面" in response.content.decode()


def test_pages_of_a_signed_in_person_are_not_stored() -> None:
    client = Client()
    client.force_login(make_user(seed=1))
    for path in ("/", "/me/", "/collection/", "/directory/"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path
    assert "no-store" not in Client().get("/directory/").headers.get("Cache-Control", "")


def test_every_address_is_open_on_purpose_or_asks_for_a_sign_in() -> None:
    for path in routes():
        if path in OPEN:
            continue
        address = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", path)
        address = re.sub(r"<slug:\w+>", "nothing", address)
        assert "<" not in address, f"{path}: say how to reach it"
        response = Client().get(address)
        assert response.status_code in (302, 405), path
        if response.status_code == 302:
            assert response.headers["Location"].startswith("/login/"), path
