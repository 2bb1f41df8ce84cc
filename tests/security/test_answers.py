"""What every address answers, whoever asks it and however: methods, forms of other sites, headers, known paths."""

import json
import random
from pathlib import Path
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from procrastinate.contrib.django.models import ProcrastinateJob

from kuaiji.audit.models import AccessLog
from kuaiji.common.middleware import HEADERS
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.identity.models import Session, User
from people.persons import make_person
from people.records.drafts import fill_in
from people.records.users import make_user
from tests.support.addresses import paths, views

pytestmark = pytest.mark.django_db

CANARY = "canary-4f1d9c"
KNOWN = (Path(__file__).parent / "known_paths.txt").read_text("utf-8").split()
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
OF_MACHINES = {"/sms/reports/nothing/nothing"}
STATIC = "/static/kuaiji/js/app.js"


@pytest.fixture
def person() -> User:
    """Somebody whose draft is filled in, so that every page opens."""
    someone = make_person(random.Random(1), status="1")
    user = make_user(someone)
    fill_in(user, someone)
    return user


@pytest.fixture
def signed_in(person: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def ask(client: Client, method: str, path: str, **headers: str) -> HttpResponseBase:
    """The answer, its body read to the end as a server would."""
    response = client.generic(method, path, content_type=MULTIPART_CONTENT, headers=headers)
    if response.streaming:
        response.streaming_content = [b"".join(response)]  # type: ignore[attr-defined]
    return response


def body_of(response: HttpResponseBase) -> bytes:
    return b"" if response.streaming else bytes(response.content)  # type: ignore[attr-defined]


def test_no_unsafe_request_passes_without_the_form_s_token(signed_in: Client) -> None:
    """Also from a signed-in browser, which sends its cookie along (ASVS 3.5.1, 3.5.3). Where machines report, what
    stands in the address proves them, no cookie does, and nobody else finds anything."""
    for path in paths():
        refusals = (404, 405) if path in OF_MACHINES else (403, 405)
        for method in UNSAFE:
            for site in ("https://evil.example", "null"):
                answer = ask(signed_in, method, path, origin=site)
                assert answer.status_code in refusals, (method, path)


def test_only_machines_need_no_form_s_token() -> None:
    exempt = {route for route, view in views() if getattr(view, "csrf_exempt", False)}
    assert exempt == {"/sms/reports/<slug:provider>/<str:token>"}


def test_a_token_of_another_session_opens_nothing(signed_in: Client) -> None:
    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/login/")
    token, own = stranger.cookies[settings.CSRF_COOKIE_NAME].value, signed_in.get("/collection/notice/")
    assert settings.CSRF_COOKIE_NAME in own.cookies
    response = signed_in.post("/collection/notice/", {"truthful": "on", "csrfmiddlewaretoken": token})
    assert response.status_code == 403


def rows() -> dict[str, int]:
    """How many rows each table has, jobs too, without what reading itself leaves."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("kuaiji.")]
    asked: list[type[Model]] = [ProcrastinateJob, *(model for model in ours if model not in (AccessLog, Session))]
    return {model.__name__: model._default_manager.count() for model in asked}


def test_reading_changes_nothing(signed_in: Client, person: User) -> None:
    """GET and HEAD of every address, with the words of its buttons, store nothing and send nothing (ASVS 3.5.3)."""

    def saved() -> set[tuple[str, int]]:
        return set(person.drafts.get().answers.values_list("step", "revision"))

    rulebook()  # a set of exam rules is written down by the first process that reads it
    before = rows(), saved()
    words = "action=send_code&truthful=on&then=review&left=1&top=1&width=500&add-awards=1&revision=1&fill_employer=x"
    for path in paths():
        for method in ("GET", "HEAD"):
            ask(signed_in, method, f"{path}?{words}")
    assert (rows(), saved()) == before
    assert signed_in.get("/me/").status_code == 200  # still signed in


@pytest.mark.parametrize("visitor", [True, False])
def test_methods_nobody_offers_are_refused(visitor: bool, signed_in: Client) -> None:
    client = Client() if visitor else signed_in
    for path in paths():
        for method in ("OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X-ANY"):
            answer = ask(client, method, path, **{"X-Canary": CANARY})
            assert answer.status_code in (302, 403, 405), (method, path)
            assert CANARY.encode() not in body_of(answer)


def test_nothing_is_opened_to_other_origins(signed_in: Client) -> None:
    """No CORS (ASVS 3.4.2), and the security headers with every answer (3.4.3 to 3.4.6)."""
    for path in [*paths(), STATIC, "/nowhere"]:
        for method in ("GET", "POST", "OPTIONS"):
            answer = ask(signed_in, method, path, origin="https://evil.example", access_control_request_method="POST")
            opened = {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}
            assert not opened, path
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (method, path, name)


def test_the_policy_is_closed_and_names_what_it_opens() -> None:
    policy = dict(part.strip().partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split(";"))
    closed = {"default-src", "object-src", "base-uri", "frame-ancestors"}
    assert {name for name, value in policy.items() if value == "'none'"} == closed
    assert {value for name, value in policy.items() if name not in closed} == {"'self'"}


def test_every_body_says_what_it_is(signed_in: Client) -> None:
    """And text says its encoding (ASVS 4.1.1); nobody is told what serves it."""
    for client in (Client(), signed_in):
        for path in [*paths(), "/nowhere", "/static/kuaiji/css/theme.css", STATIC]:
            answer = ask(client, "GET", path)
            kind = answer.headers.get("Content-Type", "")
            if body_of(answer) or answer.streaming:
                assert kind, path
            if kind.startswith("text/"):
                assert "charset=utf-8" in kind.replace('"', "").lower(), path
            if kind == "application/json":
                json.loads(b"".join(answer) if answer.streaming else body_of(answer))
            assert not {"Server", "X-Powered-By", "Via"} & answer.headers.keys()


def test_every_page_of_a_person_has_a_way_out(signed_in: Client) -> None:
    """ASVS 7.4.4."""
    seen = 0
    for path in paths():
        answer = ask(signed_in, "GET", path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            assert b'<form method="post" action="/logout/">' in body_of(answer), path
            seen += 1
    assert seen >= 10


def test_pages_a_visitor_may_see_hold_nothing_of_the_platform_s_insides(signed_in: Client) -> None:
    """ASVS 16.5.1: what is wrong is said without paths, statements, names of libraries."""
    wrong = [
        signed_in.get("/attachments/not-an-id/"),
        signed_in.post("/login/", b"\xff\xfe", content_type="multipart/form-data; boundary=x"),
        signed_in.get("/directory/?q=%ff%00%27"),
        signed_in.get("/", headers={"host": "evil.example:x"}),
        Client().get("/collection/employers/?q=" + "x" * 10_000),
    ]
    for answer in wrong:
        page = body_of(answer).decode()
        assert answer.status_code < 500
        assert not any(word in page for word in ("Traceback", "site-packages", "/src/", "SELECT ", "psycopg", "Django"))


def test_two_hundred_known_paths_lead_nowhere() -> None:
    """Nothing of the tree, of tools or of other people's software answers (ASVS 13.4.1, 13.4.3, 13.4.5)."""
    assert len(KNOWN) == len(set(KNOWN)) >= 200
    client = Client()
    for path in KNOWN:
        answer = ask(client, "GET", "/" + quote(path, safe="/%."))
        # A known address without its last slash is answered with the way to it, which asks for a sign-in.
        led = answer.headers.get("Location", "")
        assert answer.status_code == 404 or led in (f"/{path}/", f"/login/?next=/{path}"), (path, answer.status_code)
        assert "Index of" not in body_of(answer).decode()
