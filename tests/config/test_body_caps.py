"""Which address may bring how much, and who: nothing larger is read (S-33, ASVS 5.2.1)."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, get_resolver
from django.urls import path as address

from kuaiji.audit.access import OperationStopped
from kuaiji.common.body_caps import brings_files, takes_files
from kuaiji.config import routing, staff_urls
from kuaiji.config.faces import STAFF
from kuaiji.config.routing import is_signed_in as may_bring
from kuaiji.config.routing import worth_reading
from kuaiji.identity.models import User
from kuaiji.staff.models import Member
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from tests.support.addresses import path_of, paths
from tests.support.members import half_way, make_member
from tests.support.members import signed_in as signed_in_member

pytestmark = pytest.mark.django_db
INPUTS = Path(__file__).parents[2] / "docs" / "security" / "inputs.md"
FORM, FILES = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


class Read(Exception):
    """Somebody read a body."""


class Body:
    """One that says so when it is read."""

    def read(self, size: int = -1) -> NoReturn:
        raise Read

    readline = read


@pytest.fixture
def citizen() -> Client:
    return signed_in(make_user(make_person(random.Random(1), status="1")))


def visitor() -> Client:
    """Somebody with the cookie for which Django looks into a form."""
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    return client


def signed_in(user: User) -> Client:
    client = visitor()
    client.force_login(user)
    return client


ASKED_LATER = {"/transfers/in/proof/"}  # of a claim about which a bureau asks: transfers/test_claim_pictures.py


def with_files() -> set[str]:
    return {path for path in paths() if brings_files(path)}


def post(client: Client, path: str, length: int, kind: str = FILES) -> HttpResponse:
    """Raises Read when the body is looked at."""
    environ = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Body()}
    answer: HttpResponse = client.generic("POST", path, **environ)  # type: ignore[arg-type, assignment]
    return answer


def test_files_are_taken_where_a_page_asks_for_them_and_nowhere_else(citizen: Client) -> None:
    foreigner = make_person(random.Random(2), status="1", document_type="99")  # whose document tells nothing
    recorded = make_user(foreigner)
    fill_in(recorded, foreigner)
    submit(recorded)
    asking = set()
    fill_in(User.objects.get(pk=citizen.session["_auth_user_id"]), make_person(random.Random(1), status="1"))
    for client in (citizen, signed_in(recorded)):
        for path in paths():
            page = client.get(path)
            if "text/html" in page.headers.get("Content-Type", "") and re.search(r'type="file"', page.content.decode()):
                asking.add(path)
    assert asking | ASKED_LATER == with_files()


def test_the_page_of_inputs_names_them() -> None:
    listed = INPUTS.read_text("utf-8").partition("They are:")[2].partition(". The views")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == with_files()


def test_who_is_not_signed_in_brings_little_to_any_address() -> None:
    for path in paths():
        assert post(visitor(), path, settings.FORM_CAP + 1, FORM).status_code == 413, path
        answer = post(visitor(), path, settings.FORM_CAP + 1)
        if brings_files(path):
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/login/?next={path}")
        else:
            assert answer.status_code == 413, path


def test_a_session_that_is_over_brings_little_too(citizen: Client) -> None:
    citizen.session.flush()
    for path in with_files():
        assert post(citizen, path, settings.FORM_CAP + 1).status_code == 302


def test_who_is_signed_in_brings_files_where_they_are_asked_for_and_little_elsewhere(citizen: Client) -> None:
    for path in paths():
        if brings_files(path):
            assert post(citizen, path, settings.BODY_CAP + 1).status_code == 413
            with pytest.raises(Read):
                post(citizen, path, settings.BODY_CAP)
        else:
            assert post(citizen, path, settings.FORM_CAP + 1).status_code == 413, path


def test_the_refusal_says_how_much_is_taken(citizen: Client) -> None:
    few, many = (post(citizen, path, 80_000_000).content.decode() for path in ("/me/security/phone/", "/changes/name/"))
    assert "不能超过 512 KB" in few and "不能超过 64 MB" in many


def test_what_has_no_address_brings_little() -> None:
    assert worth_reading(told("/no/such/page", session=True)) == settings.FORM_CAP


def test_the_server_reads_large_bodies_only_where_there_is_a_session() -> None:
    for path in paths():
        assert worth_reading(told(path)) == settings.FORM_CAP
        assert worth_reading(told(path, session=True)) == (
            settings.BODY_CAP if brings_files(path) else settings.FORM_CAP
        )


DESK = get_resolver(STAFF.urlconf)


@takes_files
def with_picture(request: HttpRequest) -> HttpResponse:
    """A form of the desk with a picture, behind the desk's middleware."""
    return HttpResponse(str(len(request.FILES)))


