"""Browsers in which members have signed in, known by a cookie and by nothing we keep.

The cookie holds, for each of the last few who signed in there, a digest that only we can make, of the member and the
password: it opens nothing. In such a browser an owner still gets in while strangers use up the guesses (ADR 0060).
"""

import datetime as dt

from django.conf import settings
from django.http import HttpResponseBase

from kuaiji.common.keyring import keyring
from kuaiji.staff.models import Member

KEPT = dt.timedelta(days=90)
MOST = 8  # colleagues who share a desk
_LENGTH = 32


def is_known(cookie: str, member: Member) -> bool:
    """Has the member signed in, with the password of today, in the browser of this cookie?"""
    return not set(_marks(member)).isdisjoint(cookie.split("."))


def keep_cookie(response: HttpResponseBase, cookie: str, member: Member) -> None:
    """From now on the browser of this cookie is one of the member's too; the longest unused give way."""
    newest, *others = _marks(member)
    before = [mark for mark in cookie.split(".")[:MOST] if len(mark) == _LENGTH and mark not in (newest, *others)]
    response.set_cookie(
        settings.STAFF_BROWSER_COOKIE_NAME,
        ".".join([newest, *before][:MOST]),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(member: Member) -> list[str]:
    macs = keyring().macs("staff_browser", f"{member.pk} {member.password}".encode())
    return [mac.hex()[:_LENGTH] for mac in macs]
