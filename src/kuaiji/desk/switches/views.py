"""``/staff/switches/``: what stands still, since when and by whom; turning it on and off (R9.5, ADR 0141)."""

import datetime as dt

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.ids import as_uuid
from kuaiji.desk.forms import written_moment
from kuaiji.desk.switches.forms import SwitchForm
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.models import SwitchPeriod
from kuaiji.switches.services.turning import Hand, agree, turn_off, turn_on

PAGE = "desk/switches/switches.html"
SHOWN_BEFORE = 20  # periods that are over
USUAL = dt.timedelta(hours=2)


@member_page(Role.SYSTEM, fresh=True)
def switches(request: StaffRequest) -> HttpResponse:
    """What is on, what was, and the form for another."""
    action = request.POST.get("action", "")
    if request.method != "POST":
        return render(request, PAGE, _context(SwitchForm(initial=_initial())))
    form = SwitchForm(request.POST if action == "turn_on" else None, initial=_initial())
    try:
        match action:
            case "turn_on":
                if not form.is_valid():
                    return refuse(request, PAGE, _context(form))
                _turn_on(request, form)
            case "agree" | "turn_off":
                _turn(request, action)
            case _:
                raise BadRequest
    except RuleBroken as broken:
        if form.is_bound:
            form.refuse(broken)
            return refuse(request, PAGE, _context(form))
        return refuse(request, PAGE, _context(form) | {"fault": broken.message})
    return redirect("desk:switches")


def _turn_on(request: StaffRequest, form: SwitchForm) -> None:
    turn_on(
        operation=operation_of(request, OperationKind.SWITCHING),
        switch=SwitchName(form.cleaned_data["switch"]),
        reason=form.cleaned_data["reason"],
        ends_at=form.cleaned_data["ends_at"],
        by=_hand(request),
    )


def _turn(request: StaffRequest, action: str) -> None:
    period_id = as_uuid(request.POST.get("period"))
    if period_id is None:
        raise Http404
    service = agree if action == "agree" else turn_off
    try:
        service(operation=operation_of(request, OperationKind.SWITCHING), period_id=period_id, by=_hand(request))
    except SwitchPeriod.DoesNotExist:
        raise Http404 from None


def _hand(request: StaffRequest) -> Hand:
    return Hand(request.member.name, request.member.pk)


def _initial() -> dict[str, str]:
    return {"ends_at": written_moment(clock.now() + USUAL)}


def _context(form: SwitchForm) -> dict[str, object]:
    now = clock.now()
    is_open = list(SwitchPeriod.objects.open(now))
    over = SwitchPeriod.objects.exclude(pk__in=[period.pk for period in is_open])[:SHOWN_BEFORE]
    return {"form": form, "open": is_open, "over": over}
