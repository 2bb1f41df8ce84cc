"""Both limits of a session, what stands in the table, and that nothing brings an ended one back."""

import datetime as dt

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.common import clock, sessions
from kuaiji.common.sessions import LINGER, stored_keys
from kuaiji.identity.backend import SessionBackend
from kuaiji.identity.models import Session, User
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.identity.sessions.store import SessionStore
from people.records.users import make_user
from people.sign_in_steps import make_details, make_owner
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db


def begin(**data: object) -> str:
    """A session with this data; the cookie."""
    store = SessionStore()
    store.update(data)
    store.save()
    assert store.session_key
    return store.session_key


def use(cookie: str) -> bool:
    """A request with this cookie: is the session there? It is saved when it wants to be, as the middleware does."""
    store = SessionStore(cookie)
    there = store.get("n") == 1
    if store.modified:
        store.save()
    return there


def test_the_cookie_is_not_stored() -> None:
    cookie = begin(n=1)
    row = Session.objects.get()
    assert row.session_key == stored_keys(cookie)[0] != cookie
    assert cookie not in row.session_data
    assert use(cookie) and not use(row.session_key)


@pytest.mark.parametrize(
    ("minutes_between_uses", "uses", "is_there"),
    [
        (29, 1, True),
        (30, 1, False),
        (29, 24, True),  # 11 h 36 min
        (29, 25, False),  # 12 h 5 min: however busy it was
        (5, 143, True),
        (5, 144, False),
    ],
)
def test_idle_and_absolute_limit(minutes_between_uses: int, uses: int, is_there: bool) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        cookie = begin(n=1)
        for _ in range(uses):
            traveller.shift(dt.timedelta(minutes=minutes_between_uses))
            there = use(cookie)
        assert there is is_there


def test_use_is_written_once_a_minute() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        cookie = begin(n=1)
        ends = set()
        for _ in range(120):
            traveller.shift(dt.timedelta(seconds=1))
            use(cookie)
            ends.add(Session.objects.get().expire_date)
        assert len(ends) == 3


def test_signing_in_begins_the_absolute_limit_anew_under_a_new_id() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        store = SessionStore(begin(n=1))
        traveller.shift(dt.timedelta(minutes=20))
        old = store.session_key
        store.cycle_key()
        assert store.session_key != old and store["n"] == 1
        assert not store.exists(str(old))
        assert Session.objects.get().started_at == clock.now()


def test_an_ended_session_is_not_brought_back() -> None:
    cookie = begin(n=1)
    late = SessionStore(cookie)
    late["n"] = 2
    SessionStore(cookie).delete()
    with pytest.raises(UpdateError):
        late.save()
    assert not Session.objects.exists()


def test_sessions_of_a_user_are_known_and_ended_together() -> None:
    user, other = make_owner(make_details(1)), make_owner(make_details(2))
    for owner in (user, user, other):
        begin(**{SESSION_KEY: str(owner.pk), HASH_SESSION_KEY: "x"})
    anonymous = begin(n=1)
    assert user.sessions.count() == 2
    assert end_sessions(user.pk) == 2
    assert Session.objects.count() == 2 and use(anonymous)


def test_sweeping_leaves_what_lives() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        begin(n=1)
        traveller.shift(dt.timedelta(minutes=31))
        living = begin(n=1)
        SessionStore.clear_expired()
        assert Session.objects.count() == 2  # it can still be told whose the first one was
        traveller.shift(LINGER)
        SessionStore.clear_expired()
        assert Session.objects.get().session_key == stored_keys(living)[0]


@pytest.mark.parametrize("cookie", ["", "short", "x" * 5000, "汉字汉字汉字汉字", "a\0b" * 5])
def test_strange_cookies_are_no_session(cookie: str) -> None:
    store = SessionStore(cookie)
    assert store.get("n") is None and store.session_key is None


def test_the_async_ways_of_a_store_find_the_same_rows() -> None:
    """Django's own would look for the cookie's bare value, and write it down."""

    async def walk() -> tuple[str, object, bool, bool]:
        store = SessionStore()
        store["n"] = 1
        await store.asave()
        cookie = store.session_key or ""
        found = (await SessionStore(cookie).aload()).get("n")
        there = await store.aexists(cookie)
        await SessionStore(cookie).adelete()
        return cookie, found, there, await store.aexists(cookie)

    with CaptureQueriesContext(connection) as asked:
        cookie, found, there, after = async_to_sync(walk)()
    assert (found, there, after) == (1, True, False)
    assert not [query for query in asked.captured_queries if cookie in query["sql"]]


def test_a_used_session_is_written_by_one_statement_and_moves_under_the_current_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cookie = begin(n=1)
    Session.objects.update(session_key="older")
    monkeypatch.setattr(sessions, "stored_keys", lambda _: ["current", "older"])
    with CaptureQueriesContext(connection) as asked:
        store = SessionStore(cookie)
        store["n"] = 2
        store.save()
    assert len(asked) == 2  # read, written
    assert Session.objects.get().session_key == "current"


def test_a_person_comes_along_with_the_session_once_and_to_nobody_else() -> None:
    user, other = make_user(seed=1), make_user(seed=2)
    cookie, backend = begin(n=1, **{SESSION_KEY: str(user.pk)}), SessionBackend()
    assert use(cookie)
    assert backend.get_user(other.pk) == other
    assert use(cookie)
    with CaptureQueriesContext(connection) as asked:
        found = backend.get_user(user.pk)
        assert found == user and found.person_key == user.person_key and vars(found)["has_unread"] is False
    assert len(asked) == 0
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert backend.get_user(user.pk) is None  # read anew: the one that came along was given once
    assert use(cookie) and backend.get_user(user.pk) is None
    assert not use("0" * 32) and backend.get_user(other.pk) == other
