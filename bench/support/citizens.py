"""Registered people with everything filled in, and their sessions, as the pages would have left them.

Imports models: only inside ``bench_house``.
"""

import random

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.http import HttpRequest

from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.identity.sessions.known_browsers import browser_cookie_name, browser_of, remember_browser
from kuaiji.identity.sessions.store import SessionStore
from people.persons import STATUSES, make_person
from people.records.drafts import fill_in
from people.records.users import make_user

CSRF = "k" * 32


def registered(rng: random.Random, at: int, *, filled_in: bool = True) -> User:
    """The ``at``-th person: every status in turn, both questions to other systems answered, the draft complete."""
    person = make_person(rng, status=STATUSES[at % len(STATUSES)])
    with transaction.atomic():
        user = make_user(person)
        Check.objects.bulk_create(first_check(user, kind, PartnerFinding(CheckOutcome.CLEAR)) for kind in CheckKind)
        if filled_in:
            fill_in(user, person)
    return user


def signed_in(user: User) -> dict[str, str]:
    """The cookies of a session of ``user`` and of the form's token."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key), settings.CSRF_COOKIE_NAME: CSRF}


def at_home(user: User) -> dict[str, str]:
    """The cookie of a browser that ``user`` has signed in with before."""
    browser = browser_of(HttpRequest())
    remember_browser(user.pk, browser)
    return {browser_cookie_name(): browser.cookie}
