"""登录与安全: phone, password and sessions of who is signed in."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from kuaiji.audit.access import note
from kuaiji.audit.enums import OperationKind
from kuaiji.common import phones as numbers
from kuaiji.common.errors import RuleBroken
from kuaiji.identity import known_browsers
from kuaiji.identity.challenge import Gate
from kuaiji.identity.enums import AttemptKind
from kuaiji.identity.forms import CodeForm
from kuaiji.identity.models import PhoneChange, User, as_uuid
from kuaiji.identity.pages import answer, own_operation, page, posted, refused, sms_state
from kuaiji.identity.security_forms import ChangePasswordForm, NewPhoneForm
from kuaiji.identity.services import own_password, phones, sessions

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
    user: User = request.user  # type: ignore[assignment]
    note(request, "identity.security", subject_id=user.pk)
    context = {
        "phone": numbers.mask_phone(user.phone),
        "sessions": sessions.lines(user_id=user.pk, cookie=request.session.session_key),
        "agreements": user.agreements.order_by("at", "pk"),
        "done": _DONE.get(request.GET.get("done", "")),
    }
    return render(request, "identity/security.html", context)


@page
@login_required
def change_phone(request: HttpRequest) -> HttpResponse:
    """Two stages on one page: a code to the bound phone, then the new phone and a code to it."""
    user: User = request.user  # type: ignore[assignment]
    change = phones.find(user=user, change_id=as_uuid(request.session.get(PHONE_CHANGE)))
    if change and change.finished_at:
        if request.method == "POST":  # pressed twice
            return redirect(f"{reverse('identity:security')}?done=phone")
        change = None
    if change and phones.is_old_proven(change):
        return _new_phone(request, change)
    return _old_phone(request, user, change)


def _old_phone(request: HttpRequest, user: User, change: PhoneChange | None) -> HttpResponse:
    sending, gate = _sending(request), Gate(request, AttemptKind.CODE_FROM_ADDRESS)
    form = CodeForm(posted(request), gate=gate, sending=sending)
    if request.method == "POST" and form.is_valid():
        change = change or phones.start(user=user)
        request.session[PHONE_CHANGE] = str(change.pk)
        try:
            if not sending:
                phones.prove_old(change=change, sms_code=form.cleaned_data["sms_code"])
            elif phones.send_code_to_old(change=change):
                gate.count()
            return redirect("identity:change_phone")
        except RuleBroken as broken:
            refused(request, form, broken)
    context = {"form": form, "phone": numbers.mask_phone(user.phone), **sms_state(change, user.phone)}
    return answer(request, "identity/change_phone.html", context, form)


def _new_phone(request: HttpRequest, change: PhoneChange) -> HttpResponse:
    sending, gate = _sending(request), Gate(request, AttemptKind.CODE_FROM_ADDRESS)
    typed: str = change.answers.get("phone", "")
    form = NewPhoneForm(posted(request), initial={"phone": typed}, gate=gate, sending=sending)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            if sending:
                if phones.send_code_to_new(change=change, phone=phone):
                    gate.count()
                return redirect("identity:change_phone")
            operation = own_operation(request, OperationKind.PHONE_CHANGING)
            phones.finish(operation=operation, change=change, phone=phone, sms_code=form.cleaned_data["sms_code"])
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
    """The current password, the new one twice; this session goes on under a new id, the others end."""
    user: User = request.user  # type: ignore[assignment]
    form = ChangePasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            changed = own_password.change(
                operation=own_operation(request, OperationKind.PASSWORD_CHANGING),
                user=user,
                current=form.cleaned_data["current_password"],
                password=form.cleaned_data["password1"],
                keep=request.session.session_key,
            )
        except RuleBroken as broken:
            refused(request, form, broken)
        else:
            update_session_auth_hash(request, changed)
            response = redirect(f"{reverse('identity:security')}?done=password")
            known_browsers.remember(request, response, user.pk)
            return response
    return answer(request, "identity/change_password.html", {"form": form}, form)


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session of the list, or all others. To end this one is to sign out."""
    user: User = request.user  # type: ignore[assignment]
    operation, handle = own_operation(request, OperationKind.SESSION_ENDING), request.POST.get("session", "")
    if handle == "others":
        sessions.end_others(operation=operation, user_id=user.pk, cookie=request.session.session_key)
    else:
        sessions.end_one(operation=operation, user_id=user.pk, handle=handle)
    return redirect(f"{reverse('identity:security')}?done=sessions")


def _sending(request: HttpRequest) -> bool:
    return request.POST.get("action") == "send_code"
