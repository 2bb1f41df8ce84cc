"""Pages of what a bureau decides: the case, its pictures, and what is done about it (R9.2; ADR 0116)."""

import uuid
from collections.abc import Collection
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from kuaiji.applications.enums import BY_STAFF, ApplicationKind
from kuaiji.applications.services.endings import check_decider
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import decide, take_back
from kuaiji.cases.services.moved import CaseMoved
from kuaiji.cases.services.taking import hand_up, release_case, take_case
from kuaiji.cases.services.words import keep_words
from kuaiji.common.errors import RuleBroken
from kuaiji.desk.deciding.conflicts import ASK_AGAIN, show_conflict
from kuaiji.desk.deciding.display import show_application, show_transfer
from kuaiji.desk.deciding.forms import DecisionForm
from kuaiji.desk.deciding.messages import show_message
from kuaiji.desk.deciding.pages import DECIDES, Show, case_of, draw, in_hand, moved, told_of
from kuaiji.desk.record.pictures import MarkedPicture
from kuaiji.identity.partner_checks.services import ask_once_more
from kuaiji.reconciliation.enums import CONFLICT_CASE, STUCK_CASE
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page
from kuaiji.staff.sessions.services import FRESH, is_proved
from kuaiji.transfers.enums import IN_CASE, OUT_CASE, RELEASE_CASE

APPLICATIONS: Collection[str] = tuple(kind.value for kind in ApplicationKind)
TRANSFERS: Collection[str] = (IN_CASE, OUT_CASE, RELEASE_CASE)
CONFLICTS: Collection[str] = (CONFLICT_CASE,)
MESSAGES: Collection[str] = (STUCK_CASE,)
PROOF = "/staff/proof/"  # where the second factor is shown once more
TYPED = ("reasons", "words", "at_once")


