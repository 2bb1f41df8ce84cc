"""The lists of what waits: taking, giving back and taking a batch (R9.2)."""

import uuid
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.cases.models import Case
from kuaiji.cases.services.taking import release_case, take_case, take_some
from kuaiji.common.errors import RuleBroken
from kuaiji.desk.queues.display import check_folder, list_context
from kuaiji.desk.queues.forms import AskedForm, ChosenForm
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page

PAGE = "desk/queues/list.html"


@member_page(Role.CLERK, Role.REVIEWER, Role.MANAGER, Role.SYSTEM)
def queue(request: StaffRequest, folder: str) -> HttpResponse:
    """One list; POST takes or gives back what is marked, or takes a batch."""
    check_folder(folder, request.member)
    asked = _asked(request.GET)
    if request.method != "POST":
        return _page(request, folder, asked)
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return _page(request, folder, asked, fault=str(next(iter(form.errors.values()))[0]), status=422)
    if form.cleaned_data["action"] == "take_some":
        return _batch(request, folder, asked)
    if not form.cleaned_data["case"]:
        return _page(request, folder, asked, fault="还没有选任何一件，请先在行首勾选", status=422)
    told = {case_id: _act(request, form.cleaned_data["action"], case_id) for case_id in form.cleaned_data["case"]}
    if any(told.values()):
        return _page(request, folder, asked, told=told, status=409)
    return redirect(request.get_full_path())


def _act(request: StaffRequest, action: str, case_id: uuid.UUID) -> str:
    """What stood in the way of one row, in words; nothing where it was done."""
    operation = operation_of(request, OperationKind.CASE_HANDLING)
    try:
        if action == "take":
            take_case(operation=operation, case_id=case_id, member=request.member)
        else:
            release_case(operation=operation, case_id=case_id, member=request.member)
    except RuleBroken as broken:
        return broken.message
    except Case.DoesNotExist:
        return "没有这件事项，或不在本单位范围内"
    return ""


def _batch(request: StaffRequest, folder: str, asked: dict[str, Any]) -> HttpResponse:
    """From the queue that the page shows."""
    shown = list_context(folder=folder, member=request.member, scope=request.scope, asked=asked)["count"]
    if shown is None:
        return _page(request, folder, asked)
    operation = operation_of(request, OperationKind.CASE_HANDLING)
    try:
        taken = take_some(operation=operation, kind=shown.kind, stage=shown.stage, member=request.member)
    except RuleBroken as broken:
        return _page(request, folder, asked, fault=broken.message, status=409)
    if not taken:
        return _page(request, folder, asked, fault="现在没有无人办理的事项", status=409)
    return redirect(f"{request.path}?kind={shown.kind}&stage={shown.stage}&show=mine")


def _asked(query: QueryDict) -> dict[str, Any]:
    form = AskedForm(query)
    form.is_valid()  # what is none of ours is left out
    return form.cleaned_data


def _page(
    request: StaffRequest,
    folder: str,
    asked: dict[str, Any],
    *,
    told: dict[uuid.UUID, str] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context = list_context(folder=folder, member=request.member, scope=request.scope, asked=asked, told=told)
    if told:
        missed = [words for words in told.values() if words]
        fault = f"{len(told)} 件中有 {len(missed)} 件没有办成，原因写在各行；其余已办好"
    return render(request, PAGE, context | {"fault": fault, "faulty": bool(fault)}, status=status)
