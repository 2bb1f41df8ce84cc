"""The two pages of 找回密码."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.pages import answer, page, posted, refused, sms_state, welcome
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.recovery.services import (
    find_recovery,
    prove_recovery,
    send_recovery_code,
    set_recovered_password,
    start_recovery,
)
from kuaiji.identity.sessions.known_browsers import browser_of
from kuaiji.limits.challenge import Gate

RECOVERY = "recovery"  # where the session keeps its id


@page
@sensitive_post_parameters()
def recover(request: HttpRequest) -> HttpResponse:
    """R2.2: number, phone and code; answers alike whether they belong to somebody or not (S-24)."""
    recovery = find_recovery(as_uuid(request.session.get(RECOVERY)))
    answers: dict[str, Any] = recovery.answers if recovery else {}
    sending = request.POST.get("action") == "send_code"
    gate = Gate(request, attempts.CODE_FROM_ADDRESS)
    typed = {"document_number": answers.get("number"), "document_type": answers.get("document_type"), **answers}
    form = RecoverForm(posted(request), initial=typed, gate=gate, sending=sending)
    if request.method == "POST" and form.is_valid():
        recovery = recovery or start_recovery()
        request.session[RECOVERY] = str(recovery.pk)
        data = form.cleaned_data
        who = {"number": data["document_number"], "phone": data["phone"], "document_type": data["document_type"]}
        try:
            if sending:
                if send_recovery_code(recovery=recovery, browser=browser_of(request), address=gate.address, **who):
                    gate.spend()
                return back_to("identity:recover", "sms_code")
            prove_recovery(recovery=recovery, sms_code=data["sms_code"], **who)
            return redirect("identity:recover_password")
        except RuleBroken as broken:
            refused(request, form, broken)
    return answer(
        request, "identity/recover.html", {"form": form, **sms_state(recovery, answers.get("phone", ""))}, form
    )


@page
@sensitive_post_parameters()
def recover_password(request: HttpRequest) -> HttpResponse:
    """The new password; every other session ends and this one begins."""
    recovery_id = as_uuid(request.session.get(RECOVERY))
    if recovery_id is None:
        return redirect("identity:recover")
    form = PasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        operation = operation_of(request, OperationKind.PASSWORD_RECOVERING)
        browser = browser_of(request)
        try:
            user = set_recovered_password(
                operation=operation,
                recovery_id=recovery_id,
                password=form.cleaned_data["password1"],
                browser=browser,
            )
        except RuleBroken as broken:
            if broken.code == "recovery_gone":
                return redirect("identity:recover")
            refused(request, form, broken)
        else:
            return welcome(request, user, browser, settings.LOGIN_REDIRECT_URL, finished=RECOVERY)
    recovery = find_recovery(recovery_id)
    if recovery is None or recovery.user_id is None:
        return redirect("identity:recover")
    return answer(request, "identity/recover_password.html", {"form": form}, form)
