"""Faces: each answers its own addresses on its own hosts, through what it needs and no more."""

from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings

from kuaiji.common.environment import ConfigurationError
from kuaiji.common.middleware import HEADERS
from kuaiji.config import faces, machine_urls
from kuaiji.config.faces import CITIZEN, EXAM, STAFF, Face
from tests.support.addresses import routes
from tests.support.other_faces import MACHINES, PEOPLE

pytestmark = pytest.mark.django_db
Served = Mapping[Face, tuple[str, ...]]

SHARING: Served = {CITIZEN: (), MACHINES: (), PEOPLE: ()}
APART: Served = {CITIZEN: (), MACHINES: ("exam.example", "[::1]"), PEOPLE: (".staff.example",)}


def visit(settings: Settings, served: Served) -> Client:
    """A client of a process that serves these faces."""
    settings.FACES = served
    settings.ALLOWED_HOSTS = faces.all_hosts(served, ["testserver"])
    return Client(raise_request_exception=False)


def status(client: Client, host: str, path: str) -> int:
    return client.get(path, headers={"host": host}).status_code


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", 200), ("/login/", 200), ("/api/exam/echo", 200), ("/staff/echo", 200), ("/api/", 404), ("/api/exam", 404)],
)
def test_on_shared_hosts_the_prefix_tells_the_face(settings: Settings, path: str, expected: int) -> None:
    assert status(visit(settings, SHARING), "testserver", path) == expected


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("testserver", "/", 200),
        ("testserver", "/api/exam/echo", 404),
        ("testserver", "/staff/echo", 404),
        ("exam.example", "/api/exam/echo", 200),
        ("EXAM.example:8443", "/api/exam/echo", 200),
        ("[::1]:8000", "/api/exam/echo", 200),
        ("exam.example", "/", 404),
        ("exam.example", "/login/", 404),
        ("exam.example", "/static/kuaiji/js/app.js", 404),
        ("staff.example", "/staff/echo", 200),
        ("desk.staff.example", "/staff/echo", 200),
        ("staff.example", "/", 404),
        ("staff.example", "/me/", 404),
        ("evil.example", "/", 400),
        ("evil.example", "/api/exam/echo", 400),
    ],
)
def test_with_hosts_of_its_own_a_face_answers_there_alone(
    settings: Settings, host: str, path: str, expected: int
) -> None:
    assert status(visit(settings, APART), host, path) == expected


@pytest.mark.parametrize("host", ["testserver", "exam.example", "staff.example"])
def test_machines_are_answered_on_every_face(settings: Settings, host: str) -> None:
    client = visit(settings, APART)
    settings.METRICS_TOKEN = "token-of-the-test"
    assert [status(client, host, path) for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 404]
    figures = client.get("/metrics", headers={"host": host, "authorization": "Bearer token-of-the-test"})
    assert figures.status_code == 200 and "kuaiji_exchange_waiting" in figures.content.decode()


@pytest.mark.parametrize("served", [SHARING, APART], ids=["sharing", "apart"])
def test_a_face_is_spared_what_it_does_not_name(settings: Settings, served: Served) -> None:
    client = visit(settings, served)
    machines = client.post("/api/exam/echo", headers={"host": (served[MACHINES] or ("testserver",))[0]})
    people = client.get("/staff/echo", headers={"host": (served[PEOPLE] or ("testserver",))[0].lstrip(".")})
    assert machines.json() == {"session": False, "user": False} and not machines.cookies
    assert people.json() == {"session": True, "user": False}


def test_headers_and_the_figures_stand_around_every_face(settings: Settings) -> None:
    client = visit(settings, SHARING)
    for path in ("/api/exam/echo", "/api/exam/fail", "/api/exam/none", "/staff/echo"):
        response = client.get(path)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, path


def test_what_goes_wrong_is_told_in_the_words_of_the_face(settings: Settings) -> None:
    client = visit(settings, SHARING)
    assert client.get("/api/exam/none").json() == {"code": "not_found"}
    failed = client.get("/api/exam/fail")
    assert (failed.status_code, failed.json()) == (500, {"code": "broken"})
    assert "<title>错误" in client.get("/none").content.decode()
    apart = visit(settings, APART)
    assert apart.get("/", headers={"host": "exam.example"}).json() == {"code": "not_found"}
    assert "<title>错误" in apart.get("/api/exam/echo").content.decode()


def test_the_middleware_of_a_face_sees_its_views_and_their_faults(settings: Settings) -> None:
    client = visit(settings, SHARING)
    stumbled = client.get("/api/exam/stumble")
    assert (stumbled.status_code, stumbled.json()) == (503, {"code": "stumbled"})
    assert stumbled.headers["X-Passed"] == "stumbling"
    assert client.get("/staff/stumble").status_code == 500  # not one of that face's
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/staff/echo").status_code == 403
    assert strict.post("/api/exam/echo").status_code == 200


def test_templates_know_what_their_face_tells_them(settings: Settings) -> None:
    client = visit(settings, SHARING)
    assert client.get("/api/exam/page").content.decode() == "another face"
    assert "广东省会计信息服务平台" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("served", "path", "expected"),
    [
        ({CITIZEN: ()}, "/", 200),
        ({CITIZEN: ()}, "/api/exam/echo", 404),
        ({MACHINES: ()}, "/api/exam/echo", 200),
        ({MACHINES: ()}, "/", 404),
        ({MACHINES: ()}, "/healthz", 200),
        ({MACHINES: ("testserver",)}, "/api/exam/echo", 200),
        ({MACHINES: ("testserver",)}, "/login/", 404),
        ({MACHINES: (), PEOPLE: ("staff.example",)}, "/staff/echo", 404),
    ],
)
def test_a_process_answers_for_the_faces_it_serves(
    settings: Settings, served: Served, path: str, expected: int
) -> None:
    assert status(visit(settings, served), "testserver", path) == expected


def test_the_environment_names_the_faces_and_their_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "FACES", {face.name: face for face in (CITIZEN, MACHINES, PEOPLE)})
    monkeypatch.setenv("KUAIJI_EXAM_HOSTS", "exam.example")
    assert faces.served(()) == {CITIZEN: (), MACHINES: ("exam.example",), PEOPLE: ()}
    assert faces.served(("exam",)) == {MACHINES: ("exam.example",)}
    assert faces.all_hosts(faces.served(("exam",)), ["kuaiji.example"]) == ["exam.example"]
    assert faces.all_hosts(faces.served(()), ["kuaiji.example"]) == ["exam.example", "kuaiji.example"]
    with pytest.raises(ConfigurationError, match="KUAIJI_FACES names 'nobody': it must be of citizen, exam, staff"):
        faces.served(("citizen", "nobody"))


def test_faces_that_are_built_do_not_get_in_each_other_s_way(settings: Settings) -> None:
    assert settings.FACES == {CITIZEN: (), EXAM: (), STAFF: ()}  # all that is built, by default
    built = faces.FACES.values()
    machines = {str(pattern.pattern) for pattern in machine_urls.urlpatterns}
    assert len({face.prefix for face in built}) == len({face.urlconf for face in built}) == len(faces.FACES)
    for face in built:
        assert face.prefix.startswith("/") and face.prefix.endswith("/")
        addresses = {address.removeprefix("/") for address in routes(get_resolver(face.urlconf))}
        assert machines <= addresses, face.name
        assert all(f"/{address}".startswith(face.prefix) for address in addresses - machines), face.name
        for path in (*faces.OUTER_MIDDLEWARE, *face.middleware, *face.context_processors):
            assert callable(import_string(path)), path
