"""The pages of the collection: guard, form, one service call, redirect."""

import contextlib
import datetime as dt
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kuaiji.accountants import rules
from kuaiji.accountants.enums import CollectionStatus, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.reading.display import (
    checklist_of,
    in_one_line,
    photo_address,
    registration_lines,
    rows_of,
)
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.sections.employers import employer_suggestion, search_employers
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.posts import read_post, redisplay, uploads_of
from kuaiji.accountants.sections.registry import SECTIONS, SectionPage
from kuaiji.accountants.services.transferring import record_to_complete
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.collection import steps
from kuaiji.collection.enums import SubmissionAction
from kuaiji.collection.forms import NoticeForm
from kuaiji.collection.progress import (
    Progress,
    answers_in,
    form_of,
    is_filled_in,
    progress_of,
    returned_submission,
    waiting_submission,
)
from kuaiji.collection.services.deciding import decide
from kuaiji.collection.services.drafting import StaleAnswers, agree_to_notice, save_step
from kuaiji.collection.services.submitting import StepUnsound, checked_answers, submit_draft
from kuaiji.collection.soundness import broken_steps, judge, sound_but_for, sound_steps
from kuaiji.collection.unsaved.views import keep_beside, keep_unsaved, show_stale
from kuaiji.common import clock
from kuaiji.common.body_caps import takes_files_where
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import count_in, refuse
from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.profile import profile
from kuaiji.identity.enums import TextKey
from kuaiji.identity.late_forms.guards import Late, keeps_typed, late_form
from kuaiji.identity.models import User
from kuaiji.identity.pages import citizen_of
from kuaiji.identity.partner_checks.services import ask_open_checks
from kuaiji.identity.texts import files
from kuaiji.regions.services import bureau_of, full_name
from kuaiji.unsent.pages import is_leaving, opened_page, typed_in, unsent_on
from kuaiji.unsent.services import StaleForm, drop_form

View = Callable[..., HttpResponse]


def collecting(view: View) -> View:
    """For signed-in people who have no record yet, or one to complete; the others are shown where they stand."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _finished(request):
            return redirect("collection:done" if view.__name__ == "_review" else "portal:me")
        if waiting_submission(citizen_of(request)):
            return redirect("collection:waiting")
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@collecting
def overview(request: HttpRequest) -> HttpResponse:
    """The eight steps with their state."""
    progress = progress_of(citizen_of(request))
    broken = broken_steps(progress)
    here = steps.first_open(progress.agreed, sound_but_for(progress, broken))
    rows = [(step, _state(step, here, progress, broken)) for step in steps.STEPS]
    context = {"rows": rows, "here": here, "draft": progress.draft, "arrived": progress.arrived}
    context |= {"kept": _kept(request), "days": profile().draft_days}
    context["broken"] = [(step, broken[step.slug]) for step in steps.SECTION_STEPS if step.slug in broken]
    context["returned"] = returned_submission(citizen_of(request))
    return render(request, "collection/overview.html", context)


def _state(step: steps.CollectionStep, here: steps.CollectionStep, progress: Progress, broken: Collection[str]) -> str:
    if step.slug in broken:
        return "broken"
    if step.slug in progress.unsent:
        opens = step.number <= here.number or step.slug in progress.saved
        return "typed" if opens else "typed_later"
    if step.number < here.number or step.slug in progress.saved:
        return "done"
    return "now" if step is here else "later"


@require_http_methods(["GET", "POST"])
@collecting
def notice(request: HttpRequest) -> HttpResponse:
    """Step 2: read the notice, promise the truth."""
    progress = progress_of(citizen_of(request))
    form = NoticeForm(request.POST if request.method == "POST" else None, initial={"truthful": progress.agreed})
    context = {"step": steps.NOTICE, "form": form, "text": files.current_text(TextKey.COLLECTION)}
    context["kept"] = _kept(request)
    if request.method == "POST":
        if not form.is_valid():
            return refuse(request, "collection/notice.html", context)
        try:
            agree_to_notice(operation=operation_of(request, OperationKind.DRAFT_SAVING), user=citizen_of(request))
        except RuleBroken:  # closed from elsewhere while this was on its way
            return redirect("collection:overview")
        return redirect(steps.after(steps.NOTICE).url_name)
    return render(request, "collection/notice.html", context)


@takes_files_where(lambda slug: bool(PICTURES.get(slug)))
@require_http_methods(["GET", "POST"])
@keeps_typed
@collecting
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Steps 3 to 7: one section each."""
    step = steps.BY_NAME[slug]
    progress = progress_of(citizen_of(request))
    broken = broken_steps(progress)
    sound = sound_but_for(progress, broken)
    if not steps.may_open(step, progress.agreed, sound, progress.saved):
        return redirect(steps.first_open(progress.agreed, sound).url_name)
    if request.method == "POST":
        return _save(request, step, progress)
    late = late_form(request)
    if slug in broken and late.typed is None and slug not in progress.unsent:
        return _show_broken(request, step, progress)
    return _show(request, step, progress, late)


