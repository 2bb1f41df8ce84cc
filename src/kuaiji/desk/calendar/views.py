"""``/staff/calendar/``: the days off of a year, entered from the notice as published (R9.5, ADR 0142)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.desk.calendar.display import lines_of, written
from kuaiji.desk.calendar.forms import NoticeForm
from kuaiji.regions.calendar import CalendarChange, enter_notice, missing_year, preview_notice, published_until
from kuaiji.regions.holidays import Day
from kuaiji.regions.models import CalendarNotice, Workday
from kuaiji.regions.services import bureaux_above
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page

PAGE = "desk/calendar/calendar.html"


@member_page(Role.MANAGER)
def calendar(request: StaffRequest) -> HttpResponse:
    """The days that are known; for the registry's own 管理 the form, what it would change, and entering it."""
    keeps = not bureaux_above(request.member.bureau)
    if request.method != "POST":
        return render(request, PAGE, _context(NoticeForm(), keeps))
    form = NoticeForm(request.POST)
    if not keeps:
        form.refuse(RuleBroken("not_yours", "工作日历由本平台的省级（市级）管理人员维护"))
    if not form.is_valid():
        return refuse(request, PAGE, _context(form, keeps))
    change = preview_notice(form.cleaned_data["text"])
    if request.POST.get("action") != "enter":
        return render(request, PAGE, _context(form, keeps, change))
    try:
        enter_notice(
            operation=operation_of(request, OperationKind.CALENDAR_KEEPING),
            text=form.cleaned_data["text"],
            source=form.cleaned_data["source"],
            name=request.member.name,
            member_id=request.member.pk,
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return refuse(request, PAGE, _context(form, keeps, change))
    return redirect("desk:calendar")


def _context(form: NoticeForm, keeps: bool, change: CalendarChange | None = None) -> dict[str, Any]:
    until = published_until()
    year = until.year if until else clock.today().year
    return {
        "form": form,
        "keeps": keeps,
        "change": change,
        "missing": missing_year(clock.today()),
        "year": year,
        "lines": lines_of(Day(row.day, row.is_working, row.name) for row in Workday.objects.filter(day__year=year)),
        "preview": lines_of(change.reading.days) if change else [],
        "removed": [_told(day) for day in change.removed] if change else [],
        "added": [_told(day) for day in change.added] if change else [],
        "notices": CalendarNotice.objects.all()[:10],
    }


def _told(day: Day) -> str:
    return f"{written(day.day)}{'上班' if day.is_working else '放假'}"
