"""What a member searches for, kept on this side: addresses carry a key of it, and sealed places of pages (ADR 0121)."""

import base64
import binascii
import contextlib
import datetime as dt
import json
import secrets
import uuid

from django.contrib.sessions.backends.base import SessionBase

from kuaiji.accountants.listing.finding import Place
from kuaiji.common.keyring import SealBroken, keyring
from kuaiji.staff.models import Member

KEPT = "searches"  # in the data of the session
MOST = 30  # the oldest is forgotten first
_LABELS = {"search": "desk.search", "page": "desk.page"}


def keep_search(session: SessionBase, member: Member, text: str) -> str:
    """The key of this search in the address; sealed in the session, and gone with it."""
    kept = dict(session.get(KEPT, {}))
    while len(kept) >= MOST:
        del kept[next(iter(kept))]
    key = secrets.token_urlsafe(12)
    session[KEPT] = kept | {key: _sealed("search", member, text)}
    return key


def kept_search(session: SessionBase, member: Member, key: str) -> str | None:
    """What was searched for; None once it is forgotten, or for a key of somebody else's."""
    sealed = session.get(KEPT, {}).get(key)
    return _opened("search", member, sealed) if sealed else None


def sealed_place(member: Member, place: Place) -> str:
    """``place`` for an address: it says how a name is read, so nobody else can read it."""
    value = place.value.isoformat() if isinstance(place.value, dt.datetime) else place.value
    return _sealed("page", member, json.dumps([type(place.value).__name__, value, str(place.record)]))


def opened_place(member: Member, sealed: str) -> Place | None:
    """The place again; None for what was not sealed for this member."""
    text = _opened("page", member, sealed)
    if text is None:
        return None
    kind, value, record = json.loads(text)
    return Place(dt.datetime.fromisoformat(value) if kind == "datetime" else value, uuid.UUID(record))


def _sealed(what: str, member: Member, text: str) -> str:
    sealed = keyring().service_box().seal(text.encode(), _LABELS[what], member.pk)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _opened(what: str, member: Member, text: str) -> str | None:
    with contextlib.suppress(binascii.Error, ValueError, SealBroken):
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return keyring().service_box().unseal(sealed, _LABELS[what], member.pk).decode()
    return None