def _show_broken(request: HttpRequest, step: steps.CollectionStep, progress: Progress) -> HttpResponse:
    """What was saved, with what is wrong with it now at the fields."""
    assert step.section is not None
    page = judge(progress, step.section, _take(request, step, progress))
    note(request, f"collection.{step.slug}", subject_id=request.user.pk)
    context = _context(request, step, progress, page)
    return render(request, "collection/section.html", context | {"broken": True, "faulty": not page.is_valid()})


def _show(request: HttpRequest, step: steps.CollectionStep, progress: Progress, late: Late) -> HttpResponse:
    """What was saved, or what was typed and not saved, or posted after the session's end, as it was typed."""
    assert step.section is not None
    typed = late.typed if late.typed is not None else typed_in(progress.unsent.get(step.slug))
    page = SectionPage(
        step.section,
        facts=progress.facts,
        data=typed,
        uploads=_take(request, step, progress),
        answers=progress.begins_with(step.section.slug),
        before=progress.before(step.section.slug),
        employer_search=reverse("collection:employers"),
    )
    note(request, f"collection.{step.slug}", subject_id=request.user.pk)
    context = _context(request, step, progress, page)
    if typed is not None:
        context["revision"] = count_in(typed, "revision") or context["revision"]
    return render(request, "collection/section.html", context)


def _save(request: HttpRequest, step: steps.CollectionStep, progress: Progress) -> HttpResponse:
    assert step.section is not None
    if request.POST.get("action") == "discard":
        operation = operation_of(request, OperationKind.DRAFT_SAVING)
        drop_form(operation=operation, user=citizen_of(request), form=form_of(step.section.slug))
        return redirect(step.url_name)
    typed = read_post(request)
    files = _take(request, step, progress)
    page = SectionPage(
        step.section,
        facts=progress.facts,
        data=typed.data,
        uploads=files,
        before=progress.before(step.section.slug),
        employer_search=reverse("collection:employers"),
    )

    def context() -> dict[str, Any]:
        """Of the page, where it is shown again."""
        return _context(request, step, progress, page) | typed.found

    if is_leaving(request):
        return keep_unsaved(request, step, progress, page, context())
    if typed.asks:
        keep_beside(request, progress, page)
        return redisplay(request, "collection/section.html", page, typed, context())
    if not page.is_valid():
        keep_beside(request, progress, page)
        return refuse(request, "collection/section.html", context())
    try:
        save_step(
            operation=operation_of(request, OperationKind.DRAFT_SAVING),
            user=citizen_of(request),
            slug=step.section.slug,
            answers=page.answers(),
            revision=count_in(request.POST, "revision"),
            opened=opened_page(request),
        )
    except (StaleAnswers, StaleForm) as stale:
        return show_stale(request, stale, context())
    except RuleBroken as broken:
        if broken.field or broken.code == "not_an_accountant":
            note(request, f"collection.{step.slug}", subject_id=request.user.pk, outcome=broken.code)
            page.form.refuse(broken)
            keep_beside(request, progress, page)
            return refuse(request, "collection/section.html", context())
        # Submitted from elsewhere while this was on its way: the overview knows where the person stands
        return redirect("collection:overview")
    return redirect("collection:review" if request.POST.get("then") == "review" else steps.after(step).url_name)


@require_GET
@login_required
def employers(request: HttpRequest) -> HttpResponse:
    """Employer search for the script of the work section, here and where it is changed."""
    try:
        found = search_employers(request.GET.get("q", ""))
    except PartnerUnavailable:
        return JsonResponse({"results": []}, status=503)
    return JsonResponse({"results": [employer_suggestion(employer) for employer in found]})


@require_http_methods(["GET", "POST"])
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """Step 8: all answers, each with 修改; POST submits."""
    # Whatever stands in the way of what is filled in is found under the lock, and only there.
    if request.method == "POST" and is_filled_in(citizen_of(request)):
        return _submit(request)
    return _review(request)


def _submit(request: HttpRequest) -> HttpResponse:
    user = citizen_of(request)
    try:
        ask_open_checks(user)
        made = submit_draft(operation=operation_of(request, OperationKind.RECORD_COLLECTING), user=user)
    except StepUnsound as unsound:
        return redirect(steps.BY_NAME[unsound.slug].url_name)
    except RuleBroken as broken:
        note(request, "collection.submit", subject_id=user.pk, outcome=broken.code)
        note(request, "collection.review", subject_id=user.pk)
        progress = progress_of(user)
        if progress.draft is None:  # closed in this moment
            return redirect("collection:overview")
        return render(request, "collection/review.html", _answers(user, progress) | {"refusal": broken}, status=422)
    return redirect("collection:done" if isinstance(made, Record) else "collection:waiting")


