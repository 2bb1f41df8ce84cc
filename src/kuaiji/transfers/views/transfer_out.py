"""The pages of 调出 (R5): guard, form, one service call, redirect."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.guards import with_record
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.services.locking import refusal
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.services import discard_attachments
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.codelists.services import label
from kuaiji.common import clock
from kuaiji.common.body_caps import takes_files
from kuaiji.common.context import where_works
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.identity.late_forms.guards import keeps_typed, late_form
from kuaiji.identity.models import User
from kuaiji.identity.pages import citizen_of
from kuaiji.regions.services import bureau_of
from kuaiji.transfers.display import ShownOut, shown
from kuaiji.transfers.enums import PROOF
from kuaiji.transfers.forms import TransferOutForm
from kuaiji.transfers.services.applying import OUT_FORM, apply_for_transfer
from kuaiji.transfers.services.reading import transfers_out_of
from kuaiji.transfers.services.renewing import renew_code
from kuaiji.transfers.services.withdrawing import withdraw_transfer
from kuaiji.unsent.pages import is_leaving, new_fields, opened_page, typed_in, unsent_on
from kuaiji.unsent.services import StaleForm, kept_forms, unsent_form
from kuaiji.unsent.views import KeptPage, discard_form, keep_shown, leave_page, show_beside

NEW = "transfers/out_new.html"
MOST_DIGITS = 10


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """跨省调转: out or in (R8.1)."""
    return render(request, "transfers/overview.html")


@require_GET
@with_record(otherwise="portal:me")
def outs(request: HttpRequest, record: Record) -> HttpResponse:
    """The list with the eleven columns of R5.2."""
    user = citizen_of(request)
    note(request, "transfers.outs", subject_id=user.pk)
    rows = shown(transfers_out_of(user))
    context = {
        "rows": rows,
        "document_type": label("document_types", user.document_type),
        "refusal": refusal(record),
        "kept_forms": kept_forms(user, OUT_FORM),
        "told": "kept" in request.GET,
        "draft_of": "调出",
        "education": where_works("/education/"),
        "applied": "applied" in request.GET and rows and rows[0].row.is_open,
    }
    return render(request, "transfers/outs.html", context)


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed
@with_record(otherwise="portal:me")
def out_new(request: HttpRequest, record: Record) -> HttpResponse:
    """申请调出 (R5.1). The button 选择地区 only shows the regions of the platform that was chosen."""
    user = citizen_of(request)
    if request.method != "POST" and refusal(record):
        return redirect("transfers:outs")
    if request.method != "POST":
        operation_of(request, OperationKind.TRANSFER_OUT)  # nobody begins what is stopped (ADR 0141)
    if request.POST.get("action") == "discard":
        discard_form(request, form=OUT_FORM)
        discard_attachments(person_key=user.person_key, purposes=[PROOF])
        return redirect("transfers:out_new")
    late, row, uploads = late_form(request), unsent_form(user, OUT_FORM), _proof(request, user)
    kept = late.typed if late.typed is not None else typed_in(row)
    if kept is not None and (platform := request.GET.get("destination_platform")):  # a link says where to
        kept["destination_platform"] = platform
    form, fresh = (
        _form(request, user, record, uploads, data)
        for data in (request.POST if request.method == "POST" else kept, None)
    )
    fields = new_fields(request.POST, sent=[form], shown=[fresh], uploads=uploads, stood={})
    context = {"form": form, "late": late, "unsent": unsent_on(request, row, late.typed), "draft_of": "调出申请"}
    context |= {"bureau": _bureau(form), "education": where_works("/education/"), "main_button": "保存"}
    if is_leaving(request):
        leads = reverse("transfers:outs")
        page = KeptPage(form=OUT_FORM, typed=form, uploads=uploads, template=NEW, context=context, leads=leads)
        return leave_page(request, page, fields)
    saving = request.method == "POST" and request.POST.get("action") != "choose"
    if saving and form.is_valid():
        try:
            apply_for_transfer(
                operation=operation_of(request, OperationKind.TRANSFER_OUT),
                record_id=record.pk,
                destination=form.cleaned_data["destination_platform"],
                division=form.cleaned_data["destination_division"],
                reason=form.cleaned_data["reason"],
                proof_id=form.proof_id(),
                opened=opened_page(request),
            )
            return redirect(f"{reverse('transfers:outs')}?applied=1")
        except StaleForm as stale:
            return show_beside(request, NEW, context, stale)
        except RuleBroken as broken:
            form.refuse(broken)
            note(request, "transfers.out_new", subject_id=user.pk, outcome=broken.code)
    if request.method == "POST":
        keep_shown(request, form=OUT_FORM, fields=fields)
    note(request, "transfers.out_new", subject_id=user.pk)
    return refuse(request, NEW, context) if saving else render(request, NEW, context)


@require_GET
@with_record(otherwise="portal:me")
def out(request: HttpRequest, record: Record, transfer_id: uuid.UUID) -> HttpResponse:
    """查看详情: the written rules, what happened, and 撤回."""
    user = citizen_of(request)
    found = _own(request, user, transfer_id)
    note(request, "transfers.out", subject_id=transfer_id)
    return render(request, "transfers/out.html", {"shown": found, "bureau": bureau_of(record.division_code)})


@require_POST
@with_record(otherwise="portal:me")
def withdraw(request: HttpRequest, record: Record, transfer_id: uuid.UUID) -> HttpResponse:
    """撤回 (R5.6). The detail page tells what has become of it."""
    user = citizen_of(request)
    operation = operation_of(request, OperationKind.TRANSFER_WITHDRAWING)
    try:
        found = withdraw_transfer(operation=operation, user=user, transfer_id=transfer_id)
    except RuleBroken as broken:
        note(request, "transfers.withdraw", subject_id=transfer_id, outcome=broken.code)
        context = {"shown": _own(request, user, transfer_id), "bureau": bureau_of(record.division_code)}
        return refuse(request, "transfers/out.html", context | {"refusal": broken, "refused": "没有撤回"})
    if found is None:
        note(request, "transfers.withdraw", subject_id=transfer_id, outcome="not_found")
        raise Http404
    return redirect("transfers:out", transfer_id)


@require_POST
@with_record(otherwise="portal:me")
def out_code(request: HttpRequest, record: Record, transfer_id: uuid.UUID) -> HttpResponse:
    """换新调转码. The detail page shows the new one."""
    user, shown_renewal = citizen_of(request), request.POST.get("renewal", "")
    operation = operation_of(request, OperationKind.TRANSFER_OUT)
    renewal = int(shown_renewal) if shown_renewal.isdecimal() and len(shown_renewal) < MOST_DIGITS else 0
    try:
        found = renew_code(operation=operation, user=user, transfer_id=transfer_id, renewal=renewal)
    except RuleBroken as broken:
        note(request, "transfers.out_code", subject_id=transfer_id, outcome=broken.code)
        context = {"shown": _own(request, user, transfer_id), "bureau": bureau_of(record.division_code)}
        return refuse(request, "transfers/out.html", context | {"refusal": broken, "refused": "调转码没有换新"})
    if found is None:
        note(request, "transfers.out_code", subject_id=transfer_id, outcome="not_found")
        raise Http404
    return redirect("transfers:out", transfer_id)


def _own(request: HttpRequest, user: User, transfer_id: uuid.UUID) -> ShownOut:
    for one in shown(transfers_out_of(user)):
        if one.row.pk == transfer_id:
            return one
    note(request, "transfers.out", subject_id=transfer_id, outcome="not_found")
    raise Http404


def _proof(request: HttpRequest, user: User) -> Uploads:
    fields = {"proof": (PROOF, str(TransferOutForm.base_fields["proof"].label))}
    earlier = transfers_out_of(user).first()  # pressed twice: the proof has become part of it
    kept = {"proof": earlier.proof} if earlier and earlier.is_open else {}
    return take(request, person_key=user.person_key, fields=fields, kept=kept)


def _form(
    request: HttpRequest, user: User, record: Record, uploads: Uploads, data: QueryDict | None
) -> TransferOutForm:
    content = current_version(record).content
    return TransferOutForm(
        data,
        initial={"destination_platform": request.GET.get("destination_platform", "")},
        facts=facts_of(user, content[SectionSlug.PERSONAL], clock.today()),
        uploads=uploads,
        employment_status=content[SectionSlug.EMPLOYMENT]["employment_status"],
    )


def _bureau(form: TransferOutForm) -> Any:
    """The bureau of the chosen region, as far as its phone is known (R5.1)."""
    return bureau_of(form["destination_division"].value() or "") if form.destination else None
