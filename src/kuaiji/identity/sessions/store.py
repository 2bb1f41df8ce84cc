"""Sessions in the database: the cookie's value is never stored, and both limits are kept here (ASVS 7.2, 7.3).

A session ends ``SESSION_IDLE_SECONDS`` after its last use and ``SESSION_ABSOLUTE_SECONDS`` after it began; signing in
begins it anew under a new id. ``expire_date`` holds whichever comes first.
"""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.ids import as_uuid
from kuaiji.common.keyring import keyring
from kuaiji.identity.models import Session

# Being used moves the end of a session, but writes no more often than this.
TOUCH = dt.timedelta(seconds=60)
BROWSER = "browser"  # where the data keeps the browser's kind, for the person's own list


def stored_keys(cookie: str | None) -> list[str]:
    """What may stand in the table for a cookie's value: under the current key, then under the others in use."""
    return [mac.hex() for mac in keyring().macs("session", (cookie or "").encode())]


class SessionStore(SessionBase):
    """One session; see the module."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._started_at = clock.now()

    def load(self) -> dict[str, Any]:
        """The data, or nothing when there is no such session or its time is over."""
        now = clock.now()
        row = Session.objects.filter(session_key__in=stored_keys(self.session_key), expire_date__gt=now).first()
        if row is None:
            self._session_key = None
            return {}
        self._started_at = row.started_at
        if now - row.last_used_at >= TOUCH:
            self.modified = True
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        """Is there a row for this cookie, over or not?"""
        return Session.objects.filter(session_key__in=stored_keys(session_key)).exists()

    def create(self) -> None:
        """Begin a session under a new random id."""
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
        self._started_at = clock.now()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write the data; raises UpdateError when the session was ended meanwhile, so that nothing brings it back."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        keys, now = stored_keys(self.session_key), clock.now()
        values = {
            "session_key": keys[0],
            "session_data": self.encode(data),
            "expire_date": self._end(now),
            "last_used_at": now,
            "user_id": as_uuid(data.get(SESSION_KEY)),
            "browser": data.get(BROWSER, ""),
        }
        if not must_create:
            if not Session.objects.filter(session_key__in=keys).update(**values):
                raise UpdateError
            return None
        try:
            with transaction.atomic():
                Session.objects.create(started_at=self._started_at, **values)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this cookie, or of our own."""
        if cookie := session_key or self.session_key:
            Session.objects.filter(session_key__in=stored_keys(cookie)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove every session whose time is over."""
        Session.objects.filter(expire_date__lte=clock.now()).delete()

    def _end(self, now: dt.datetime) -> dt.datetime:
        idle, absolute = settings.SESSION_IDLE_SECONDS, settings.SESSION_ABSOLUTE_SECONDS
        return min(now + dt.timedelta(seconds=idle), self._started_at + dt.timedelta(seconds=absolute))


def sessions_of(user_id: uuid.UUID) -> QuerySet[Session]:
    """The sessions of a user whose time is not over, the last used first."""
    return Session.objects.filter(user_id=user_id, expire_date__gt=clock.now()).order_by("-last_used_at", "-started_at")


def end_sessions(user_id: uuid.UUID, *, keep: str | None = None) -> int:
    """End every session of a user, but that of the cookie ``keep``; how many there were."""
    others = sessions_of(user_id)
    return (others.exclude(session_key__in=stored_keys(keep)) if keep else others).delete()[0]
