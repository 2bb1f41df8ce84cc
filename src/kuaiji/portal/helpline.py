"""Whom to call, for the head of every page in the elder view: the bureau of one's region, once one is known."""

import functools
from typing import Any

from django.conf import settings
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
    """The first phone of the person's bureau; empty of strangers, and while no region is known."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
        return ""
    bureau = bureau_of(_place_of(request.user))
    return bureau.phones[0] if bureau and bureau.phones else ""


def _place_of(user: User) -> str:
    """Where the record belongs, else what the draft says so far."""
    if record := Record.objects.of(user.pk).only("division_code").first():
        return record.division_code
    employment = progress_of(user).answers.get(SectionSlug.EMPLOYMENT) or {}
    return str(employment.get("division_code") or "")
