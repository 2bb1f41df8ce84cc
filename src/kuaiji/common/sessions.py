"""Sessions in the database: the cookie's value is never stored, and both limits are kept here (ASVS 7.2, 7.3).

A session ends ``SESSION_IDLE_SECONDS`` after its last use and ``SESSION_ABSOLUTE_SECONDS`` after it began, unless its
store says otherwise; signing in begins it anew under a new id. ``expire_date`` holds whichever comes first. An app that
has people who sign in makes a table from ``SessionRow``, adds whose a session is, and a store from ``SessionStore``
(ADR 0046).
"""

import datetime as dt
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.keyring import keyring

# Being used moves the end of a session, but writes no more often than this.
TOUCH = dt.timedelta(seconds=60)
# How long it can be told whose session it was, for a form that comes after its end.
LINGER = dt.timedelta(hours=12)
BROWSER = "browser"  # where the data keeps the browser's kind, for the person's own list


def stored_keys(cookie: str | None) -> list[str]:
    """What may stand in the table for a cookie's value: under the current key, then under the others in use."""
    return [mac.hex() for mac in keyring().macs("session", (cookie or "").encode())]


class SessionRow(models.Model):
    """A server-side session of somebody, or of nobody yet."""

    session_key = models.CharField(max_length=64, primary_key=True, db_comment="secret: digest of the cookie")
    session_data = models.TextField(db_comment="internal: signed JSON of ids, times and the browser's kind")
    expire_date = models.DateTimeField(db_index=True, db_comment="internal")
    started_at = models.DateTimeField(db_comment="internal: the absolute limit counts from here")
    last_used_at = models.DateTimeField(db_comment="internal: to the minute")
    browser = models.CharField(max_length=40, blank=True, db_comment="internal: its kind in words, made at sign-in")

    class Meta:
        abstract = True


class SessionStore(db.SessionStore):
    """One session. A subclass says in ``row`` which table it stands in, and in ``owner`` whose it is."""

    row: ClassVar[type[SessionRow]]

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._started_at = clock.now()

    @classmethod
    def get_model_class(cls) -> Any:
        # Not typed: the stubs would have it inherit from Django's own model.
        return cls.row

    def owner(self, data: dict[str, Any]) -> dict[str, Any]:
        """The columns of the subclass's table that say whose a session with this data is."""
        raise NotImplementedError

    @classmethod
    def clear_expired(cls) -> None:
        """Delete rows of sessions that have been over for ``LINGER``."""
        cls.row._default_manager.filter(expire_date__lt=clock.now() - LINGER).delete()

    def exists(self, session_key: str) -> bool:
        """Is there a row for this cookie, over or not?"""
        return self._rows(session_key).exists()

    @classmethod
    def idle_seconds(cls) -> int:
        """How long it lasts without being used."""
        return settings.SESSION_IDLE_SECONDS

    @classmethod
    def absolute_seconds(cls) -> int:
        """How long it lasts however much it is used, from its beginning."""
        return settings.SESSION_ABSOLUTE_SECONDS

    @property
    def seconds_idle(self) -> int:
        """How long it lasts at least when nobody uses it from now on; its end is moved once in ``TOUCH`` only."""
        return self.idle_seconds() - int(TOUCH.total_seconds())

    @property
    def seconds_at_most(self) -> int:
        """How long it still lasts however much it is used."""
        ends = self._started_at + dt.timedelta(seconds=self.absolute_seconds())
        return max(0, int((ends - clock.now()).total_seconds()))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """A row for this data, not saved."""
        return self.row(started_at=self._started_at, **self._columns(data))

    def save(self, must_create: bool = False) -> None:
        """Write the data; raises UpdateError when the session was ended meanwhile, so that nothing brings it back."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if not must_create:
            # One statement, no transaction; what stands under an older key of the ring moves under the current one.
            if not self._rows(self.session_key).update(**self._columns(data)):
                raise UpdateError
            return None
        self._started_at = clock.now()
        try:
            with transaction.atomic():
                self.create_model_instance(data).save(force_insert=True)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this cookie, or of our own."""
        if cookie := session_key or self.session_key:
            self._rows(cookie).delete()

    # Django's own async methods look a session up by what the cookie says; ours must go the same way as above.

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)

    async def _aget_session_from_db(self) -> SessionRow | None:
        return await sync_to_async(self._get_session_from_db)()

    def _get_session_from_db(self) -> SessionRow | None:
        """The row, or nothing when there is no such session or its time is over."""
        now = clock.now()
        row: SessionRow | None = self._with_owner(self._rows(self.session_key)).filter(expire_date__gt=now).first()
        if row is None:
            self._session_key = None
            return None
        self._started_at = row.started_at
        if now - row.last_used_at >= TOUCH:
            self.modified = True
        return row

    def _rows(self, cookie: str | None) -> QuerySet[SessionRow]:
        return self.row._default_manager.filter(session_key__in=stored_keys(cookie))

    def _with_owner(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """For a subclass that wants to know more of whose a session is by the same statement."""
        return rows

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        now = clock.now()
        return {
            "session_key": stored_keys(self.session_key)[0],
            "session_data": self.encode(data),
            "expire_date": self._end(now),
            "last_used_at": now,
            "browser": data.get(BROWSER, ""),
            **self.owner(data),
        }

    def _end(self, now: dt.datetime) -> dt.datetime:
        idle, absolute = self.idle_seconds(), self.absolute_seconds()
        return min(now + dt.timedelta(seconds=idle), self._started_at + dt.timedelta(seconds=absolute))
