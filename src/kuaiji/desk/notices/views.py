"""``/staff/notices/``: writing, looking, publishing by a second person, pinning, withdrawing (R9.5, ADR 0143)."""

import uuid
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import count_in, refuse
from kuaiji.common.ids import as_uuid
from kuaiji.desk.forms import written_moment
from kuaiji.desk.notices.forms import PublicationForm, WithdrawalForm
from kuaiji.desk.notices.services import areas_of, kept_by
from kuaiji.notices.display import shown
from kuaiji.notices.models import Notice
from kuaiji.notices.services.keeping import Writer, begin, change, pin, publish, withdraw
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page

LIST, NEW, PAGE = (f"desk/notices/{name}.html" for name in ("notices", "new", "notice"))
SHOWN = 100  # of the newest


@member_page(Role.MANAGER, methods=("GET", "HEAD"))
def notices(request: StaffRequest) -> HttpResponse:
    """Drafts, then what was published, the newest first."""
    kept = kept_by(request.member, request.scope)
    context = {"drafts": kept.open()[:SHOWN], "others": kept.exclude(pk__in=kept.open())[:SHOWN], "now": clock.now()}
    return render(request, LIST, context)


@member_page(Role.MANAGER)
def new_notice(request: StaffRequest) -> HttpResponse:
    """The form of another notice, with ``follows`` of a new edition: begins with the text of that one."""
    follows = as_uuid(request.POST.get("follows") or request.GET.get("follows"))
    old = _found(request, follows) if follows else None
    if request.method != "POST":
        return render(request, NEW, {"form": _form(request, old), "old": old})
    form = PublicationForm(request.POST, areas=areas_of(request.member, request.scope))
    try:
        if form.is_valid():
            begun = begin(operation=_operation(request), wording=form.wording(), by=_writer(request), follows=follows)
            return redirect("desk:notice", begun.pk)
    except RuleBroken as broken:
        form.refuse(broken)
    except Notice.DoesNotExist:
        raise Http404 from None
    return refuse(request, NEW, {"form": form, "old": old})


@member_page(Role.MANAGER)
def notice(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """One edition as the public sees it, with what may be done about it."""
    found = _found(request, notice_id)
    if request.method != "POST":
        return render(request, PAGE, _context(request, found))
    form = PublicationForm(request.POST, areas=areas_of(request.member, request.scope))
    leaving = WithdrawalForm(request.POST)
    try:
        match request.POST.get("action", ""):
            case "save":
                if not form.is_valid():
                    return refuse(request, PAGE, _context(request, found, form=form))
                change(
                    operation=_operation(request),
                    notice_id=found.pk,
                    edits=_edits(request),
                    wording=form.wording(),
                    by=_writer(request),
                )
            case "withdraw":
                if not leaving.is_valid():
                    return refuse(request, PAGE, _context(request, found, leaving=leaving))
                reason = leaving.cleaned_data["reason"]
                withdraw(operation=_operation(request), notice_id=found.pk, reason=reason, by=_writer(request))
            case action:
                _turn(request, found, action)
    except RuleBroken as broken:
        return _refused(request, found.pk, form, broken)
    return redirect("desk:notice", found.pk)


def _turn(request: StaffRequest, found: Notice, action: str) -> None:
    match action:
        case "publish":
            publish(operation=_operation(request), notice_id=found.pk, edits=_edits(request), by=_writer(request))
        case "pin" | "unpin":
            pin(operation=_operation(request), notice_id=found.pk, pinned=action == "pin")
        case _:
            raise BadRequest


def _refused(request: StaffRequest, notice_id: uuid.UUID, form: PublicationForm, broken: RuleBroken) -> HttpResponse:
    """The page as it stands now; who lost to a colleague (409) finds what they typed in the form above the other's."""
    found = _found(request, notice_id)
    if request.POST.get("action") != "save":
        return refuse(request, PAGE, _context(request, found) | {"fault": broken.message})
    form.refuse(broken)
    context = _context(request, found, form=form) | {"faulty": True}
    return render(request, PAGE, context, status=409 if broken.code == "changed_meanwhile" else 422)


def _found(request: StaffRequest, notice_id: uuid.UUID) -> Notice:
    found = kept_by(request.member, request.scope).select_related("bureau").filter(pk=notice_id).first()
    if found is None:
        raise Http404
    return found


def _form(request: StaffRequest, notice: Notice | None) -> PublicationForm:
    initial = {}
    if notice:
        moment = written_moment(notice.publish_at) if notice.publish_at else ""
        moment = "" if notice.published_at else moment
        initial = {"title": notice.title, "text": notice.text, "area": notice.area, "publish_at": moment}
    return PublicationForm(initial=initial, areas=areas_of(request.member, request.scope))


def _context(
    request: StaffRequest, found: Notice, *, form: PublicationForm | None = None, leaving: WithdrawalForm | None = None
) -> dict[str, Any]:
    is_draft = found.published_at is None and found.withdrawn_at is None
    return {
        **shown(found),
        "form": (form or _form(request, found)) if is_draft else None,
        "leaving": leaving or WithdrawalForm(),
        "is_draft": is_draft,
        "is_public": found.is_public(clock.now()),
        "may_publish": is_draft and found.saved_by != request.member.pk,
    }


def _edits(request: StaffRequest) -> int:
    return count_in(request.POST, "edits") or 0


def _operation(request: StaffRequest) -> Operation:
    return operation_of(request, OperationKind.NOTICE_KEEPING)


def _writer(request: StaffRequest) -> Writer:
    return Writer(request.member.pk, request.member.name, request.member.bureau)
