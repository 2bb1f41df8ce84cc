"""The doors of the desk: password, second factor, out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kuaiji.audit.access import note
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.redirects import local_address
from kuaiji.common.sessions import BROWSER
from kuaiji.identity.forms import IdentityForm
from kuaiji.identity.sessions.browser_names import browser_name
from kuaiji.limits.challenge import Gate
from kuaiji.staff import attempts
from kuaiji.staff.guards import HOME, member_of, signed_in_member
from kuaiji.staff.models import Member
from kuaiji.staff.sessions.store import MEMBER, PROVED
from kuaiji.staff.signing_in.forms import FactorForm, PasswordForm
from kuaiji.staff.signing_in.known_browsers import keep_cookie
from kuaiji.staff.signing_in.services import Door, check_password, take_code

page = require_http_methods(["GET", "HEAD", "POST"])
NOT_SIGNED_IN = "没有登录成功"


@page
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """``/staff/login/``: name and password; afterwards the second factor."""
    if signed_in_member(request):
        return redirect(_target(request))
    gate = Gate(request, attempts.GUESS_FROM_ADDRESS)
    form = PasswordForm(request.POST if request.method == "POST" else None, gate=gate)
    form.heading = NOT_SIGNED_IN
    if request.method == "POST" and form.is_valid():
        door = Door(request.COOKIES.get(settings.STAFF_BROWSER_COOKIE_NAME, ""), gate.address)
        try:
            member = check_password(
                username=form.cleaned_data["username"], password=form.cleaned_data["password"], door=door
            )
        except RuleBroken as broken:
            gate.spend()
            _refused(request, form, broken)
        else:
            request.session.flush()
            rotate_token(request)
            request.session[MEMBER] = str(member.pk)
            return redirect(_with_next("staff:factor", _target(request)))
    return _answer(request, "staff/login.html", form)


@page
@sensitive_post_parameters()
def show_factor(request: HttpRequest) -> HttpResponse:
    """``/staff/login/factor/``: the second step, after which the desk opens."""
    member = member_of(request)
    if member is None:
        return redirect(_with_next("staff:login", _target(request)))
    if signed_in_member(request):
        return redirect(_target(request))
    form = FactorForm(request.POST if request.method == "POST" else None)
    form.heading = NOT_SIGNED_IN
    if request.method == "POST" and form.is_valid():
        try:
            take_code(member=member, code=form.cleaned_data["code"])
        except RuleBroken as broken:
            _refused(request, form, broken)
        else:
            return _let_in(request, member)
    return _answer(request, "staff/factor.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, and what the browser kept of it."""
    if member := signed_in_member(request):
        note(request, "staff.logout", subject_id=member.pk)
    request.session.flush()
    request.__dict__.pop("_member", None)
    response = redirect("staff:login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _let_in(request: HttpRequest, member: Member) -> HttpResponse:
    """The session goes on under a new id, as that of somebody who is known."""
    request.session.cycle_key()
    request.session[PROVED] = clock.now().timestamp()
    request.session[BROWSER] = browser_name(request.headers.get("User-Agent", ""))
    note(request, "staff.login", subject_id=member.pk)
    response = redirect(_target(request))
    keep_cookie(response, request.COOKIES.get(settings.STAFF_BROWSER_COOKIE_NAME, ""), member)
    return response


def _target(request: HttpRequest) -> str:
    """Where to go afterwards: an address of the desk."""
    target = local_address(request.POST.get("next") or request.GET.get("next", ""))
    return target if target.startswith(HOME) else HOME


def _with_next(name: str, target: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': target})}" if target != HOME else "")


def _refused(request: HttpRequest, form: IdentityForm, broken: RuleBroken) -> None:
    form.refuse(broken)
    note(request, f"staff.{request.path.strip('/').rpartition('/')[2]}", outcome=broken.code)


def _answer(request: HttpRequest, template: str, form: IdentityForm) -> HttpResponse:
    target = _target(request)
    context = {"form": form, "next": target if target != HOME else ""}
    return refuse(request, template, context) if form.errors else render(request, template, context)
