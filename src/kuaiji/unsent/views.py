"""The buttons of a form that is kept unsent, for forms that have nothing to save of their own while they are filled."""

import contextlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.pages import citizen_of
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.pages import by_script, opened_page, refused_answer, saved_answer, stale_answer
from kuaiji.unsent.services import Fields, StaleForm, drop_form, keep_form

Refuse = Callable[[StaleForm | RuleBroken | None], HttpResponse]


def leave_form(
    request: HttpRequest, *, form: str, fields: Fields | None, uploads: Uploads, refuse: Refuse, leads: str
) -> HttpResponse:
    """稍后继续, or what rests in the form while somebody types: keep the ``fields`` and go to ``leads``.

    ``refuse`` shows the page again: with what stands in the way, or with None for a file that was not taken.
    """
    try:
        kept = _keep(request, form, fields)
    except StaleForm as stale:
        return stale_answer(stale.saved_at) if by_script(request) else refuse(stale)
    except RuleBroken as broken:
        return refused_answer(broken) if by_script(request) else refuse(broken)
    if by_script(request):
        return saved_answer(kept, uploads)
    if uploads.refused:
        return refuse(None)
    return redirect(f"{leads}?kept={form.partition('.')[2]}" if kept else leads)


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
