"""评价: the page of one evaluation, and the thanks."""

import dataclasses

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.feedback.acts import ACTS
from kuaiji.feedback.forms import EvaluationForm
from kuaiji.feedback.services import evaluate, open_act
from kuaiji.identity.pages import citizen_of

PAGE = "feedback/evaluate.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give(request: HttpRequest, act: str) -> HttpResponse:
    """评价这次服务, of the newest own act of a kind; who has none to evaluate is led to the own page."""
    user = citizen_of(request)
    if open_act(user, act) is None:
        return redirect("feedback:thanks" if request.method == "POST" else "portal:me")
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "act": ACTS[act]}
    if request.method != "POST":
        return render(request, PAGE, context)
    if not form.is_valid():
        return refuse(request, PAGE, context)
    # Whoever acts, the row and the operation name nobody.
    operation = dataclasses.replace(operation_of(request, OperationKind.EVALUATING), actor_id=None)
    try:
        evaluate(operation=operation, user=user, act=act, **form.cleaned_data)
    except RuleBroken:  # over since the page was opened
        return redirect("portal:me")
    return redirect("feedback:thanks")


@require_safe
@login_required
def thanks(request: HttpRequest) -> HttpResponse:
    """谢谢评价; knows nothing of it."""
    return render(request, "feedback/thanks.html")
