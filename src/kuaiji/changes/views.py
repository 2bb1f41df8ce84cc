"""The pages of 信息变更 (R4): guard, form, one service call, redirect."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kuaiji.accountants import rules
from kuaiji.accountants.enums import EmploymentStatus, SectionSlug, VersionKind
from kuaiji.accountants.models import RecordVersion
from kuaiji.accountants.reading.comparison import differing, pairs_of
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.reading.display import Group, identity_lines, in_one_line, rows_of
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.sections.posts import read_post, redisplay, uploads_of
from kuaiji.accountants.sections.registry import (
    BY_SLUG,
    SECTIONS,
    Section,
    SectionPage,
)
from kuaiji.accountants.services.changing import StaleChange, confirm_record
from kuaiji.accountants.services.versions import version_in_force
from kuaiji.attachments.services import discard_attachments
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.changes.enums import NameState
from kuaiji.changes.forms import NameForm
from kuaiji.changes.models import WaitingName
from kuaiji.changes.record_view import (
    CONFIRMED,
    UNCHANGED,
    RecordView,
    done_before,
)
from kuaiji.changes.services import (
    FORMS,
    NAME_FORM,
    form_of,
    newest_name,
    rename_person,
    save_section,
    waiting_name,
    withdraw_name,
)
from kuaiji.common import clock
from kuaiji.common.body_caps import takes_files, takes_files_where
from kuaiji.common.context import where_works
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import count_in, refuse
from kuaiji.identity.late_forms.guards import keeps_typed, late_form
from kuaiji.identity.pages import citizen_of
from kuaiji.regions.services import bureau_of, full_name
from kuaiji.unsent.pages import (
    by_script,
    is_leaving,
    new_fields,
    opened_page,
    stale_answer,
    typed_in,
    unsent_on,
)
from kuaiji.unsent.services import Fields, StaleForm, kept_forms, unsent_form
from kuaiji.unsent.views import KeptPage, discard_form, keep_shown, leave_page, show_beside

View = Callable[..., HttpResponse]


def changing_view(view: View) -> View:
    """For signed-in people with a record; the others are led to the collection."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = version_in_force(citizen_of(request))
        if found is None:
            return redirect("collection:overview")
        version, holds = found
        return view(request, RecordView(version.record, version, holds), *args, **kwargs)

    return guarded


@require_GET
@changing_view
def overview(request: HttpRequest, standing: RecordView) -> HttpResponse:
    """What stands, section by section, each with 变更信息; after a save, what it changed."""
    note(request, "changes.overview", subject_id=request.user.pk)
    return render(request, "changes/overview.html", _overview(request, standing))


def _overview(request: HttpRequest, standing: RecordView) -> dict[str, Any]:
    record, facts = standing.record, standing.facts
    return {
        "standing": standing,
        "identity": [Group("", identity_lines(record.user, facts, masked=True))],
        "blocks": [(part, rows_of(part, standing.answers[part.slug], facts)) for part in SECTIONS],
        "up_to_date": up_to_date(record, clock.today()),
        "region_locked": rules.region_locked(standing.holds),
        "division": full_name(record.division_code),
        "bureau": bureau_of(record.division_code),
        "corrections": where_works("/me/corrections/"),
        "transfers": where_works("/transfers/out/"),
        "education": where_works("/education/"),
        "waits": newest_name(record),
        "kept_forms": kept_forms(record.user, FORMS),
        "told": "kept" in request.GET,
        "draft_of": "变更",
        "done": done_before(request.GET.get("done", ""), standing),
    }


@takes_files_where(lambda slug: bool(PICTURES.get(slug)))
@require_http_methods(["GET", "POST"])
@keeps_typed
@changing_view
def section(request: HttpRequest, standing: RecordView, slug: SectionSlug) -> HttpResponse:
    """One section: 变更信息, edit, 保存."""
    part = BY_SLUG[slug]
    if request.method == "POST":
        return _save(request, standing, part)
    if standing.lock:
        return redirect("changes:overview")
    late, row = late_form(request), unsent_form(citizen_of(request), form_of(slug))
    typed = late.typed if late.typed is not None else typed_in(row)
    page = SectionPage(
        part,
        facts=standing.facts,
        data=typed,
        uploads=_files(request, standing, part),
        answers=standing.answers[slug],
        before=standing.before(slug),
        employer_search=reverse("collection:employers"),
    )
    note(request, f"changes.{slug}", subject_id=request.user.pk)
    received = page.form.files_of_person.received.items()
    unsaved = [page.form.fields[name].label for name, row in received if row.claimed_at is None]
    context = _context(request, standing, page) | {"unsaved": unsaved, "unsent": unsent_on(request, row, late.typed)}
    if typed is not None:
        context["based_on"] = count_in(typed, "based_on") or context["based_on"]
    return render(request, "changes/section.html", context)


