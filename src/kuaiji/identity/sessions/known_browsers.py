"""Which browsers a person has signed in with.

A browser carries one random cookie for a year. The table keeps, for each person who signed in there, a digest of the
cookie and the person together: it opens nothing, and does not say which people share a browser.
"""

import datetime as dt
import re
import secrets
import uuid
from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from kuaiji.common import clock
from kuaiji.common.keyring import keyring
from kuaiji.common.profile import profile
from kuaiji.identity.models import KnownBrowser

RETENTION = dt.timedelta(days=365)
MOST = 20  # a person; the longest unused give way
_NOBODY = uuid.UUID(int=0)
_VALUE = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # 16 random bytes


def browser_cookie_name() -> str:
    """Carries the profile, for ports do not part cookies."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}kuaiji_{profile().slug}_browser"


def browser_cookie(request: HttpRequest) -> str:
    """The value that this browser carries, empty when it carries none."""
    value = request.COOKIES.get(browser_cookie_name(), "")
    return value if _VALUE.fullmatch(value) else ""


def browser_digest(request: HttpRequest, user_id: uuid.UUID) -> bytes | None:
    """What this browser is called for this person; None when it carries no cookie."""
    cookie = browser_cookie(request)
    return _digests(cookie, user_id)[0] if cookie else None


def is_known_browser(request: HttpRequest, user_id: uuid.UUID) -> bool:
    """Has this person signed in with this browser before?"""
    return is_known_to_any(browser_cookie(request), [user_id])


def is_known_to_any(cookie: str, user_ids: Collection[uuid.UUID]) -> bool:
    """Has one of these people signed in with the browser of this cookie before?

    Asks the database the same whether there are people or not: who is registered must not show, not even by the time.
    """
    if not cookie:
        return False
    ids = list(user_ids) or [_NOBODY]
    digests = [digest for user_id in ids for digest in _digests(cookie, user_id)]
    return KnownBrowser.objects.filter(user__in=ids, digest__in=digests, seen_at__gt=clock.now() - RETENTION).exists()


def remember_browser(request: HttpRequest, response: HttpResponseBase, user_id: uuid.UUID) -> None:
    """From now on this browser is one of the person's; ``response`` renews its cookie."""
    value = browser_cookie(request) or secrets.token_urlsafe(16)
    request.COOKIES[browser_cookie_name()] = value
    KnownBrowser.objects.update_or_create(
        user_id=user_id, digest=browser_digest(request, user_id), defaults={"seen_at": clock.now()}
    )
    mine = KnownBrowser.objects.filter(user=user_id)
    mine.filter(pk__in=list(mine.order_by("-seen_at", "-pk").values_list("pk", flat=True)[MOST:])).delete()
    response.set_cookie(
        browser_cookie_name(),
        value,
        max_age=RETENTION,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_browsers(user_id: uuid.UUID) -> None:
    """No browser is known for this person any more."""
    KnownBrowser.objects.filter(user=user_id).delete()


def sweep_known_browsers() -> None:
    """Remove browsers nobody has signed in with for a year."""
    KnownBrowser.objects.filter(seen_at__lte=clock.now() - RETENTION).delete()


def _digests(cookie: str, user_id: uuid.UUID) -> list[bytes]:
    return keyring().macs("browser", f"{cookie} {user_id}".encode())
