"""The pages of requests: guard, form, one service call, redirect."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kuaiji.accountants.guards import with_record
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.services.versions import current_version
from kuaiji.applications.display import in_words, shown_to
from kuaiji.applications.enums import CorrectionField
from kuaiji.applications.forms import CORRECTION_FORMS, CorrectionForm, PhoneLostForm
from kuaiji.applications.models import PhoneLostDraft
from kuaiji.applications.services.corrections import (
    CORRECTIONS,
    check_possible,
    current_values,
    form_of,
    open_fields,
    proofs_of_open,
    submit_correction,
)
from kuaiji.applications.services.phone_lost import (
    find_phone_lost_draft,
    send_phone_lost_code,
    start_phone_lost,
    submit_phone_lost,
)
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.attachments.services import discard_attachments
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common import clock
from kuaiji.common.body_caps import takes_files
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.ids import as_uuid
from kuaiji.common.stay import back_to
from kuaiji.identity import attempts
from kuaiji.identity.late_forms.guards import keeps_typed, late_form
from kuaiji.identity.models import User
from kuaiji.identity.pages import answer, citizen_of, page, posted, sms_state
from kuaiji.limits.challenge import Gate
from kuaiji.regions.services import bureau_of
from kuaiji.unsent.pages import is_leaving, new_fields, opened_page, typed_in, unsent_on
from kuaiji.unsent.services import StaleForm, kept_forms, unsent_form
from kuaiji.unsent.views import KeptPage, discard_form, keep_shown, leave_page, show_beside

TEMPLATE = "applications/correction.html"
PHONE_LOST = "phone_lost"  # where the session keeps the id of what was typed


@require_GET
@login_required
def corrections(request: HttpRequest) -> HttpResponse:
    """What the person has asked for, or somebody else in the person's name."""
    user = citizen_of(request)
    record = Record.objects.of(user).first()
    context = {
        "record": record,
        "rows": shown_to(user),
        "submitted": "submitted" in request.GET,
        "kept_forms": kept_forms(user, CORRECTIONS),
        "told": "kept" in request.GET,
        "draft_of": "更正",
        "bureau": bureau_of(record.division_code) if record else None,
    }
    note(request, "requests.corrections", subject_id=user.pk)
    return render(request, "applications/corrections.html", context)


@require_GET
@with_record(otherwise="collection:overview")
def correction_new(request: HttpRequest, record: Record) -> HttpResponse:
    """Which of the locked fields is wrong."""
    user = citizen_of(request)
    standing, open_ones, offered = current_values(record), open_fields(user), _offered(user, record)
    rows = [
        {
            "field": field,
            "words": in_words(field, standing),
            "open": open_ones.get(field),
            "address": reverse(f"applications:correction_{field}") if field in offered else "",
        }
        for field in CorrectionField
    ]
    note(request, "requests.correction_new", subject_id=user.pk)
    return render(request, "applications/correction_new.html", {"rows": rows, "refusal": _refusal(record)})


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed
@with_record(otherwise="collection:overview")
@sensitive_post_parameters()
def correction(request: HttpRequest, record: Record, field: CorrectionField) -> HttpResponse:
    """The right value of one field, why, and the proof."""
    user, kept_as = citizen_of(request), form_of(field)
    if _refusal(record) or field not in _offered(user, record):
        return redirect("applications:correction_new")
    if request.POST.get("action") == "discard":
        discard_form(request, form=kept_as)
        discard_attachments(person_key=user.person_key, purposes=CorrectionForm.uploads)
        return redirect(request.path)
    late, row, uploads = late_form(request), unsent_form(user, kept_as), _proofs(request, user, field)
    data = request.POST if request.method == "POST" else late.typed if late.typed is not None else typed_in(row)
    form, fresh = (_form(user, field, uploads, typed) for typed in (data, None))
    fields = new_fields(request.POST, sent=[form], shown=[fresh], uploads=uploads, stood={})
    context = {"form": form, "field": field, "words": in_words(field, current_values(record)), "late": late}
    context |= {"unsent": unsent_on(request, row, late.typed), "draft_of": "更正申请", "main_button": "提交申请"}
    if is_leaving(request):
        leads = reverse("applications:corrections")
        page = KeptPage(form=kept_as, typed=form, uploads=uploads, template=TEMPLATE, context=context, leads=leads)
        return leave_page(request, page, fields)
    if request.method == "POST" and form.is_valid():
        try:
            submit_correction(
                operation=operation_of(request, OperationKind.REQUEST_SUBMITTING),
                user=user,
                field=field,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                proof_ids=form.proof_ids(),
                opened=opened_page(request),
            )
            return redirect(f"{reverse('applications:corrections')}?submitted=1")
        except StaleForm as stale:
            return show_beside(request, TEMPLATE, context, stale)
        except RuleBroken as broken:
            form.refuse(broken)
            note(request, "requests.correction", subject_id=user.pk, outcome=broken.code)
    note(request, "requests.correction", subject_id=user.pk)
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    keep_shown(request, form=kept_as, fields=fields)
    return refuse(request, TEMPLATE, context)


