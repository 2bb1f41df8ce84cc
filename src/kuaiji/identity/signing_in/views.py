"""Signing in and out."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kuaiji.audit.access import note
from kuaiji.common.errors import RuleBroken
from kuaiji.common.redirects import local_address
from kuaiji.identity import attempts
from kuaiji.identity.pages import answer, page, posted, refused, welcome
from kuaiji.identity.sessions.known_browsers import browser_of
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.challenge import Gate


@page
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """R2.2; afterwards to ``next``, an address of this platform."""
    target = local_address(request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    gate = Gate(request, attempts.GUESS_FROM_ADDRESS)
    form = SignInForm(posted(request), gate=gate)
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
    return answer(request, "identity/login.html", {"form": form, "next": target}, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, and what the browser kept of it."""
    if request.user.is_authenticated:
        note(request, "identity.logout", subject_id=request.user.pk)
    logout(request)
    response = redirect("portal:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
