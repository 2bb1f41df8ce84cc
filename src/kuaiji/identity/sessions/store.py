"""The sessions of people, as Django's ``SESSION_ENGINE``; how they are kept stands in kuaiji.common.sessions."""

import uuid
from contextvars import ContextVar
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.db.models import QuerySet

from kuaiji.common import sessions
from kuaiji.common.ids import as_uuid
from kuaiji.identity.models import Session, User
from kuaiji.messages.services.reading import has_unread

# Every signed-in page needs both: whose session was read last in this thread, until it is asked for.
_come_along: ContextVar[User | None] = ContextVar("user of the session that was read", default=None)


class SessionStore(sessions.SessionStore):
    """One session of a person, or of somebody who has not signed in."""

    row = Session

    def owner(self, data: dict[str, Any]) -> dict[str, Any]:
        """The person who has signed in here."""
        return {"user_id": as_uuid(data.get(SESSION_KEY))}

    def _with_owner(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.select_related("user__person_key").annotate(
            has_unread=has_unread("user__person_key")
        )
        return found

    def _get_session_from_db(self) -> sessions.SessionRow | None:
        row: Any = super()._get_session_from_db()
        user = row.user if row else None
        if user:
            user.has_unread = row.has_unread  # as the backend adds it
        _come_along.set(user)
        return cast(sessions.SessionRow | None, row)


def user_come_along(user_id: uuid.UUID) -> User | None:
    """Once, the person whose session was read last, with key and ``has_unread``; None where it was somebody else."""
    user = _come_along.get()
    _come_along.set(None)
    return user if user and user.pk == user_id and user.is_active else None
