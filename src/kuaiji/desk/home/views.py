"""What waits for me, and giving a colleague's cases on (R9.2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.cases.services.taking import give_cases
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.desk.home.display import done_context, give_form, home_context
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page

PAGE, DONE, GUIDE = "desk/home/home.html", "desk/home/done.html", "desk/home/guide.html"


@member_page(methods=("GET", "HEAD"))
def home(request: StaffRequest) -> HttpResponse:
    """The queues with number, oldest and overdue; own cases; what was decided today; what was handed up."""
    return render(request, PAGE, home_context(request.member))


@member_page(Role.CLERK, Role.REVIEWER, Role.MANAGER, methods=("GET", "HEAD"))
def done(request: StaffRequest) -> HttpResponse:
    """我做过的: what one decided, with reasons and time, wherever the records are by now; ``before`` is the last row of
    the page before."""
    return render(request, DONE, done_context(request.member, before=as_uuid(request.GET.get("before"))))


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """操作指引 for members, for everybody: it begins with how one signs in. ``python -m guide`` makes its words."""
    return render(request, GUIDE)


@member_page(Role.MANAGER, methods=("POST",))
def give(request: StaffRequest) -> HttpResponse:
    """All that one colleague has in hand goes to another, or back to the queues."""
    form = give_form(request.member, request.POST)
    if form.is_valid():
        try:
            give_cases(
                operation=operation_of(request, OperationKind.CASE_HANDLING),
                giver=request.member,
                of=form.of_member(),
                to=form.to_member(),
            )
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            return redirect("desk:home")
    return render(request, PAGE, home_context(request.member, form=form) | {"faulty": True}, status=422)