@require_POST
@login_required
def withdraw(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """撤销: an own request, or one that somebody made in the person's name. What is decided stays as it is shown."""
    user = citizen_of(request)
    operation = operation_of(request, OperationKind.REQUEST_WITHDRAWING)
    try:
        found = withdraw_application(operation=operation, user=user, application_id=application_id)
    except RuleBroken as broken:
        note(request, "requests.withdraw", subject_id=application_id, outcome=broken.code)
    else:
        if found is None:
            note(request, "requests.withdraw", subject_id=application_id, outcome="not_found")
            raise Http404
    return redirect("applications:corrections")


@page
@sensitive_post_parameters()
def phone_lost(request: HttpRequest) -> HttpResponse:
    """R2.2: who it is, what is known of the archive, and the new phone; answers alike whoever is asked for (S-24)."""
    draft = find_phone_lost_draft(as_uuid(request.session.get(PHONE_LOST)))
    gate, sending = Gate(request, attempts.CODE_FROM_ADDRESS), request.POST.get("action") == "send_code"
    if draft and draft.application:
        if request.method == "POST" and not sending:  # pressed twice
            return redirect("applications:phone_lost_done")
        draft = None
    answers: dict[str, Any] = draft.answers if draft else {}
    form = PhoneLostForm(
        posted(request),
        initial=_typed(answers),
        gate=gate,
        sending=sending,
        proven_phone=answers.get("proven", ""),
    )
    if request.method == "POST" and form.is_valid():
        draft = draft or start_phone_lost()
        request.session[PHONE_LOST] = str(draft.pk)
        try:
            return _send_code(form, draft, gate) if sending else _send_request(request, form, draft)
        except RuleBroken as broken:
            form.tell_proven(draft.answers.get("proven", ""))
            form.refuse(broken)
            note(request, "requests.phone_lost", outcome=broken.code)
    state = sms_state(draft, answers.get("details", {}).get("phone", ""))
    return answer(request, "applications/phone_lost.html", {"form": form, **state}, form)


@require_GET
def phone_lost_done(request: HttpRequest) -> HttpResponse:
    """The number of the request, for as long as the session remembers it."""
    draft = find_phone_lost_draft(as_uuid(request.session.get(PHONE_LOST)))
    if draft is None or draft.application is None:
        return redirect("applications:phone_lost")
    return render(request, "applications/phone_lost_done.html", {"application": draft.application})


def _send_code(form: PhoneLostForm, draft: PhoneLostDraft, gate: Gate) -> HttpResponse:
    if send_phone_lost_code(draft=draft, details=form.details(), items=form.items(), address=gate.address):
        gate.spend()
    return back_to("applications:phone_lost", "sms_code")


def _send_request(request: HttpRequest, form: PhoneLostForm, draft: PhoneLostDraft) -> HttpResponse:
    operation = operation_of(request, OperationKind.REQUEST_SUBMITTING)
    code = form.cleaned_data["sms_code"]
    submit_phone_lost(operation=operation, draft=draft, details=form.details(), items=form.items(), sms_code=code)
    return redirect("applications:phone_lost_done")


def _proofs(request: HttpRequest, user: User, field: CorrectionField) -> Uploads:
    fields = {name: (name, str(CorrectionForm.base_fields[name].label)) for name in CorrectionForm.uploads}
    kept = proofs_of_open(user, field)  # pressed twice: they have become part of the request
    return take(request, person_key=user.person_key, fields=fields, kept=kept)


def _form(user: User, field: CorrectionField, uploads: Uploads, data: QueryDict | None) -> CorrectionForm:
    return CORRECTION_FORMS[field](data, facts=facts_of(user, None, clock.today()), uploads=uploads)


def _offered(user: User, record: Record) -> set[CorrectionField]:
    """The document always; what it tells of the person follows from it."""
    told = facts_of(user, current_version(record).content["personal"], clock.today()).fixed_by_document
    return {field for field in CorrectionField if field not in told}


def _refusal(record: Record) -> RuleBroken | None:
    try:
        check_possible(record)
    except RuleBroken as broken:
        return broken
    return None


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    """What was typed so far, as the form names it."""
    items = list(answers.get("items", {}).items())
    typed = {f"{name}_item": item for name, (item, _) in zip(("first", "second"), items, strict=False)}
    typed |= {f"{name}_answer": value for name, (_, value) in zip(("first", "second"), items, strict=False)}
    return {"document_type": "01", **answers.get("details", {}), **typed}
