"""Which browsers a person has signed in with.

A browser carries one random cookie for a year. The table keeps, for each person who signed in there, a digest of the
cookie and the person together: it opens nothing, and does not say which people share a browser.
"""

import dataclasses
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


@dataclasses.dataclass(frozen=True, slots=True)
class Browser:
    """The browser at a door: ``brought`` is the cookie it came with, empty if none; ``cookie`` what it leaves with."""

    brought: str = dataclasses.field(repr=False)
    cookie: str = dataclasses.field(repr=False)


def browser_cookie_name() -> str:
    """Carries the profile, for ports do not part cookies."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}kuaiji_{profile().slug}_browser"


def browser_of(request: HttpRequest) -> Browser:
    """The browser that sent this request."""
    value = request.COOKIES.get(browser_cookie_name(), "")
    brought = value if _VALUE.fullmatch(value) else ""
    return Browser(brought, brought or secrets.token_urlsafe(16))


def keep_cookie(response: HttpResponseBase, browser: Browser) -> None:
    """Give the browser its cookie, or renew it."""
    response.set_cookie(
        browser_cookie_name(),
        browser.cookie,
        max_age=RETENTION,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known_to_any(cookie: str, user_ids: Collection[uuid.UUID]) -> bool:
    """Has one of these people signed in with the browser of this cookie before?

    Asks the database the same whether there are people or not: who is registered must not show, not even by the time.
    """
    if not cookie:
        return False
    ids = list(user_ids) or [_NOBODY]
    digests = [digest for user_id in ids for digest in _digests(cookie, user_id)]
    return KnownBrowser.objects.filter(user__in=ids, digest__in=digests, seen_at__gt=clock.now() - RETENTION).exists()


def remember_browser(user_id: uuid.UUID, browser: Browser | None) -> None:
    """From now on this browser is one of the person's; belongs into the transaction that lets the person in.

    Without one, for an act that did not come through a door, nothing happens.
    """
    if browser is None:
        return
    row = KnownBrowser(user_id=user_id, digest=_digests(browser.cookie, user_id)[0], seen_at=clock.now())
    KnownBrowser.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["user", "digest"], update_fields=["seen_at"]
    )
    mine = KnownBrowser.objects.filter(user=user_id)
    mine.filter(pk__in=list(mine.order_by("-seen_at", "-pk").values_list("pk", flat=True)[MOST:])).delete()


def forget_browsers(user_id: uuid.UUID) -> None:
    """No browser is known for this person any more."""
    KnownBrowser.objects.filter(user=user_id).delete()


def sweep_known_browsers() -> None:
    """Remove browsers nobody has signed in with for a year."""
    KnownBrowser.objects.filter(seen_at__lte=clock.now() - RETENTION).delete()


def _digests(cookie: str, user_id: uuid.UUID) -> list[bytes]:
    return keyring().macs("browser", f"{cookie} {user_id}".encode())
