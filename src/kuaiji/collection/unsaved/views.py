"""稍后继续, 上一步, autosave and refusals: what is typed in a step is kept beside the saved answers (docs/adr/0069)."""

import contextlib
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from kuaiji.accountants.sections.registry import SectionPage
from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.collection import steps
from kuaiji.collection.progress import Progress
from kuaiji.collection.services.drafting import StaleAnswers, keep_step
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import count_in, refuse
from kuaiji.identity.pages import citizen_of
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.pages import (
    by_script,
    new_fields,
    opened_page,
    refused_answer,
    saved_answer,
    stale_answer,
    unsent_beside,
)
from kuaiji.unsent.services import StaleForm


def keep_unsaved(
    request: HttpRequest,
    step: steps.CollectionStep,
    progress: Progress,
    page: SectionPage,
    context: dict[str, Any],
) -> HttpResponse:
    """稍后继续, 上一步, and what rests in the form while somebody types: all of it is kept, right or wrong."""
    script = by_script(request)
    try:
        kept = _keep_typed(request, progress, page, by_script=script)
    except (StaleAnswers, StaleForm) as stale:
        return stale_answer(stale.saved_at) if script else show_stale(request, stale, context)
    except RuleBroken as broken:
        if script:
            return refused_answer(broken)
        page.blame(broken)
        return refuse(request, "collection/section.html", context)
    if script:
        return saved_answer(kept, page.form.files_of_person)
    if page.form.files_of_person.refused:  # a file that was not taken is said, and the rest is kept
        page.is_valid()
        return refuse(request, "collection/section.html", context)
    return redirect(_leads_to(request, step, kept=kept is not None))


def _leads_to(request: HttpRequest, step: steps.CollectionStep, *, kept: bool) -> str:
    """Where 稍后继续 and 上一步 lead. Back to the check page only with nothing unsaved: it shows what is saved."""
    told = {"kept": step.slug} if kept else {}
    if request.POST.get("action") != "back":
        return reverse("collection:overview", query=told)
    if request.POST.get("then") == "review":
        return reverse(step.url_name, query={"then": "review", **told}) if kept else reverse("collection:review")
    previous = steps.before(step)
    return reverse(previous.url_name if previous else "collection:overview", query=told)


def _keep_typed(
    request: HttpRequest, progress: Progress, page: SectionPage, *, by_script: bool = False
) -> UnsentForm | None:
    slug, stood = page.section.slug, progress.begins_with(page.section.slug) or {}
    shown = SectionPage(page.section, facts=progress.facts, answers=stood, before=progress.before(slug))
    data = page.form.data
    assert isinstance(data, QueryDict)
    fields = new_fields(data, sent=page.forms, shown=shown.forms, uploads=page.form.files_of_person, stood=stood)
    return keep_step(
        operation=operation_of(request, OperationKind.DRAFT_SAVING),
        user=citizen_of(request),
        slug=slug,
        fields=fields,
        revision=count_in(data, "revision"),
        opened=opened_page(request),
        by_script=by_script,
    )


def keep_beside(request: HttpRequest, progress: Progress, page: SectionPage) -> None:
    """Keep what is typed on a page that is shown again with it, in case it is left. What stands in the way of that is
    said when the form is sent."""
    with contextlib.suppress(StaleAnswers, StaleForm, RuleBroken):
        _keep_typed(request, progress, page)


def show_stale(request: HttpRequest, stale: StaleAnswers | StaleForm, context: dict[str, Any]) -> HttpResponse:
    """Another page was there first: what was typed here, not saved, and the choice."""
    if isinstance(stale, StaleForm):
        context = context | {"unsent": unsent_beside(stale, context["unsent"]), "stale_draft": True}
    else:
        context = context | {"revision": stale.revision}
    return render(request, "collection/section.html", context | {"stale": stale}, status=409)
