"""Who may open a page of the desk. Every view of it stands behind ``member_page`` or ``half_way``."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse

from kuaiji.common import clock
from kuaiji.common.redirects import local_address
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import scope_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.staff.services import looking_only
from kuaiji.staff.sessions.services import FRESH, has_factors, is_proved, member_of_session, session_of_cookie

Given = ParamSpec("Given")
LOOKS = ("GET", "HEAD")
HOME = "/staff/"


class StaffRequest(HttpRequest):
    """A request of a member of staff, as a view behind ``member_page`` gets it: who, and what that member sees."""

    member: Member
    scope: Scope
    session: SessionBase


StaffView = Callable[Concatenate[StaffRequest, Given], HttpResponse]


def member_page(
    *roles: Role, fresh: bool = False, methods: tuple[str, ...] = ("GET", "HEAD", "POST")
) -> "Callable[[StaffView[Given]], StaffView[Given]]":
    """A page for members with one of ``roles``, of none given for all; ``fresh``: the second factor was shown within
    ten minutes, else it is asked for first.

    Who has not signed in is led to the sign-in and back; whoever has none of the roles finds nothing (404). A look
    (GET, HEAD) runs in a transaction that can write nothing.
    """

    def guard(view: "StaffView[Given]") -> "StaffView[Given]":
        @functools.wraps(view)
        def guarded(request: StaffRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            member = member_of(request)
            if member is None or not is_proved(request.session):
                return _to_sign_in(request, member)
            if not member.has_role(*roles):
                raise Http404
            if fresh and not is_proved(request.session, within=FRESH):
                return redirect(f"{reverse('staff:proof')}?{urlencode({'next': _back(request)})}")
            request.member, request.scope = member, scope_of(member.bureau)
            if request.method not in LOOKS:
                return view(request, *args, **kwargs)
            with looking_only():
                return view(request, *args, **kwargs)

        guarded.__dict__["staff_page"] = {"roles": frozenset(roles or Role), "fresh": fresh, "methods": methods}
        return guarded

    return guard


def member_of(request: HttpRequest) -> Member | None:
    """Who gave the password in this session, with or without a second factor; asks the database once a request."""
    if "_member" not in request.__dict__:
        request.__dict__["_member"] = member_of_session(request.session)
    found: Member | None = request.__dict__["_member"]
    return found


def signed_in_member(request: HttpRequest) -> Member | None:
    """The same once the second factor was shown."""
    member = member_of(request)
    return member if member is not None and is_proved(request.session) else None


def is_member(request: HttpRequest) -> bool:
    """Has who sends this request signed in, as far as its headers tell? For what is asked before the middleware."""
    if not hasattr(request, "session"):
        request.session = session_of_cookie(request.COOKIES.get(settings.STAFF_SESSION_COOKIE_NAME))
    return signed_in_member(request) is not None


def enrolling(view: "StaffView[Given]") -> "StaffView[Given]":
    """A page where the password alone lets one set up the first second factor, for a day after joining or an unlock.

    Who has one is led to show it; whose day is over is told whom to ask (403).
    """

    @functools.wraps(view)
    def guarded(request: StaffRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        member = member_of(request)
        if member is None or is_proved(request.session) or has_factors(member):
            return _to_sign_in(request, member)
        if member.enrol_until is None or member.enrol_until <= clock.now():
            return render(request, "staff/enrol_over.html", status=403)
        request.member = member
        if request.method not in LOOKS:
            return view(request, *args, **kwargs)
        with looking_only():
            return view(request, *args, **kwargs)

    guarded.__dict__["staff_page"] = {"roles": frozenset(), "fresh": False, "methods": (*LOOKS, "POST")}
    return guarded


def _to_sign_in(request: HttpRequest, member: Member | None) -> HttpResponse:
    """Where there is still something to show."""
    if member is None:
        page = "staff:login"
    elif has_factors(member):
        page = "staff:factor"
    else:
        page = "staff:enrol"
    target = _back(request)
    if target == reverse(page):
        return redirect(HOME)
    return redirect(f"{reverse(page)}?{urlencode({'next': target})}")


def _back(request: HttpRequest) -> str:
    """Where to go on afterwards: a form that was sent has to be sent again, from the page it stood on."""
    if request.method in LOOKS:
        return request.get_full_path()
    referrer = urlsplit(request.headers.get("Referer", ""))
    stood_on = local_address(referrer.path)
    return stood_on if referrer.netloc == request.get_host() and stood_on.startswith(HOME) else HOME
