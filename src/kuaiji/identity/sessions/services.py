"""登录记录: a person sees where they are signed in, and ends what is not theirs."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.keyring import keyring
from kuaiji.common.sessions import stored_keys
from kuaiji.identity.events import SessionsEnded
from kuaiji.identity.models import Session, User


@dataclasses.dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as its owner sees it. ``handle`` names it in the page's form and opens nothing."""

    handle: str
    browser: str
    started_at: dt.datetime
    last_used_at: dt.datetime
    is_current: bool


def sessions_of(user_id: uuid.UUID) -> QuerySet[Session]:
    """The sessions of a user whose time is not over, the last used first."""
    return Session.objects.filter(user_id=user_id, expire_date__gt=clock.now()).order_by("-last_used_at", "-started_at")


def user_of_session(cookie: str | None) -> User | None:
    """Whose session this cookie was, also when its time is over; nobody's when it was ended."""
    mine = User.objects.filter(is_active=True, sessions__session_key__in=stored_keys(cookie))
    return mine.select_related("person_key").first() if cookie else None


def session_lines(*, user_id: uuid.UUID, cookie: str | None) -> list[SessionLine]:
    """The sessions of a user, the one of ``cookie`` first."""
    here = stored_keys(cookie)
    rows = [
        SessionLine(_handle(row), row.browser, row.started_at, row.last_used_at, row.session_key in here)
        for row in sessions_of(user_id)
    ]
    return sorted(rows, key=lambda line: not line.is_current)


@transaction.atomic
def end_session(*, operation: Operation, user_id: uuid.UUID, handle: str) -> int:
    """End the session of this handle if it is the user's; how many ended: 0 when it is over already."""
    found = [row.pk for row in sessions_of(user_id) if _handle(row) == handle]
    return _recorded(operation, user_id, Session.objects.filter(pk__in=found).delete()[0])


@transaction.atomic
def end_other_sessions(*, operation: Operation, user_id: uuid.UUID, cookie: str | None) -> int:
    """End every session but that of ``cookie``; how many ended."""
    return _recorded(operation, user_id, end_sessions(user_id, keep=cookie))


def end_sessions(user_id: uuid.UUID, *, keep: str | None = None) -> int:
    """End every session of a user, but that of the cookie ``keep``; how many there were.

    Inside the transaction of an act that has an event of its own to say so.
    """
    others = sessions_of(user_id)
    return (others.exclude(session_key__in=stored_keys(keep)) if keep else others).delete()[0]


def _recorded(operation: Operation, user_id: uuid.UUID, ended: int) -> int:
    if ended:
        record_events(operation, SessionsEnded(subject_id=user_id, ended_sessions=ended))
    return ended


def _handle(row: Session) -> str:
    return keyring().mac("session_handle", row.session_key.encode())[:16].hex()