@pytest.fixture
def desk_form(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a page of the desk that takes files while the test runs."""
    extra = address("staff/a-form-with-a-picture/", with_picture)
    monkeypatch.setattr(staff_urls, "urlpatterns", [extra, *staff_urls.urlpatterns])
    clear_url_caches()
    yield "/staff/a-form-with-a-picture/"
    clear_url_caches()


def desk_visitor(member: Member | None) -> Client:
    client = signed_in_member(member) if member else Client()
    client.cookies[settings.STAFF_CSRF_COOKIE_NAME] = "x" * 32
    client.handler.enforce_csrf_checks = True
    return client


def test_the_desk_takes_files_on_the_addresses_that_the_page_of_inputs_names() -> None:
    listed = INPUTS.read_text("utf-8").partition("At the desk they are:")[2].partition(". Its")[0]
    assert {path_of(route) for route in re.findall(r"`(/[^`]+)`", listed)} == {
        path for path in paths(DESK) if brings_files(path, STAFF.urlconf)
    }


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxies_let_pass_what_the_desk_takes(name: str) -> None:
    text = (INPUTS.parents[2] / "deploy" / name).read_text("utf-8")
    (pattern,) = set(re.findall(r"(?:location ~|path_regexp) (\S*collection\S*)", text))
    for path in paths(DESK):
        assert bool(re.search(pattern, path)) == brings_files(path, STAFF.urlconf), path


def test_a_member_brings_files_where_they_are_asked_for_and_little_elsewhere(desk_form: str) -> None:
    client = desk_visitor(make_member())
    assert post(client, desk_form, settings.BODY_CAP + 1).status_code == 413
    with pytest.raises(Read):
        post(client, desk_form, settings.BODY_CAP)
    for path in ("/staff/", "/staff/login/", "/staff/people/"):
        assert post(client, path, settings.FORM_CAP + 1).status_code == 413, path


def test_who_is_not_signed_in_at_the_desk_brings_little(desk_form: str, citizen: Client) -> None:
    half, gone = half_way(make_member()), signed_in_member(make_member(is_active=False))
    for client in (desk_visitor(None), half, gone, citizen):
        answer = post(client, desk_form, settings.FORM_CAP + 1)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/login/")


@pytest.mark.parametrize("length", ["", "80000000"], ids=["without a length", "too much"])
def test_the_desk_refuses_in_its_own_frame(length: str) -> None:
    client = desk_visitor(make_member(name="周经办"))
    environ = {"wsgi.input": Body(), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": length}
    answer = client.generic("POST", "/staff/people/", **environ)  # type: ignore[arg-type]
    page = answer.content.decode()
    assert answer.status_code == (413 if length else 411)
    assert "周经办" in page and 'class="d-desk"' in page and "回到待办" in page
    assert not length or "不能超过 512 KB" in page


def test_an_operation_that_is_stopped_is_told_in_the_desks_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(request: HttpRequest) -> NoReturn:
        raise OperationStopped("stopped", "今晚 22:00 以前暂停办理")

    monkeypatch.setattr(staff_urls, "urlpatterns", [address("staff/stops/", stops), *staff_urls.urlpatterns])
    clear_url_caches()
    answer = desk_visitor(make_member()).get("/staff/stops/")
    clear_url_caches()
    assert answer.status_code == 503
    assert "今晚 22:00 以前暂停办理" in answer.content.decode() and 'class="d-desk"' in answer.content.decode()


def test_the_server_asks_for_the_session_of_the_face_that_a_body_is_for(
    desk_form: str, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "close_old_connections", lambda: None)  # the test's own is in a transaction
    member, foreign = signed_in_member(make_member()), citizen.cookies[settings.SESSION_COOKIE_NAME].value
    ours = member.cookies[settings.STAFF_SESSION_COOKIE_NAME].value
    cookies = {
        f"{settings.STAFF_SESSION_COOKIE_NAME}={ours}": (settings.BODY_CAP, True),
        f"{settings.STAFF_SESSION_COOKIE_NAME}=x": (settings.BODY_CAP, False),
        f"{settings.SESSION_COOKIE_NAME}={foreign}": (settings.FORM_CAP, False),
        "": (settings.FORM_CAP, False),
    }
    for cookie, expected in cookies.items():
        environ = {**told(desk_form), "HTTP_COOKIE": cookie, "CONTENT_LENGTH": str(settings.FORM_CAP + 1)}
        environ |= {"REQUEST_METHOD": "POST"}
        assert (worth_reading(environ), may_bring(environ)) == expected, cookie
    assert worth_reading({**told("/staff/people/"), "HTTP_COOKIE": next(iter(cookies))}) == settings.FORM_CAP


def told(path: str, *, session: bool = False) -> dict[str, str]:
    cookie = f"a=b; {settings.SESSION_COOKIE_NAME}=x" if session else "a=b"
    return {"PATH_INFO": path, "CONTENT_TYPE": FILES, "HTTP_HOST": "testserver", "HTTP_COOKIE": cookie}
