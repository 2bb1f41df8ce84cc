"""Setting up a second factor: the first, before anything else opens, and others later."""

import pyotp
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.common.stay import back_to
from kuaiji.staff.factors import passkeys
from kuaiji.staff.factors.reading import passkeys_of
from kuaiji.staff.factors.services import add_codes, add_passkey, drawn, make_recovery_codes, secret_of
from kuaiji.staff.forms import EnrolForm
from kuaiji.staff.guards import StaffRequest, enrolling, member_page
from kuaiji.staff.pages import ENROL, answer, ceremony_of, new_ceremony, nonce_of, prove, refused, remembered, target_of

APPLICATION, PASSKEY = "验证器应用", "通行密钥"


@sensitive_post_parameters()
@enrolling
def enrol(request: StaffRequest) -> HttpResponse:
    """``/staff/enrol/``: the first second factor; afterwards the recovery codes, once, and the desk opens."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, form)
        except RuleBroken as broken:
            refused(request, form, broken, "enrol")
        else:
            operation = operation_of(request, OperationKind.STAFF_SECURING)
            codes = make_recovery_codes(operation=operation, member=request.member)
            target = target_of(request)
            prove(request)
            page = render(request, "staff/recovery_codes.html", {"codes": codes, "next": target})
            return remembered(request, page, request.member)
    return _page(request, "staff/enrol.html", form)


@sensitive_post_parameters()
@member_page(fresh=True)
def add(request: StaffRequest) -> HttpResponse:
    """``/staff/me/factors/new/``: one more."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, form)
        except RuleBroken as broken:
            refused(request, form, broken, "enrol")
        else:
            return back_to("staff:me", "factors")
    return _page(request, "staff/add_factor.html", form)


@require_GET
@enrolling
def first_picture(request: StaffRequest) -> HttpResponse:
    """The secret to be set up, as a picture for the application."""
    return _picture(request)


@member_page(fresh=True, methods=("GET", "HEAD"))
def picture(request: StaffRequest) -> HttpResponse:
    """The same for one more."""
    return _picture(request)


def _picture(request: StaffRequest) -> HttpResponse:
    address = pyotp.TOTP(secret_of(request.member, nonce_of(request))).provisioning_uri(
        name=request.member.username, issuer_name=f"{profile().title}管理端"
    )
    return HttpResponse(drawn(address), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def _add(request: StaffRequest, form: EnrolForm) -> None:
    data, member = form.cleaned_data, request.member
    operation = operation_of(request, OperationKind.STAFF_SECURING)
    if data["credential"]:
        add_passkey(
            operation=operation,
            member=member,
            ceremony=ceremony_of(request),
            credential=data["credential"],
            label=data["label"] or PASSKEY,
        )
        return
    secret = secret_of(member, nonce_of(request))
    add_codes(operation=operation, member=member, secret=secret, code=data["code"], label=data["label"] or APPLICATION)
    request.session.pop(ENROL, None)


def _page(request: StaffRequest, template: str, form: EnrolForm) -> HttpResponse:
    member, options = request.member, ""
    if ceremony := new_ceremony(request):
        title = f"{profile().title}管理端"
        known = passkeys_of(member)
        options = passkeys.to_register(
            ceremony, title=title, handle=member.pk.bytes, username=member.username, known=known
        )
    secret = secret_of(member, nonce_of(request))
    shown = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return answer(request, template, form, passkey=options, secret=shown)
