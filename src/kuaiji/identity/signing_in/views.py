"""Signing in and out."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kuaiji.audit.access import note
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.redirects import local_address
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.pages import answer, page, posted, refused, sms_state, welcome
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.recovery.services import SIGN_IN_CODE, find_recovery, send_recovery_code, start_recovery
from kuaiji.identity.sessions.known_browsers import browser_of
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.identity.signing_in.services import sign_in_by_code, sign_in_user
from kuaiji.limits.challenge import Gate

NOT_SIGNED_IN = "没有登录成功"


@page
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """R2.2; afterwards to ``next``, an address of this platform."""
    target = local_address(request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    gate = Gate(request, attempts.GUESS_FROM_ADDRESS)
    form = SignInForm(posted(request), gate=gate)
    form.heading = NOT_SIGNED_IN
    if request.method == "POST" and form.is_valid():
        data, browser = form.cleaned_data, browser_of(request)
        try:
            user = sign_in_user(
                number=data["document_number"],
                password=data["password"],
                document_type=data["document_type"],
                browser=browser,
                address=gate.address,
            )
        except RuleBroken as broken:
            gate.spend()
            refused(request, form, broken)
        else:
            return welcome(request, user, browser, target or settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "next": target, "first": target.startswith("/collection/")}
    return answer(request, "identity/login.html", context, form)


@page
@sensitive_post_parameters()
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """短信验证码登录: number, bound phone and code; answers alike whether they belong to somebody or not (S-24)."""
    target = local_address(request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    recovery = find_recovery(as_uuid(request.session.get(SIGN_IN_CODE)))
    answers: dict[str, Any] = recovery.answers if recovery else {}
    sending, gate = request.POST.get("action") == "send_code", Gate(request, attempts.CODE_FROM_ADDRESS)
    form = RecoverForm(
        posted(request), initial=answers | {"document_number": answers.get("number")}, gate=gate, sending=sending
    )
    form.heading = "" if sending else NOT_SIGNED_IN
    if request.method == "POST" and form.is_valid():
        recovery = recovery or start_recovery()
        request.session[SIGN_IN_CODE] = str(recovery.pk)
        data, browser = form.cleaned_data, browser_of(request)
        who = {"number": data["document_number"], "phone": data["phone"], "document_type": data["document_type"]}
        try:
            if sending:
                if send_recovery_code(
                    recovery=recovery, browser=browser, address=gate.address, purpose=SIGN_IN_CODE, **who
                ):
                    gate.spend()
                return back_to(
                    reverse("identity:login_code") + (f"?{urlencode({'next': target})}" if target else ""), "sms_code"
                )
            user = sign_in_by_code(recovery=recovery, sms_code=data["sms_code"], browser=browser, **who)
        except RuleBroken as broken:
            refused(request, form, broken)
        else:
            return welcome(request, user, browser, target or settings.LOGIN_REDIRECT_URL, finished=SIGN_IN_CODE)
    context = {"form": form, "next": target, **sms_state(recovery, answers.get("phone", ""))}
    return answer(request, "identity/login_code.html", context, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, and what the browser kept of it."""
    if request.user.is_authenticated:
        note(request, "identity.logout", subject_id=request.user.pk)
    logout(request)
    response = redirect("portal:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
