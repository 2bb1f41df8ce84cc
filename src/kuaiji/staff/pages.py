"""What the doors of staff share: answering with a form, passkey ceremonies, letting somebody in."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from kuaiji.audit.access import note
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, refuse
from kuaiji.common.redirects import local_address
from kuaiji.common.sessions import BROWSER
from kuaiji.identity.sessions.browser_names import browser_name
from kuaiji.staff.factors import passkeys
from kuaiji.staff.factors.passkeys import Ceremony
from kuaiji.staff.guards import HOME
from kuaiji.staff.models import Member
from kuaiji.staff.sessions.store import PROVED
from kuaiji.staff.signing_in.known_browsers import keep_cookie

CHALLENGE, ENROL = "challenge", "enrol"


def answer(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    """The page with its form, or with its faults (422)."""
    context |= {"form": form, "next": "" if (target := target_of(request)) == HOME else target}
    return refuse(request, template, context) if form.errors else render(request, template, context)


def refused(request: HttpRequest, form: Form, broken: RuleBroken, action: str) -> None:
    """Show a broken rule, and note it as ``staff.<action>``."""
    form.refuse(broken)
    note(request, f"staff.{action}", outcome=broken.code)


def target_of(request: HttpRequest) -> str:
    """Where to go afterwards: an address of the desk."""
    target = local_address(request.POST.get("next") or request.GET.get("next", ""))
    return target if target.startswith(HOME) else HOME


def with_next(name: str, target: str) -> str:
    """The page of this name, which leads on to ``target``."""
    return reverse(name) + (f"?{urlencode({'next': target})}" if target != HOME else "")


def prove(request: HttpRequest) -> None:
    """The second factor was shown just now: the session goes on under a new id."""
    request.session.cycle_key()
    request.session[PROVED] = clock.now().timestamp()
    request.session[BROWSER] = browser_name(request.headers.get("User-Agent", ""))


def let_in(request: HttpRequest, member: Member) -> HttpResponse:
    """The session is that of somebody who is known from now on; go on to where one wanted."""
    prove(request)
    note(request, "staff.login", subject_id=member.pk)
    return remembered(request, redirect(target_of(request)), member)


def remembered(request: HttpRequest, response: HttpResponse, member: Member) -> HttpResponse:
    """The browser is known for the member from now on."""
    keep_cookie(response, request.COOKIES.get(settings.STAFF_BROWSER_COOKIE_NAME, ""), member)
    return response


def nonce_of(request: HttpRequest) -> str:
    """What the secret that is being set up in this session is made of."""
    if ENROL not in request.session:
        request.session[ENROL] = secrets.token_urlsafe(16)
    return str(request.session[ENROL])


def new_ceremony(request: HttpRequest) -> Ceremony | None:
    """With a fresh challenge, which the session keeps; None where this host can have no passkeys."""
    challenge = secrets.token_bytes(32)
    ceremony = _at(request, challenge)
    if not passkeys.is_possible(ceremony.host):
        return None
    request.session[CHALLENGE] = challenge.hex()
    return ceremony


def ceremony_of(request: HttpRequest) -> Ceremony:
    """That which the answer belongs to, once; raises RuleBroken ``passkey_wrong`` when there is none."""
    challenge = request.session.pop(CHALLENGE, "")
    if not challenge:
        raise passkeys.wrong()
    return _at(request, bytes.fromhex(challenge))


def _at(request: HttpRequest, challenge: bytes) -> Ceremony:
    host = request.get_host()
    return Ceremony(f"{request.scheme}://{host}", split_domain_port(host)[0], challenge)