def _save(request: HttpRequest, standing: RecordView, part: Section) -> HttpResponse:
    if request.POST.get("action") == "discard":
        discard_form(request, form=form_of(part.slug))
        discard_attachments(person_key=citizen_of(request).person_key, purposes=part.form.uploads)
        return redirect(f"changes:{part.slug}")
    typed = read_post(request)
    page = SectionPage(
        part,
        facts=standing.facts,
        data=typed.data,
        uploads=_files(request, standing, part),
        before=standing.before(part.slug),
        employer_search=reverse("collection:employers"),
    )
    based_on = count_in(request.POST, "based_on") or standing.version.number

    def context() -> dict[str, Any]:
        """Of the page, where it is shown again."""
        return _context(request, standing, page) | {"based_on": based_on} | typed.found

    if is_leaving(request):
        return _leave(request, standing, page, context())
    if typed.asks:
        keep_shown(request, form=form_of(part.slug), fields=_fields(standing, page))
        return redisplay(request, "changes/section.html", page, typed, context())
    if not page.is_valid():
        keep_shown(request, form=form_of(part.slug), fields=_fields(standing, page))
        return refuse(request, "changes/section.html", context())
    try:
        changed = save_section(
            operation=operation_of(request, OperationKind.RECORD_CHANGING),
            seen=standing.version,
            slug=part.slug,
            answers=page.answers(),
            based_on=based_on,
            opened=opened_page(request),
        )
    except StaleForm as other:
        return show_beside(request, "changes/section.html", context(), other)
    except StaleChange as stale:
        meanwhile = _meanwhile(standing, page, stale.version)
        return render(request, "changes/section.html", context() | meanwhile, status=409)
    except RuleBroken as broken:
        note(request, f"changes.{part.slug}", subject_id=request.user.pk, outcome=broken.code)
        page.form.refuse(broken)
        keep_shown(request, form=form_of(part.slug), fields=_fields(standing, page))
        return refuse(request, "changes/section.html", context())
    again = based_on < standing.version.number and standing.version.section == part.slug
    return _to_overview(standing, changed.version, again=again)


def _fields(standing: RecordView, page: SectionPage) -> Fields | None:
    """What is to be kept of what was typed: nothing where it says what stands."""
    slug, data = page.section.slug, page.form.data
    assert isinstance(data, QueryDict)
    stood = standing.answers[slug]
    shown = SectionPage(page.section, facts=standing.facts, answers=stood, before=standing.before(slug))
    return new_fields(data, sent=page.forms, shown=shown.forms, uploads=page.form.files_of_person, stood=stood)


def _leave(request: HttpRequest, standing: RecordView, page: SectionPage, context: dict[str, Any]) -> HttpResponse:
    """稍后继续, and what rests in the form; the script of a page from before the section was saved is stopped."""
    version, slug = standing.version, page.section.slug
    if by_script(request) and context["based_on"] < version.number and version.section == slug:
        return stale_answer(version.at)
    kept = KeptPage(
        form=form_of(slug),
        typed=page,
        uploads=page.form.files_of_person,
        template="changes/section.html",
        context=context,
        leads=reverse("changes:overview"),
    )
    return leave_page(request, kept, _fields(standing, page))


def _meanwhile(standing: RecordView, page: SectionPage, version: RecordVersion) -> dict[str, Any]:
    """What was saved elsewhere beside what was typed here; saving again replaces it."""
    section, facts = page.section, standing.facts
    saved, typed = version.content[section.slug], page.answers()
    pairs = pairs_of(rows_of(section, saved, facts), rows_of(section, typed, facts))
    return {"stale": version, "pairs": differing(pairs), "based_on": version.number}


