"""The pages of 调入 (R8): 验证信息, then 确认调入. Until the phone is proven nothing is told (R8.2)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.pages import answer, page, posted, sms_state, welcome
from kuaiji.identity.people.details import Details
from kuaiji.identity.sessions.known_browsers import browser_of
from kuaiji.limits.challenge import Gate
from kuaiji.transfers.display import ShownIn
from kuaiji.transfers.forms import TransferInForm
from kuaiji.transfers.models import ClaimDraft
from kuaiji.transfers.services.claiming import (
    claim_signs_in,
    confirm_claim,
    find_claim_draft,
    is_claim_verified,
    send_claim_code,
    start_claim,
    verify_claim,
)
from kuaiji.transfers.services.reading import coming_transfer

CLAIM = "claim"  # where the session keeps the id of what was typed


@page
@sensitive_post_parameters()
def transfer_in(request: HttpRequest) -> HttpResponse:
    """验证信息: the two buttons are ``action=send_code`` and ``action=verify``."""
    operation_of(request, OperationKind.TRANSFER_CLAIMING)  # nobody begins what is stopped (ADR 0141)
    draft = find_claim_draft(as_uuid(request.session.get(CLAIM)))
    gate, sending = Gate(request, attempts.CODE_FROM_ADDRESS), request.POST.get("action") == "send_code"
    if draft and draft.claim_id:
        draft = None
    answers: dict[str, Any] = draft.answers if draft else {}
    form = TransferInForm(
        posted(request),
        initial={
            "document_type": "01",
            **answers.get("details", {}),
            "destination_division": answers.get("division_code"),
            "transfer_code": answers.get("transfer_code", ""),
        },
        gate=gate,
        sending=sending,
        proven_phone=answers.get("proven_phone", ""),
    )
    broken = None
    if request.method == "POST" and form.is_valid():
        draft = draft or start_claim()
        request.session[CLAIM] = str(draft.pk)
        try:
            return _send_code(form, draft, gate) if sending else _verify(form, draft)
        except RuleBroken as refusal:
            broken = refusal
            form.tell_proven(draft.answers.get("proven_phone", ""))
            form.refuse(broken)
            note(request, "transfers.in", outcome=broken.code)
    state = sms_state(draft, answers.get("details", {}).get("phone", ""))
    context = {"form": form, "code": broken.code if broken else "", "expired": "expired" in request.GET, **state}
    return answer(request, "transfers/in.html", context, form)


@page
@sensitive_post_parameters()
def confirm(request: HttpRequest) -> HttpResponse:
    """确认调入: what is coming, and the password. Pressed twice it works once."""
    draft = find_claim_draft(as_uuid(request.session.get(CLAIM)))
    if draft is None:
        return redirect("portal:me") if request.user.is_authenticated else _expired()
    form = PasswordForm(posted(request))
    if draft.claim_id and not (form.is_bound and form.is_valid()):
        return redirect("transfers:in_done")
    if not (draft.claim_id or is_claim_verified(draft)):
        return redirect("transfers:in")
    if request.method == "POST" and form.is_valid():
        operation = operation_of(request, OperationKind.TRANSFER_CLAIMING)
        browser, password = browser_of(request), form.cleaned_data["password1"]
        try:
            claim = confirm_claim(operation=operation, draft_id=draft.pk, password=password, browser=browser)
        except RuleBroken as broken:
            if broken.code == "claim_gone":
                return _expired()
            if draft.claim_id:
                return redirect("transfers:in_done")
            form.refuse(broken)
            note(request, "transfers.in_confirm", outcome=broken.code)
        else:
            if claim_signs_in(claim):
                return welcome(request, claim.user, browser, "portal:me", finished=CLAIM)
            return redirect("transfers:in_done")
    details = Details.from_flat(draft.answers["details"])
    document = details.person.document
    context = {
        "form": form,
        "coming": coming_transfer(draft),
        "name": details.person.name,
        "document": f"{label('document_types', document.type)} {documents.mask(document.number)}",
        "phone": phones.mask_phone(details.phone),
    }
    return answer(request, "transfers/in_confirm.html", context, form)


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """For who was here before with another phone and is not signed in: what happens now."""
    draft = find_claim_draft(as_uuid(request.session.get(CLAIM)))
    if draft is None or draft.claim is None:
        return redirect("transfers:in")
    if claim_signs_in(draft.claim):
        return redirect("portal:me")
    return render(request, "transfers/in_done.html", {"shown": ShownIn(draft.claim)})


def _expired() -> HttpResponse:
    return redirect(f"{reverse('transfers:in')}?expired=1")


def _send_code(form: TransferInForm, draft: ClaimDraft, gate: Gate) -> HttpResponse:
    sent = send_claim_code(
        draft=draft,
        details=form.details(),
        division_code=form.cleaned_data["destination_division"],
        transfer_code=form.cleaned_data["transfer_code"],
        address=gate.address,
    )
    if sent:
        gate.spend()
    return back_to("transfers:in", "sms_code")


def _verify(form: TransferInForm, draft: ClaimDraft) -> HttpResponse:
    verify_claim(
        draft=draft,
        details=form.details(),
        division_code=form.cleaned_data["destination_division"],
        sms_code=form.cleaned_data["sms_code"],
        transfer_code=form.cleaned_data["transfer_code"],
    )
    return redirect("transfers:in_confirm")
