"""Whose session it is, and ending them."""

import datetime as dt
import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.ids import as_uuid
from kuaiji.common.sessions import stored_keys
from kuaiji.staff.models import Member, MemberSession
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


def sessions_of(member_id: uuid.UUID) -> QuerySet[MemberSession]:
    """The sessions of a member whose time is not over, the last used first."""
    mine = MemberSession.objects.filter(member_id=member_id, expire_date__gt=clock.now())
    return mine.order_by("-last_used_at", "-started_at")


def end_sessions(member_id: uuid.UUID, *, keep: str | None = None) -> int:
    """End every session of a member but that of the cookie ``keep``; how many there were.

    Inside the transaction of an act that has an event of its own to say so.
    """
    mine = MemberSession.objects.filter(member_id=member_id)
    return (mine.exclude(session_key__in=stored_keys(keep)) if keep else mine).delete()[0]
