"""Sessions under attack: planted before, kept after, stolen between; and where a redirect may lead."""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from kuaiji.identity.models import Session, User
from kuaiji.identity.sessions.store import SessionStore
from people.client_visitor import ClientVisitor
from people.persons import make_person
from people.records.drafts import fill_in
from people.records.users import make_user
from people.sign_in_steps import PASSWORD, code_for, make_details, make_owner
from tests.support.addresses import paths
from tests.support.moments import BEGIN
from tests.support.partners import Others
from tests.support.sign_in_pages import LEAVES, ONE, REGISTER, SEND, STAYS, TYPED, VERIFY, YES

pytestmark = pytest.mark.django_db
NEW = "秋水 blue-heron 88"
TWO = make_details("two")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def cookie(visitor: ClientVisitor) -> str:
    return visitor.client.cookies[settings.SESSION_COOKIE_NAME].value


def post(visitor: ClientVisitor, path: str, **fields: str) -> None:
    token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    visitor.client.post(path, fields | {"csrfmiddlewaretoken": token})


def opens(value: str) -> bool:
    """Does a cookie of this value, in another browser, open a page or change anything of somebody?"""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = value
    reads = thief.get("/me/").status_code == 200
    writes = thief.post("/collection/notice/", {"truthful": "on"}).headers.get("Location", "").startswith("/collection")
    assert reads == writes
    return reads


# ── three ways in ──


def by_password(visitor: ClientVisitor) -> None:
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)


def by_recovery(visitor: ClientVisitor) -> None:
    visitor.open("/recover/")
    visitor.send(SEND, document_number=ONE.person.document.number, phone=ONE.phone)
    visitor.send(VERIFY, sms_code=code_for(ONE.phone))
    visitor.send(password1=NEW)


def by_registration(visitor: ClientVisitor) -> None:
    visitor.open("/register/")
    visitor.send(**YES)
    visitor.send(SEND, **TYPED)
    visitor.send(REGISTER, sms_code=code_for(ONE.phone))
    visitor.send(password1=PASSWORD)


@pytest.mark.parametrize("way", [by_password, by_recovery, by_registration])
def test_an_id_known_before_is_worth_nothing_afterwards(way: Callable[[ClientVisitor], None], others: Others) -> None:
    """Fixation, whichever way in: the planted id, and every one the way itself used (ASVS 7.2.4)."""
    if way is not by_registration:
        make_owner(ONE)
    planted = SessionStore()
    planted.create()
    visitor = ClientVisitor()
    known = {str(planted.session_key)}
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    way(visitor)
    assert opens(cookie(visitor)) and cookie(visitor) not in known
    assert not any(map(opens, known)) and Session.objects.count() == 1


def signs_out(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    post(visitor, "/logout/")


def recovers(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    by_recovery(ClientVisitor("198.51.100.77"))


def is_idle(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    clock.shift(dt.timedelta(minutes=30))


def is_old(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    for _ in range(12 * 60 // 29 + 1):
        clock.shift(dt.timedelta(minutes=29))
        visitor.client.get("/me/")


def is_disabled(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    User.objects.update(is_active=False)


def has_another_hash(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    """Whoever changes a password past the service: the session is bound to the hash."""
    User.objects.update(password=make_owner(TWO).password)


def swept(visitor: ClientVisitor, clock: time_machine.Traveller) -> None:
    Session.objects.all().delete()


@pytest.mark.parametrize("end", [signs_out, recovers, is_idle, is_old, is_disabled, has_another_hash, swept])
def test_a_stolen_cookie_dies_with_its_session(
    end: Callable[[ClientVisitor, time_machine.Traveller], None], clock: time_machine.Traveller
) -> None:
    """Replay after every end there is, and what was asked does not bring it back (ASVS 7.3, 7.4)."""
    make_owner(ONE)
    visitor = ClientVisitor()
    by_password(visitor)
    stolen = cookie(visitor)
    assert opens(stolen)
    end(visitor, clock)
    for _ in range(2):
        assert not opens(stolen)
    visitor.open("/me/")
    assert visitor.path == "/login/?next=/me/"


def test_only_the_password_s_owner_loses_sessions() -> None:
    make_owner(ONE), make_owner(TWO)
    visitor = ClientVisitor()
    visitor.open("/login/")
    visitor.send(document_number=TWO.person.document.number, password=PASSWORD)
    by_recovery(ClientVisitor())
    assert opens(cookie(visitor))


def test_a_browser_that_recovers_for_somebody_else_carries_nothing_over() -> None:
    """Two people on one computer: the first one's session ends and nothing of it stands in the second's."""
    make_owner(ONE), make_owner(TWO)
    visitor = ClientVisitor()
    visitor.open("/login/")
    visitor.send(document_number=TWO.person.document.number, password=PASSWORD)
    first = cookie(visitor)
    session = SessionStore(first)
    session["planted"] = "x"
    session.save()
    by_recovery(visitor)
    assert not opens(first)
    owner = User.objects.get(pk=visitor.client.session[SESSION_KEY])
    assert owner.document_number == ONE.person.document.number and "planted" not in visitor.client.session


def test_a_forged_row_or_cookie_is_nobody() -> None:
    """The table's own key is no cookie, and data signed with another secret is none."""
    make_owner(ONE)
    visitor = ClientVisitor()
    by_password(visitor)
    row = Session.objects.get()
    assert not opens(row.session_key) and not opens("") and not opens(cookie(visitor).upper())
    Session.objects.update(session_data=row.session_data[:-2] + "xx")
    assert not opens(cookie(visitor))


# ── redirects ──

WORDS = ("next", "then", "url", "to", "return", "return_to", "redirect", "redirect_uri", "continue", "goto", "target")


def is_local(address: str) -> bool:
    """Will every browser stay? Printable ASCII, one slash in front and nothing after it that some read as a second."""
    return re.fullmatch(r"/(?![/\\])[!-~]*", address) is not None


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_address_leads_elsewhere(signed_in: bool) -> None:
    """Every address, asked and posted to, with every word that might name a target (ASVS 3.7.2)."""
    someone = make_person(random.Random(1), status="1")
    user, client = make_user(someone), Client()
    fill_in(user, someone)
    if signed_in:
        client.force_login(user)
    asked = 0
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        words = dict.fromkeys(WORDS, target)
        for path in paths():
            if path == "/logout/" and signed_in:
                continue
            for response in (client.get(path, words), client.post(path, words)):
                led = response.headers.get("Location", "/")
                assert is_local(led), (path, led)
                asked += 1
    assert asked > 100


@pytest.mark.parametrize("target", [*LEAVES, *STAYS])
def test_the_elder_view_s_switch_leads_back_inside(target: str) -> None:
    led = Client().get("/elder/", {"on": "1", "next": target}).headers["Location"]
    assert is_local(led) and led == (target if target in STAYS else "/")


def test_a_forged_host_is_in_no_redirect() -> None:
    """Redirects name no host, whatever the request says its own is."""
    for path in ("/me/", "/recover/password/", "/register/details/", "/elder/"):
        response = Client().get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        assert response.status_code in (302, 400) and "evil" not in response.headers.get("Location", "")
