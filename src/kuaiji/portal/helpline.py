"""The bureau's phone, which every page of the citizens shows."""

import contextlib
import functools
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from kuaiji.regions.services import bureau_of
from kuaiji.standing.display import region_of


def helpline_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the citizens' pages: ``helpline`` asks the database only where a template shows it."""
    return {"helpline": functools.cache(lambda: _helpline(request))}


def _helpline(request: HttpRequest) -> str:
    """The first phone of the person's bureau; empty of strangers, while no region is known, and without a database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    with contextlib.suppress(DatabaseError):
        user = request.user
        bureau = bureau_of(region_of(user)) if user.is_authenticated else None
        return bureau.phones[0] if bureau and bureau.phones else ""
    return ""
