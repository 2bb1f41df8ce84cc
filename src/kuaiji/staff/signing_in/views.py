"""The doors of the desk: password, second factor, fresh proof, out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.limits.challenge import Gate
from kuaiji.staff import attempts
from kuaiji.staff.enums import FactorKind
from kuaiji.staff.factors import passkeys
from kuaiji.staff.factors.reading import passkeys_of
from kuaiji.staff.factors.services import take_code, take_passkey, take_recovery_code
from kuaiji.staff.forms import FactorForm, SignInForm
from kuaiji.staff.guards import StaffRequest, member_of, member_page, signed_in_member
from kuaiji.staff.models import Member
from kuaiji.staff.pages import answer, ceremony_of, let_in, new_ceremony, prove, refused, target_of, with_next
from kuaiji.staff.sessions.services import has_factors
from kuaiji.staff.sessions.store import MEMBER
from kuaiji.staff.signing_in.services import Door, check_password

page = require_http_methods(["GET", "HEAD", "POST"])
NOT_SIGNED_IN = "没有登录成功"


@page
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """``/staff/login/``: name and password; afterwards the second factor."""
    if signed_in_member(request):
        return redirect(target_of(request))
    gate = Gate(request, attempts.GUESS_FROM_ADDRESS)
    form = SignInForm(request.POST if request.method == "POST" else None, gate=gate)
    form.heading = NOT_SIGNED_IN
    if request.method == "POST" and form.is_valid():
        door = Door(request.COOKIES.get(settings.STAFF_BROWSER_COOKIE_NAME, ""), gate.address)
        try:
            data = form.cleaned_data
            member = check_password(username=data["username"], password=data["password"], door=door)
        except RuleBroken as broken:
            gate.spend()
            refused(request, form, broken, "login")
        else:
            request.session.flush()
            rotate_token(request)
            request.session[MEMBER] = str(member.pk)
            return redirect(with_next("staff:factor", target_of(request)))
    return answer(request, "staff/login.html", form)


@page
@sensitive_post_parameters()
def show_factor(request: HttpRequest) -> HttpResponse:
    """``/staff/login/factor/``: the second step, after which the desk opens."""
    member = member_of(request)
    if member is None:
        return redirect(with_next("staff:login", target_of(request)))
    if signed_in_member(request):
        return redirect(target_of(request))
    if not has_factors(member):
        return redirect(with_next("staff:enrol", target_of(request)))
    return _second_step(request, member, "staff/factor.html", lambda: let_in(request, member))


@sensitive_post_parameters()
@member_page()
def show_again(request: StaffRequest) -> HttpResponse:
    """``/staff/proof/``: the second factor once more, before what needs a fresh proof."""

    def done() -> HttpResponse:
        prove(request)
        return redirect(target_of(request))

    return _second_step(request, request.member, "staff/proof.html", done)


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


def _second_step(request: HttpRequest, member: Member, template: str, done: Callable[[], HttpResponse]) -> HttpResponse:
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, member, **form.cleaned_data)
        except RuleBroken as broken:
            refused(request, form, broken, "factor")
        else:
            return done()
    known = passkeys_of(member)
    ceremony = new_ceremony(request) if known else None
    options = passkeys.to_show(ceremony, known=known) if ceremony else ""
    kinds = {"has_codes": member.factors.filter(kind=FactorKind.TOTP).exists(), "has_passkeys": bool(known)}
    return answer(request, template, form, passkey=options, **kinds)


def _take(request: HttpRequest, member: Member, *, code: str, recovery_code: str, credential: str) -> None:
    if credential:
        take_passkey(member=member, ceremony=ceremony_of(request), credential=credential)
    elif recovery_code:
        operation = operation_of(request, OperationKind.STAFF_SECURING)
        take_recovery_code(operation=operation, member=member, code=recovery_code)
    else:
        take_code(member=member, code=code)