@collecting
def _review(request: HttpRequest) -> HttpResponse:
    """The check page, or the step before it that is not done."""
    user = citizen_of(request)
    progress = progress_of(user)
    sound = sound_steps(progress)
    if not steps.may_open(steps.REVIEW, progress.agreed, sound):
        if _finished(request):  # submitted since the guard looked
            return redirect("collection:done")
        return redirect(steps.first_open(progress.agreed, sound).url_name)
    refusal = None
    try:
        checked_answers(progress)
    except StepUnsound as unsound:
        return redirect(steps.BY_NAME[unsound.slug].url_name)
    except RuleBroken as broken:
        refusal = broken
    note(request, "collection.review", subject_id=user.pk)
    return render(request, "collection/review.html", _answers(user, progress) | {"refusal": refusal})


@require_GET
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """待核验: what was submitted, since when it waits and for what, and 撤回修改."""
    user = citizen_of(request)
    submission = waiting_submission(user)
    if submission is None:
        return redirect("collection:done" if _finished(request) else "collection:overview")
    answers = answers_in(submission)
    facts = facts_of(user, answers[SectionSlug.PERSONAL], clock.today())
    note(request, "collection.waiting", subject_id=user.pk)
    context = {
        "submission": submission,
        "arrived": record_to_complete(user),
        "told": registration_lines(user, facts),
        "blocks": [(part, rows_of(part, answers[part.slug], facts)) for part in SECTIONS],
        "bureau": bureau_of(answers[SectionSlug.EMPLOYMENT]["division_code"]),
    }
    return render(request, "collection/waiting.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    """撤回修改: what waits is a draft again. Who was overtaken by the answer is shown where it led."""
    if submission := waiting_submission(citizen_of(request)):
        operation = operation_of(request, OperationKind.RECORD_COLLECTING)
        with contextlib.suppress(RuleBroken):
            decide(operation=operation, submission_id=submission.pk, action=SubmissionAction.WITHDRAWN)
    return redirect("collection:done" if _finished(request) else "collection:overview")


@require_GET
@login_required
def done(request: HttpRequest) -> HttpResponse:
    """信息已采集: the card of completion, what can be kept of it, and the bureau."""
    user = citizen_of(request)
    record = Record.objects.of(user).complete().first()
    if record is None:
        return redirect("collection:overview")
    if record.status != CollectionStatus.COLLECTED:  # on its way to another platform, or there
        return redirect("portal:me")
    place = record.division_code
    context = {
        "record": record,
        "photo": photo_address(record),
        "up_to_date": up_to_date(record, clock.today()),
        "bureau": bureau_of(place),
        "division": full_name(place),
    }
    note(request, "collection.done", subject_id=user.pk)
    return render(request, "collection/done.html", context)


def _answers(user: User, progress: Progress) -> dict[str, Any]:
    """Everything the check page shows."""
    employment = progress.answers[SectionSlug.EMPLOYMENT]
    start, typed = employment["accounting_start_date"], employment["accounting_years"]
    before = progress.before(SectionSlug.EMPLOYMENT)
    times = [*(before.earlier if before else ()), (dt.date.fromisoformat(start), None)] if start else []
    counted = rules.accounting_years(times, until=progress.facts.today) if start else None
    return {
        "step": steps.REVIEW,
        "blocks": [(part, checklist_of(part, progress.answers[part.slug], progress.facts)) for part in SECTIONS],
        "told": registration_lines(user, progress.facts, masked=False),
        "years_counted": counted,
        "years_differ": counted is not None and typed != counted,
        "study_dates_wanted": rules.study_dates_wanted(
            progress.answers[SectionSlug.EDUCATION], progress.facts.works_since
        ),
    }


def _context(request: HttpRequest, step: steps.CollectionStep, progress: Progress, page: SectionPage) -> dict[str, Any]:
    previous = steps.before(step)
    late = late_form(request)
    then = (late.typed or request.POST).get("then") or request.GET.get("then")
    return {
        "late": late,
        "unsent": unsent_on(request, progress.unsent.get(step.slug), late.typed),
        "kept": _kept(request),
        "saved": step.slug in progress.saved,
        "step": step,
        "page": page,
        "told": registration_lines(citizen_of(request), progress.facts) if step.slug == SectionSlug.PERSONAL else [],
        "who": in_one_line(citizen_of(request), progress.facts),
        "revision": progress.revisions.get(step.slug, 0),
        "previous": previous is not None,
        "then": "review" if then == "review" else "",
    }


def _kept(request: HttpRequest) -> steps.CollectionStep | None:
    """The step that the page before has kept unsaved."""
    return steps.BY_NAME.get(request.GET.get("kept", ""))


def _take(request: HttpRequest, step: steps.CollectionStep, progress: Progress) -> Uploads:
    assert step.section is not None
    return uploads_of(request, step.section, progress.facts, progress.pictures(step.section.slug))


def _finished(request: HttpRequest) -> bool:
    """Is there a record, and nothing left to complete?"""
    return Record.objects.of(request.user.pk).complete().exists()
