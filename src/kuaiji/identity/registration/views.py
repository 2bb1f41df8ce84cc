"""The three pages of registering."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.ids import as_uuid
from kuaiji.common.profile import profile
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.pages import answer, page, posted, refused, sms_state, welcome
from kuaiji.identity.registration.forms import DetailsForm, QuestionsForm
from kuaiji.identity.registration.services import (
    HeldElsewhere,
    IdentityUnanswered,
    find_registration,
    register_user,
    send_registration_code,
    start_registration,
    verify_details,
)
from kuaiji.identity.sessions.known_browsers import browser_of
from kuaiji.limits.challenge import Gate

REGISTRATION = "registration"  # where the session keeps its id


@page
def register(request: HttpRequest) -> HttpResponse:
    """R1.2: two questions; who answers no twice need not register, and nothing is kept."""
    if request.user.is_authenticated:
        return redirect("collection:overview")
    operation_of(request, OperationKind.REGISTERING)  # nobody begins what is stopped (ADR 0141)
    form = QuestionsForm(posted(request))
    if request.method == "POST":
        if not form.is_valid():
            return refuse(request, "identity/register.html", {"form": form, "expired": False})
        answers = {name: value == "yes" for name, value in form.cleaned_data.items()}
        if not any(answers.values()):
            return render(request, "identity/not_needed.html")
        request.session[REGISTRATION] = str(start_registration(**answers).pk)
        return redirect("identity:register_details")
    return render(request, "identity/register.html", {"form": form, "expired": "expired" in request.GET})


@page
@sensitive_post_parameters()
def register_details(request: HttpRequest) -> HttpResponse:
    """R2.1: who it is, and the code; the two buttons are ``action=send_code`` and ``action=register``."""
    if request.user.is_authenticated:
        return redirect("collection:overview")
    registration = find_registration(as_uuid(request.session.get(REGISTRATION)))
    if registration is None:
        return _begin_again()
    answers = registration.answers
    sending = request.POST.get("action") == "send_code"
    gate = Gate(request, attempts.CODE_FROM_ADDRESS)
    form = DetailsForm(
        posted(request),
        initial=answers.get("details", {"document_type": "01"}),
        gate=gate,
        sending=sending,
        proven_phone=answers.get("proven_phone", ""),
    )
    broken = None
    if request.method == "POST" and form.is_valid():
        try:
            if sending:
                if send_registration_code(registration=registration, details=form.details(), address=gate.address):
                    gate.spend()
                return back_to("identity:register_details", "sms_code")
            code = form.cleaned_data["sms_code"]
            verify_details(registration=registration, details=form.details(), sms_code=code)
            return redirect("identity:register_password")
        except IdentityUnanswered:
            return redirect("identity:register_details")
        except RuleBroken as refusal:
            broken = refusal
            form.tell_proven(registration.answers.get("proven_phone", ""))
            refused(request, form, broken)
    context = {"form": form, **sms_state(registration, answers.get("details", {}).get("phone", "")), **_way_out(broken)}
    if answers.get("unanswered"):
        context |= {"unanswered": True, "said": None}
    return answer(request, "identity/register_details.html", context, form)


@page
@sensitive_post_parameters()
def register_password(request: HttpRequest) -> HttpResponse:
    """The last page: a password makes the user, signed in at once. Pressed twice it works once."""
    if request.user.is_authenticated:
        return redirect("collection:overview")
    registration_id = as_uuid(request.session.get(REGISTRATION))
    if registration_id is None:
        return _begin_again()
    form = PasswordForm(posted(request))
    broken = None
    if request.method == "POST" and form.is_valid():
        operation = operation_of(request, OperationKind.REGISTERING)
        browser = browser_of(request)
        try:
            user = register_user(
                operation=operation,
                registration_id=registration_id,
                password=form.cleaned_data["password1"],
                browser=browser,
            )
        except RuleBroken as refusal:
            broken = refusal
            if broken.code == "registration_gone":
                return _begin_again()
            if broken.code == "registration_unfinished":
                return redirect("identity:register_details")
            refused(request, form, broken)
        else:
            return welcome(request, user, browser, "collection:overview", finished=REGISTRATION)
    registration = find_registration(registration_id)
    if registration is None:
        return _begin_again()
    if not registration.answers.get("findings"):
        return redirect("identity:register_details")
    return answer(request, "identity/register_password.html", {"form": form, **_way_out(broken)}, form)


def _begin_again() -> HttpResponse:
    return redirect(f"{reverse('identity:register')}?expired=1")


def _way_out(broken: RuleBroken | None) -> dict[str, Any]:
    """Where to go for people who cannot register here (U-11)."""
    held = broken if isinstance(broken, HeldElsewhere) else None
    other = next((other for other in profile().others if held and other.code == held.holder_code), None)
    return {
        "already_registered": broken is not None and broken.code == "already_registered",
        "closed": broken is not None and broken.code == "closed",
        "held": held,
        "other": other,
    }