@takes_files
@require_http_methods(["GET", "POST"])
@keeps_typed
@changing_view
def name(request: HttpRequest, standing: RecordView) -> HttpResponse:
    """姓名变更: name, reason and proof; while one waits for the identity check, that one and 撤回."""
    if waits := waiting_name(standing.record):
        note(request, "changes.name", subject_id=request.user.pk)
        if request.method == "POST":  # pressed twice, or from another tab
            return redirect("changes:name")
        return render(request, "changes/name_waiting.html", {"waits": waits, "standing": standing})
    if standing.lock and request.method == "GET":
        return redirect("changes:overview")
    if request.POST.get("action") == "discard":
        discard_form(request, form=NAME_FORM)
        discard_attachments(person_key=citizen_of(request).person_key, purposes=NameForm.uploads)
        return redirect("changes:name")
    late, row = late_form(request), unsent_form(citizen_of(request), NAME_FORM)
    data = request.POST if request.method == "POST" else late.typed if late.typed is not None else typed_in(row)
    uploads = _proof(request)
    form, shown = (
        NameForm(
            typed,
            facts=standing.facts,
            uploads=uploads,
            current=standing.record.user.name,
            initial=_asked_before(standing),
        )
        for typed in (data, None)
    )
    unsent = unsent_on(request, row, late.typed)
    context = {"form": form, "standing": standing, "late": late, "unsent": unsent, "draft_of": "变更"}
    context |= {"main_button": "保存"}
    if request.method == "GET":
        note(request, "changes.name", subject_id=request.user.pk)
        return render(request, "changes/name.html", context)
    fields = new_fields(request.POST, sent=[form], shown=[shown], uploads=uploads, stood={})
    if is_leaving(request):
        kept = KeptPage(
            form=NAME_FORM,
            typed=form,
            uploads=uploads,
            template="changes/name.html",
            context=context,
            leads=reverse("changes:overview"),
        )
        return leave_page(request, kept, fields)
    if not form.is_valid():
        keep_shown(request, form=NAME_FORM, fields=fields)
        return refuse(request, "changes/name.html", context)
    if form.cleaned_data["name"] == form.current:
        discard_form(request, form=NAME_FORM)
        return _to_overview(standing, None, again=standing.version.kind == VersionKind.NAME_CHANGED)
    try:
        changed = rename_person(
            operation=operation_of(request, OperationKind.RECORD_CHANGING),
            record=standing.record,
            name=form.cleaned_data["name"],
            proof_id=form.files_of_person.received["name_proof"].pk,
            reason=form.cleaned_data["reason"],
            opened=opened_page(request),
        )
    except StaleForm as stale:
        return show_beside(request, "changes/name.html", context, stale)
    except RuleBroken as broken:
        note(request, "changes.name", subject_id=request.user.pk, outcome=broken.code)
        form.refuse(broken)
        keep_shown(request, form=NAME_FORM, fields=fields)
        return refuse(request, "changes/name.html", context)
    if isinstance(changed, WaitingName):
        return redirect("changes:name")
    return _to_overview(standing, changed.version)


@require_POST
@changing_view
def withdraw(request: HttpRequest, standing: RecordView) -> HttpResponse:
    """撤回姓名变更: the record stays as it is."""
    operation = operation_of(request, OperationKind.RECORD_CHANGING)
    withdraw_name(operation=operation, record_id=standing.record.pk)
    return redirect("changes:overview")


@require_http_methods(["GET", "HEAD", "POST"])
@changing_view
def confirm(request: HttpRequest, standing: RecordView) -> HttpResponse:
    """信息无变化，确认 (R4.6). Who reloads the address, or keeps it, is led to the page with the button."""
    if request.method != "POST":
        return redirect("changes:overview")
    operation = operation_of(request, OperationKind.RECORD_CONFIRMING)
    try:
        confirm_record(operation=operation, record_id=standing.record.pk)
    except RuleBroken as broken:
        note(request, "changes.confirm", subject_id=request.user.pk, outcome=broken.code)
        return refuse(request, "changes/overview.html", _overview(request, standing) | {"refusal": broken})
    return redirect(f"{reverse('changes:overview')}?done={CONFIRMED}")


def _asked_before(standing: RecordView) -> dict[str, str]:
    """What was typed for a change that was refused or taken back, so that it is not typed again."""
    before = newest_name(standing.record)
    if before is None or before.state == NameState.APPLIED:
        return {}
    return {"name": before.name, "reason": before.reason}


def _context(request: HttpRequest, standing: RecordView, page: SectionPage) -> dict[str, Any]:
    is_personal, is_employment = (page.section.slug == slug for slug in (SectionSlug.PERSONAL, SectionSlug.EMPLOYMENT))
    status = standing.answers[SectionSlug.EMPLOYMENT]["employment_status"]
    return {
        "page": page,
        "late": late_form(request),
        "unsent": unsent_on(request, None),
        "draft_of": "变更",
        "main_button": "保存",
        "standing": standing,
        "based_on": standing.version.number,
        "told": [Group("", identity_lines(standing.record.user, standing.facts, masked=True))] if is_personal else [],
        "who": in_one_line(standing.record.user, standing.facts),
        "rename": reverse("changes:name"),
        "corrections": where_works("/me/corrections/") if is_personal else "",
        "region_locked": is_employment and rules.region_locked(standing.holds),
        "leaving": is_employment and status == EmploymentStatus.ACCOUNTING_POST,
        "crop_next": "?next=/changes/personal/",
    }


def _files(request: HttpRequest, standing: RecordView, part: Section) -> Uploads:
    return uploads_of(request, part, standing.facts, kept=standing.pictures(part.slug))


def _proof(request: HttpRequest) -> Uploads:
    fields = {"name_proof": ("name_proof", str(NameForm.base_fields["name_proof"].label))}
    return take(request, person_key=citizen_of(request).person_key, fields=fields)


def _to_overview(standing: RecordView, made: RecordVersion | None, *, again: bool = False) -> HttpResponse:
    """Where the save is told: the version it made, or that nothing changed. ``again``: the newest version is what the
    same press made before."""
    number = made.number if made else standing.version.number if again else None
    return redirect(f"{reverse('changes:overview')}?done={number or UNCHANGED}")
