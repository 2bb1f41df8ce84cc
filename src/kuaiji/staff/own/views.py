"""``/staff/me/``: a member's own sessions, second factors, recovery codes, password, and what was done."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form
from kuaiji.staff.factors.services import make_recovery_codes, remove_factor
from kuaiji.staff.forms import OwnPasswordForm
from kuaiji.staff.guards import HOME, StaffRequest, member_page
from kuaiji.staff.own.services import change_password, read_notice
from kuaiji.staff.pages import answer, refused, remembered
from kuaiji.staff.sessions.services import end_own_sessions, session_lines
from kuaiji.staff.team.reading import what_happened, what_was_done

POST = ("POST",)


@member_page(methods=("GET", "HEAD"))
def me(request: StaffRequest) -> HttpResponse:
    """The own page."""
    return _own_page(request)


@member_page(methods=POST)
def end_sessions(request: StaffRequest) -> HttpResponse:
    """End one of the own sessions elsewhere (``session`` is its handle), or ``others``."""
    operation = operation_of(request, OperationKind.STAFF_SECURING)
    handle, cookie = request.POST.get("session", ""), _cookie(request)
    end_own_sessions(operation=operation, member=request.member, handle=handle, cookie=cookie)
    return redirect("staff:me")


@member_page(methods=POST, fresh=True)
def remove(request: StaffRequest) -> HttpResponse:
    """Take one of several second factors away."""
    operation = operation_of(request, OperationKind.STAFF_SECURING)
    try:
        remove_factor(operation=operation, member=request.member, factor_id=request.POST.get("factor", ""))
    except RuleBroken as broken:
        form = Form(request.POST)
        refused(request, form, broken, "me")
        return _own_page(request, form)
    return redirect("staff:me")


@member_page(methods=POST, fresh=True)
def new_codes(request: StaffRequest) -> HttpResponse:
    """New recovery codes, shown on this page once."""
    operation = operation_of(request, OperationKind.STAFF_SECURING)
    codes = make_recovery_codes(operation=operation, member=request.member)
    return render(request, "staff/recovery_codes.html", {"codes": codes, "next": HOME})


@sensitive_post_parameters()
@member_page(fresh=True)
def password(request: StaffRequest) -> HttpResponse:
    """A new password."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(
                operation=operation_of(request, OperationKind.STAFF_SECURING),
                member=request.member,
                current=form.cleaned_data["current_password"],
                password=form.cleaned_data["password1"],
                keep=_cookie(request),
            )
        except RuleBroken as broken:
            refused(request, form, broken, "me")
        else:
            request.member.refresh_from_db(fields=["password"])
            return remembered(request, redirect("staff:me"), request.member)
    return answer(request, "staff/password.html", form)


@member_page(methods=POST)
def told(request: StaffRequest) -> HttpResponse:
    """知道了: what there was to be told is read."""
    read_notice(member=request.member)
    return redirect("staff:me")


def _own_page(request: StaffRequest, form: Form | None = None) -> HttpResponse:
    member = request.member
    context = {
        "form": form,
        "factors": member.factors.order_by("created_at"),
        "codes_left": member.recovery_codes.filter(used_at=None).count(),
        "sessions": session_lines(member.pk, _cookie(request)),
        "done": what_was_done(member),
        "happened": what_happened(member),
        "faulty": form is not None,
    }
    return render(request, "staff/me.html", context, status=422 if form else 200)


def _cookie(request: StaffRequest) -> str | None:
    return request.COOKIES.get(settings.STAFF_SESSION_COOKIE_NAME)
