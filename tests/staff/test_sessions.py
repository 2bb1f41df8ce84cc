"""Sessions of the desk: their ends, their cookies apart from the citizens', and looks that cannot write."""

import pytest
import time_machine
from django.conf import settings
from django.db import InternalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from kuaiji.config import faces
from kuaiji.config.faces import CITIZEN, STAFF
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page
from kuaiji.staff.models import Member, MemberSession
from kuaiji.staff.sessions.store import SessionStore
from people.records.users import make_user
from tests.support.members import PASSWORD, bare, make_member, signed_in

pytestmark = pytest.mark.django_db
ME = "/staff/me/"


def test_a_session_ends_after_a_quarter_of_an_hour_idle_and_half_a_day_at_most() -> None:
    with time_machine.travel("2027-03-01T00:00:00Z", tick=False) as now:
        client = signed_in(make_member())
        now.shift(15 * 60 - 1)
        assert client.get(ME).status_code == 200
        now.shift(15 * 60)
        assert client.get(ME).status_code == 302
        client = signed_in(make_member())
        for _ in range(12 * 6 - 1):
            now.shift(10 * 60)
            assert client.get("/staff/login/").status_code == 302
        assert client.get(ME).status_code == 200
        now.shift(10 * 60)
        assert client.get(ME).status_code == 302


@pytest.mark.parametrize("apart", [False, True], ids=["one host", "two hosts"])
def test_cookies_of_one_face_open_nothing_on_the_other(settings: Settings, apart: bool) -> None:
    if apart:
        settings.FACES = {CITIZEN: (), STAFF: ("staff.example",)}
        settings.ALLOWED_HOSTS = faces.all_hosts(settings.FACES, ["testserver"])
    there = {"host": "staff.example"} if apart else {}
    citizen, member = Client(), make_member()
    citizen.force_login(make_user())
    desk = signed_in(member)
    assert citizen.get("/me/security/").status_code == 200
    assert desk.get(ME, headers=there).status_code == 200
    names = (settings.SESSION_COOKIE_NAME, settings.STAFF_SESSION_COOKIE_NAME)
    assert len({*names, settings.CSRF_COOKIE_NAME, settings.STAFF_CSRF_COOKIE_NAME}) == 4
    values = citizen.cookies[names[0]].value, desk.cookies[names[1]].value
    for name in names:  # under either name
        for value, address, headers in ((values[0], ME, there), (values[1], "/me/security/", {})):
            client = Client()
            client.cookies[name] = value
            assert client.get(address, headers=headers).status_code == 302, (name, address)
    if apart:
        assert desk.get(ME).status_code == citizen.get("/me/security/", headers=there).status_code == 404


def test_a_forged_form_is_refused_in_the_words_of_the_desk() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/staff/login/", {"username": "x", "password": "y"})
    assert page.status_code == 403 and "页面已过期" in page.content.decode()
    strict.get("/staff/login/")
    assert settings.STAFF_CSRF_COOKIE_NAME in strict.cookies and settings.CSRF_COOKIE_NAME not in strict.cookies


def test_who_sees_no_page_of_a_role_finds_what_nobody_finds() -> None:
    client = signed_in(make_member(Role.CLERK))
    assert bare(client.get("/staff/team/")) == bare(client.get("/staff/nothing/"))
    assert client.get("/staff/logout/").status_code == 405


def test_a_look_cannot_write() -> None:
    member = make_member()

    @member_page()
    def view(request: StaffRequest) -> HttpResponse:
        Member.objects.filter(pk=request.member.pk).update(name="其他")
        return HttpResponse()

    cookie = signed_in(member).cookies[settings.STAFF_SESSION_COOKIE_NAME].value
    for method in ("get", "head"):
        looked: StaffRequest = getattr(RequestFactory(), method)("/staff/x/")
        looked.session = SessionStore(cookie)
        with pytest.raises(InternalError, match="read-only"):
            view(looked)
    posted: StaffRequest = RequestFactory().post("/staff/x/")  # type: ignore[assignment]
    posted.session = SessionStore(cookie)
    assert view(posted).status_code == 200
    member.refresh_from_db()
    assert member.name == "其他"


def test_own_sessions_end_by_their_owner_alone_and_a_password_ends_the_others() -> None:
    member, stranger = make_member(), make_member()
    here, there, theirs = signed_in(member), signed_in(member), signed_in(stranger)
    page = here.get(ME).content.decode()
    [handle] = [
        part.split('"')[0] for part in page.split('name="session" value="')[1:] if not part.startswith("others")
    ]
    theirs.post("/staff/me/sessions/", {"session": handle})
    assert there.get(ME).status_code == 200
    here.post("/staff/me/sessions/", {"session": handle})
    assert there.get(ME).status_code == 302 and here.get(ME).status_code == 200
    there = signed_in(member)
    wrong = here.post("/staff/me/password/", {"current_password": "no", "password1": "four unlike words 山川"})
    assert wrong.status_code == 422
    done = here.post("/staff/me/password/", {"current_password": PASSWORD, "password1": "four unlike words 山川"})
    assert done.headers["Location"] == ME
    assert there.get(ME).status_code == 302 and here.get(ME).status_code == 200
    assert MemberSession.objects.filter(member=stranger).count() == 1
