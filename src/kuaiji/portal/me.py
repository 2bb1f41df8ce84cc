"""采集状态: where the person stands, what can be done next, and whom to call (R3.9)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kuaiji.audit.access import note
from kuaiji.common.own_pages import rows_for
from kuaiji.identity.pages import citizen_of
from kuaiji.standing.display import standing_of


@require_GET
@login_required
def me(request: HttpRequest) -> HttpResponse:
    user = citizen_of(request)
    context = standing_of(user)
    note(request, "portal.me", subject_id=user.pk)
    rows = rows_for(request, has_record=context["record"] is not None)
    return render(request, "portal/me.html", context | {"rows": rows})
