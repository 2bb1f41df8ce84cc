"""Which address may bring how much, and who: nothing larger is read (S-33, ASVS 5.2.1)."""

import random
import re
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from kuaiji.common.body_caps import brings_files
from kuaiji.config.routing import worth_reading
from kuaiji.identity.models import User
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from tests.support.addresses import paths

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


def told(path: str, *, session: bool = False) -> dict[str, str]:
    cookie = f"a=b; {settings.SESSION_COOKIE_NAME}=x" if session else "a=b"
    return {"PATH_INFO": path, "CONTENT_TYPE": FILES, "HTTP_HOST": "testserver", "HTTP_COOKIE": cookie}
