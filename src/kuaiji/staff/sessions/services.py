"""Whose session it is, and ending them."""

import dataclasses
import datetime as dt
import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet

from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.ids import as_uuid
from kuaiji.common.keyring import keyring
from kuaiji.common.sessions import stored_keys
from kuaiji.staff.events import MemberSessionsEnded
from kuaiji.staff.models import Factor, Member, MemberSession
from kuaiji.staff.sessions.store import MEMBER, PROVED, SessionStore

FRESH = dt.timedelta(minutes=10)  # how long the second factor counts as just shown


def session_of_cookie(cookie: str | None) -> SessionBase:
    """The session of this cookie, read when somebody asks for something in it; an empty one without."""
    return SessionStore(cookie)


def member_of_session(session: SessionBase) -> Member | None:
    """Who gave the password in this session; None when nobody did, or the member is disabled by now."""
    member_id = as_uuid(session.get(MEMBER))
    if member_id is None:
        return None
    return Member.objects.select_related("bureau", "data_key").filter(pk=member_id, is_active=True).first()


def is_proved(session: SessionBase, *, within: dt.timedelta | None = None) -> bool:
    """Was the second factor shown here, at all or ``within`` this time?"""
    if (proved := session.get(PROVED)) is None:
        return False
    return within is None or clock.now().timestamp() - float(proved) < within.total_seconds()


def has_factors(member: Member) -> bool:
    """Has the member set up a second factor?"""
    return Factor.objects.filter(member=member).exists()


def note_use(member: Member) -> None:
    """The member has signed in now: who does not for 90 days is disabled."""
    Member.objects.filter(pk=member.pk).update(last_used_at=clock.now())


def sessions_of(member_id: uuid.UUID) -> QuerySet[MemberSession]:
    """The sessions of a member whose time is not over, the last used first."""
    mine = MemberSession.objects.filter(member_id=member_id, expire_date__gt=clock.now())
    return mine.order_by("-last_used_at", "-started_at")


@dataclasses.dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as its owner sees it. ``handle`` names it in the page's form and opens nothing."""

    handle: str
    browser: str
    started_at: dt.datetime
    last_used_at: dt.datetime
    is_current: bool


def session_lines(member_id: uuid.UUID, cookie: str | None) -> list[SessionLine]:
    """The sessions of a member, the one of ``cookie`` first."""
    here = stored_keys(cookie)
    rows = [
        SessionLine(_handle(row), row.browser, row.started_at, row.last_used_at, row.session_key in here)
        for row in sessions_of(member_id)
    ]
    return sorted(rows, key=lambda line: not line.is_current)


@transaction.atomic
def end_own_sessions(*, operation: Operation, member: Member, handle: str, cookie: str | None) -> int:
    """End the session of this handle, or with ``others`` all but that of ``cookie``; how many ended."""
    others = sessions_of(member.pk).exclude(session_key__in=stored_keys(cookie))
    found = [row.pk for row in others if handle in ("others", _handle(row))]
    ended = MemberSession.objects.filter(pk__in=found).delete()[0]
    if ended:
        record_events(operation, MemberSessionsEnded(subject_id=member.pk, ended_sessions=ended))
    return ended


def _handle(row: MemberSession) -> str:
    return keyring().mac("staff_session_handle", row.session_key.encode())[:16].hex()


def end_sessions(member_id: uuid.UUID, *, keep: str | None = None) -> int:
    """End every session of a member but that of the cookie ``keep``; how many there were.

    Inside the transaction of an act that has an event of its own to say so.
    """
    mine = MemberSession.objects.filter(member_id=member_id)
    return (mine.exclude(session_key__in=stored_keys(keep)) if keep else mine).delete()[0]