@sensitive_post_parameters("words")
@member_page(*DECIDES)
def application(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """A lost phone, or a correction."""
    return _page(request, case_of(request, subject_id, APPLICATIONS), show_application)


@sensitive_post_parameters("words")
@member_page(*DECIDES)
def transfer(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """A claim that a bureau has to know, or somebody who leaves, to look at."""
    return _page(request, case_of(request, subject_id, TRANSFERS), show_transfer)


@sensitive_post_parameters("words")
@member_page(*DECIDES)
def conflict(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """Somebody about whom another system says something else. 重新核验 asks it now, while the clerk waits."""
    case = case_of(request, subject_id, CONFLICTS)
    if request.method == "POST" and request.POST.get("action") == ASK_AGAIN and in_hand(case, request.member):
        note(request, "desk.case", subject_id=case.user_id or case.subject_id)
        ask_once_more(operation=operation_of(request, OperationKind.CHECK_RECORDING), check_id=case.subject_id)
        return redirect(request.path)
    return _page(request, case, show_conflict)


@sensitive_post_parameters("words")
@member_page(Role.MANAGER, Role.SYSTEM)
def message(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """A message that waits for people: 系统 looks at what stands around it, 管理 reads it and decides."""
    case = case_of(request, subject_id, MESSAGES)
    reads = request.member.has_role(Role.MANAGER)
    if request.method == "POST" and not reads:
        raise Http404
    if reads:
        note(request, "desk.message", subject_id=case.user_id or case.subject_id)
    return _page(request, case, show_message(with_body=reads), is_noted=True)


@member_page(*DECIDES, methods=("GET", "HEAD"))
def application_picture(request: StaffRequest, subject_id: uuid.UUID, picture_id: uuid.UUID) -> HttpResponse:
    """A proof of a correction."""
    return _picture(request, case_of(request, subject_id, APPLICATIONS), picture_id, show_application)


@member_page(*DECIDES, methods=("GET", "HEAD"))
def transfer_picture(request: StaffRequest, subject_id: uuid.UUID, picture_id: uuid.UUID) -> HttpResponse:
    """A side of a claimant's document."""
    return _picture(request, case_of(request, subject_id, TRANSFERS), picture_id, show_transfer)


def _page(request: StaffRequest, case: Case, show: Show, *, is_noted: bool = False) -> HttpResponse:
    if request.method != "POST":
        return draw(request, case, show, is_noted=is_noted)
    form = DecisionForm(request.POST, case=case)
    if not form.is_valid():
        return draw(request, case, show, form=form, is_noted=is_noted)
    try:
        return _act(request, case, form) or redirect(request.path)
    except CaseMoved as found:
        return redirect(request.path) if _was_mine(request, case, form, found) else moved(request, case, found)
    except RuleBroken as broken:
        form.refuse(broken)
        note(request, "desk.case", subject_id=case.user_id or case.subject_id, outcome=broken.code)
        case.refresh_from_db()
        return draw(request, case, show, form=form, is_noted=is_noted)
    except Case.DoesNotExist:
        raise Http404 from None


def _act(request: StaffRequest, case: Case, form: DecisionForm) -> HttpResponse | None:
    """What the button says. Raises what the services raise."""
    member, action = request.member, request.POST.get("action", "")
    handling = operation_of(request, OperationKind.CASE_HANDLING)
    if action == "take":
        take_case(operation=handling, case_id=case.pk, member=member)
    elif action == "release":
        release_case(operation=handling, case_id=case.pk, member=member)
    elif action == "hand_over":
        hand_up(operation=handling, case_id=case.pk, member=member, words=form.cleaned_data["words"])
    elif action == "keep":
        _keep(request, case)
    elif action == "take_back":
        take_back(operation=operation_of(request, OperationKind.CASE_DECIDING), case_id=case.pk, member=member)
    elif form.cleaned_data["decision"]:
        return _decide(request, case, form)
    else:
        raise RuleBroken("nothing_chosen", "请用页面上的按钮说明怎样办理")
    return None


def _decide(request: StaffRequest, case: Case, form: DecisionForm) -> HttpResponse | None:
    """A lost phone is decided by who has shown the second factor just now; what was typed waits meanwhile."""
    if case.kind == ApplicationKind.PHONE_LOST and not is_proved(request.session, within=FRESH):
        _keep(request, case)
        return redirect(f"{PROOF}?{urlencode({'next': request.path})}")
    if case.kind in BY_STAFF and form.cleaned_data["decision"] == Verdict.APPROVE:
        check_decider(application_id=case.subject_id, member_id=request.member.pk)
    decide(
        operation=operation_of(request, OperationKind.CASE_DECIDING),
        case_id=case.pk,
        member=request.member,
        judgement=form.judgement(),
        page=form.page(),
        at_once=form.cleaned_data.get("at_once", False),
    )
    return None


def _keep(request: StaffRequest, case: Case) -> None:
    keep_words(
        operation=operation_of(request, OperationKind.CASE_HANDLING),
        case_id=case.pk,
        member=request.member,
        fields={name: request.POST.getlist(name) for name in TYPED if name in request.POST},
    )


def _was_mine(request: StaffRequest, case: Case, form: DecisionForm, found: CaseMoved) -> bool:
    """Whether it was the member, in another tab or by Back, who has said just this."""
    if found.who != request.member or not form.cleaned_data["decision"]:
        return False
    said, last = form.judgement(), case.decisions.order_by("-made_at", "-pk").first()
    return last is not None and (last.verdict, last.words) == (said.verdict, said.words)


def _picture(request: StaffRequest, case: Case, picture_id: uuid.UUID, show: Show) -> HttpResponse:
    """Only to who has the case in hand, and only inside a page of ours."""
    told = told_of(case, show, True)[0] if in_hand(case, request.member) else None
    row = next((row for row in told.pictures if row.pk == picture_id), None) if told else None
    if row is None or request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        note(request, "desk.case_picture", subject_id=case.user_id or case.subject_id, outcome="not_shown")
        raise Http404
    note(request, "desk.case_picture", subject_id=case.user_id or case.subject_id)
    return MarkedPicture(row, request.member)
