"""Who may open a page of the desk. Every view of it stands behind ``member_page`` or ``half_way``."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from kuaiji.regions.scope import Scope
from kuaiji.regions.services import scope_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.staff.services import looking_only
from kuaiji.staff.sessions.services import FRESH, is_proved, member_of_session

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


def _to_sign_in(request: HttpRequest, member: Member | None) -> HttpResponse:
    """Where there is still something to show."""
    page = "staff:factor" if member else "staff:login"
    return redirect(f"{reverse(page)}?{urlencode({'next': _back(request)})}")


def _back(request: HttpRequest) -> str:
    """Where to go on afterwards: a form that was sent has to be sent again, from the page it stood on."""
    return request.get_full_path() if request.method in LOOKS else HOME
