"""Whom to call, for the head of every page in the elder view: the bureau of one's region, once one is known."""

import contextlib
import functools
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.collection.progress import progress_of
from kuaiji.identity.models import User
from kuaiji.regions.services import bureau_of


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the citizens' pages. ``helpline`` asks the database only where a template shows it."""
    return {"helpline": functools.cache(lambda: _helpline(request))}


def _helpline(request: HttpRequest) -> str:
    """The first phone of the person's bureau; empty of strangers, while no region is known, and without a database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    with contextlib.suppress(DatabaseError):
        user = request.user
        bureau = bureau_of(_place_of(user)) if user.is_authenticated else None
        return bureau.phones[0] if bureau and bureau.phones else ""
    return ""


def _place_of(user: User) -> str:
    """Where the record belongs, else what the draft says so far."""
    if record := Record.objects.of(user.pk).only("division_code").first():
        return record.division_code
    employment = progress_of(user).answers.get(SectionSlug.EMPLOYMENT) or {}
    return str(employment.get("division_code") or "")
