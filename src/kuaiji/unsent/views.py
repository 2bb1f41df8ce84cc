"""The buttons of a form that is kept unsent, for forms that have nothing to save of their own while they are filled."""

import contextlib
import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.identity.pages import citizen_of
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.pages import by_script, opened_page, refused_answer, saved_answer, stale_answer, unsent_beside
from kuaiji.unsent.services import Fields, StaleForm, drop_form, keep_form


class Typed(Protocol):
    """What was typed: a form, or a page of several."""

    def is_valid(self) -> bool: ...

    def blame(self, broken: RuleBroken) -> None: ...


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeptPage:
    """A page with a form that is kept unsent, as it is shown again with what was ``typed``. ``form`` is its name among
    KEPT_FORMS; ``leads`` is where 稍后继续 leads; ``context`` has ``unsent``, what ``unsent_on`` found."""

    form: str
    typed: Typed
    uploads: Uploads
    template: str
    context: Mapping[str, Any]
    leads: str


def leave_page(request: HttpRequest, page: KeptPage, fields: Fields | None) -> HttpResponse:
    """稍后继续, or what rests in the form while somebody types: keep the ``fields`` and go where the page leads.

    The page is shown again with what stands in the way of that, or with all its faults when a file was not taken.
    """
    script = by_script(request)
    try:
        kept = _keep(request, page.form, fields)
    except StaleForm as stale:
        return stale_answer(stale.saved_at) if script else show_beside(request, page.template, page.context, stale)
    except RuleBroken as broken:
        if script:
            return refused_answer(broken)
        page.typed.blame(broken)
        return refuse(request, page.template, dict(page.context))
    if script:
        return saved_answer(kept, page.uploads)
    if page.uploads.refused:
        page.typed.is_valid()
        return refuse(request, page.template, dict(page.context))
    return redirect(f"{page.leads}?kept={page.form.partition('.')[2]}" if kept else page.leads)


def show_beside(request: HttpRequest, template: str, context: Mapping[str, Any], stale: StaleForm) -> HttpResponse:
    """Another page has kept something else unsent: what was typed here, and the choice."""
    unsent = unsent_beside(stale, context["unsent"])
    return render(request, template, {**context, "unsent": unsent, "stale_draft": stale}, status=409)


def keep_shown(request: HttpRequest, *, form: str, fields: Fields | None) -> None:
    """Keep what is typed on a page that is shown again with it, in case it is left. What stands in the way of that is
    said when the form is sent."""
    with contextlib.suppress(StaleForm, RuleBroken):
        _keep(request, form, fields)


def discard_form(request: HttpRequest, *, form: str) -> None:
    """放弃草稿."""
    drop_form(operation=operation_of(request, OperationKind.DRAFT_SAVING), user=citizen_of(request), form=form)


def _keep(request: HttpRequest, form: str, fields: Fields | None) -> UnsentForm | None:
    return keep_form(
        operation=operation_of(request, OperationKind.DRAFT_SAVING),
        user=citizen_of(request),
        form=form,
        fields=fields,
        opened=opened_page(request),
        by_script=by_script(request),
    )
