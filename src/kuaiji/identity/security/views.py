"""登录与安全: phone, password and sessions of who is signed in."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.phones import mask_phone
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.forms import CodeForm
from kuaiji.identity.models import PhoneChange, User
from kuaiji.identity.pages import answer, citizen_of, page, posted, refused, sms_state
from kuaiji.identity.passwords.services import change_own_password
from kuaiji.identity.security.forms import ChangePasswordForm, NewPhoneForm
from kuaiji.identity.security.services import (
    find_phone_change,
    finish_phone_change,
    is_old_phone_proven,
    prove_old_phone,
    send_code_to_new_phone,
    send_code_to_old_phone,
    start_phone_change,
)
from kuaiji.identity.sessions.known_browsers import browser_of, keep_cookie
from kuaiji.identity.sessions.services import end_other_sessions, end_session, session_lines
from kuaiji.limits.challenge import Gate

PHONE_CHANGE = "phone_change"  # where the session keeps its id
_DONE = {
    "phone": "手机号已更换。以后的短信验证码发往新手机号，原手机号已收到提醒。",
    "password": "密码已修改，其他地方的登录已全部退出。",
    "sessions": "已退出。",
}


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Everything about signing in, with a way to change each."""
    user = citizen_of(request)
    note(request, "identity.security", subject_id=user.pk)
    context = {
        "phone": mask_phone(user.phone),
        "sessions": session_lines(user_id=user.pk, cookie=request.session.session_key),
        "agreements": user.agreements.order_by("at", "pk"),
        "done": _DONE.get(request.GET.get("done", "")),
    }
    return render(request, "identity/security.html", context)


@page
@login_required
def change_phone(request: HttpRequest) -> HttpResponse:
    """Two stages on one page: a code to the bound phone, then the new phone and a code to it."""
    user = citizen_of(request)
    change = find_phone_change(user=user, change_id=as_uuid(request.session.get(PHONE_CHANGE)))
    if change and change.finished_at:
        if request.method == "POST":  # pressed twice
            return redirect(f"{reverse('identity:security')}?done=phone")
        change = None
    if change and is_old_phone_proven(change):
        return _new_phone(request, change)
    return _old_phone(request, user, change)


def _old_phone(request: HttpRequest, user: User, change: PhoneChange | None) -> HttpResponse:
    sending, gate = _sending(request), Gate(request, attempts.CODE_FROM_ADDRESS)
    form = CodeForm(posted(request), gate=gate, sending=sending)
    if request.method == "POST" and form.is_valid():
        change = change or start_phone_change(user=user)
        request.session[PHONE_CHANGE] = str(change.pk)
        try:
            if not sending:
                prove_old_phone(change=change, sms_code=form.cleaned_data["sms_code"])
                return redirect("identity:change_phone")
            if send_code_to_old_phone(change=change, address=gate.address):
                gate.spend()
            return back_to("identity:change_phone", "sms_code")
        except RuleBroken as broken:
            refused(request, form, broken)
    context = {"form": form, "phone": mask_phone(user.phone), **sms_state(change, user.phone)}
    return answer(request, "identity/change_phone.html", context, form)


def _new_phone(request: HttpRequest, change: PhoneChange) -> HttpResponse:
    sending, gate = _sending(request), Gate(request, attempts.CODE_FROM_ADDRESS)
    typed: str = change.answers.get("phone", "")
    form = NewPhoneForm(posted(request), initial={"phone": typed}, gate=gate, sending=sending)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            if sending:
                if send_code_to_new_phone(change=change, phone=phone, address=gate.address):
                    gate.spend()
                return back_to("identity:change_phone", "sms_code")
            operation = operation_of(request, OperationKind.PHONE_CHANGING)
            finish_phone_change(operation=operation, change=change, phone=phone, sms_code=form.cleaned_data["sms_code"])
        except RuleBroken as broken:
            refused(request, form, broken)
        else:
            request.session.cycle_key()
            return redirect(f"{reverse('identity:security')}?done=phone")
    return answer(request, "identity/change_phone_new.html", {"form": form, **sms_state(change, typed)}, form)


@page
@sensitive_post_parameters()
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The current password and the new one; this session goes on under a new id, the others end."""
    user = citizen_of(request)
    form = ChangePasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        browser = browser_of(request)
        try:
            changed = change_own_password(
                operation=operation_of(request, OperationKind.PASSWORD_CHANGING),
                user=user,
                current=form.cleaned_data["current_password"],
                password=form.cleaned_data["password1"],
                keep=request.session.session_key,
                browser=browser,
            )
        except RuleBroken as broken:
            refused(request, form, broken)
        else:
            update_session_auth_hash(request, changed)
            response = redirect(f"{reverse('identity:security')}?done=password")
            keep_cookie(response, browser)
            return response
    return answer(request, "identity/change_password.html", {"form": form}, form)


@require_POST
@login_required
def stay(request: HttpRequest) -> HttpResponse:
    """继续使用: to be asked is to use the session, which moves its end. Answers to session.js with the seconds left."""
    session: Any = request.session  # of kuaiji.common.sessions, as the settings say
    return JsonResponse({"idle": session.seconds_idle, "most": session.seconds_at_most})


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session of the list, or all others. To end this one is to sign out."""
    user = citizen_of(request)
    operation, handle = operation_of(request, OperationKind.SESSION_ENDING), request.POST.get("session", "")
    if handle == "others":
        end_other_sessions(operation=operation, user_id=user.pk, cookie=request.session.session_key)
    else:
        end_session(operation=operation, user_id=user.pk, handle=handle)
    return redirect(f"{reverse('identity:security')}?done=sessions")


def _sending(request: HttpRequest) -> bool:
    return request.POST.get("action") == "send_code"
