"""``/staff/team/``: who works at the own bureau and below, for those who look after them."""

import dataclasses
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, refuse
from kuaiji.common.ids import as_uuid, uuid7
from kuaiji.staff.enums import Role
from kuaiji.staff.forms import ChangeForm, PostForm, ReasonForm
from kuaiji.staff.guards import StaffRequest, member_page
from kuaiji.staff.joining.services import invite as make_invitation
from kuaiji.staff.models import Member
from kuaiji.staff.pages import answer, refused
from kuaiji.staff.rules import ADMINISTRATORS, MAY_GIVE
from kuaiji.staff.team.reach import bureaux_below
from kuaiji.staff.team.reading import behind, found_among, what_happened
from kuaiji.staff.team.services import (
    Wanted,
    change_member,
    disable_member,
    enable_member,
    members_for,
    unlock_member,
)

ON_A_PAGE, LONGEST_SEARCH = 50, 30
SEARCH = "team_search"  # in the session
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
ACTS: dict[str, Callable[..., None]] = {"disable": disable_member, "enable": enable_member, "unlock": unlock_member}
DONE = {
    "change": "已变更",
    "disable": "已停用",
    "enable": "已恢复",
    "unlock": "已解除第二步验证，24 小时内凭密码重新设置",
}


@member_page(*ADMINISTRATORS)
def team(request: StaffRequest) -> HttpResponse:
    """The list: ``q`` is a part of the name or the beginning of the user name, ``division`` the bureau of a place,
    ``role`` a role; ``after`` is the last row of the page before, ``page`` the number of one typed by hand.

    The box posts: who was looked for stays in the session, and its key ``s`` alone stands in the address (ADR 0121).
    ``q`` typed there by hand is answered too.
    """
    if request.method == "POST":
        return _search(request)
    key = request.GET.get("s", "")
    asked = {
        "q": request.GET.get("q", "").strip() or _kept(request, key),
        "division": request.GET.get("division", "").strip(),
        "role": request.GET.get("role", "").strip(),
    }
    found = found_among(members_for(request.member), **asked)
    query = {name: text for name, text in {**asked, "q": "", "s": key if _kept(request, key) else ""}.items() if text}
    number = request.GET.get("page", "")
    skip = (int(number) - 1) * ON_A_PAGE if PAGE_NUMBER.fullmatch(number) else 0
    after = as_uuid(request.GET.get("after"))
    rows = list(behind(found, after)[skip : skip + ON_A_PAGE + 1])
    shown, bureaux = rows[:ON_A_PAGE], bureaux_below(request.member.bureau)
    context = {
        "members": shown,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "bureaux": [(each.division_id, each.full_name) for each in bureaux if each.division_id],
        "roles": [(role.value, role.label) for role in Role if role in _offered(request.member)],
        "first": f"?{urlencode(query)}" if after or skip else "",
        "next": f"?{urlencode(query | {'after': shown[-1].pk})}" if len(rows) > ON_A_PAGE else "",
    }
    return render(request, "staff/team.html", context)


def _search(request: StaffRequest) -> HttpResponse:
    """Keep what was looked for, the last time alone, and lead to the list of it."""
    words, query = request.POST.get("q", "").strip()[:LONGEST_SEARCH], {}
    if words:
        query["s"] = uuid7().hex
        request.session[SEARCH] = {"key": query["s"], "q": words}
    query |= {name: text for name in ("division", "role") if (text := request.POST.get(name, "").strip()[:20])}
    address = reverse("staff:team")
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address, status=303)


def _kept(request: StaffRequest, key: str) -> str:
    kept = request.session.get(SEARCH, {})
    return str(kept["q"]) if key and kept.get("key") == key else ""


@member_page(*ADMINISTRATORS, fresh=True)
def invite(request: StaffRequest) -> HttpResponse:
    """A link for somebody new, shown on this page once."""
    form = _post_form(PostForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_invitation(
                operation=operation_of(request, OperationKind.STAFF_INVITING),
                inviter=request.member,
                bureau_id=form.cleaned_data["bureau"],
                roles=form.cleaned_data["roles"],
            )
        except RuleBroken as broken:
            refused(request, form, broken, "team")
        else:
            link = f"{request.scheme}://{request.get_host()}{reverse('staff:join')}#{made.secret}"
            return render(request, "staff/invited.html", {"invitation": made.invitation, "link": link})
    return answer(request, "staff/invite.html", form)


@member_page(*ADMINISTRATORS, fresh=True)
def member(request: StaffRequest, member_id: uuid.UUID) -> HttpResponse:
    """One member: roles and bureau, disabling, a lost second factor."""
    shown = members_for(request.member).filter(pk=member_id).first()
    if shown is None:
        raise Http404
    action = request.POST.get("action", "")
    if request.method == "POST" and action not in DONE:
        raise BadRequest
    initial = {"roles": shown.roles, "bureau": shown.bureau_id}
    change = _post_form(ChangeForm, request, initial=initial, bound=action == "change")
    reason = ReasonForm(request.POST if action in ACTS else None, auto_id="id_why_%s")
    form: Form = reason if action in ACTS else change
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(request, shown, action, form)
        except RuleBroken as broken:
            refused(request, form, broken, "team")
        else:
            return redirect(f"{reverse('staff:member', args=[shown.pk])}?done={action}")
    context = {
        "shown": shown,
        "form": change,
        "reason_form": reason,
        "action": action,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "happened": what_happened(shown),
        "is_self": shown.pk == request.member.pk,
    }
    shows = refuse if form.errors else render
    return shows(request, "staff/member.html", context)


def _carry_out(request: StaffRequest, shown: Member, action: str, form: Form) -> None:
    operation = operation_of(request, OperationKind.STAFF_CHANGING)
    operation = dataclasses.replace(operation, reason=form.cleaned_data["reason"])
    if action in ACTS:
        ACTS[action](operation=operation, administrator=request.member, member_id=shown.pk)
        return
    wanted = Wanted(form.cleaned_data["roles"], form.cleaned_data["bureau"])
    change_member(operation=operation, administrator=request.member, member_id=shown.pk, wanted=wanted)


def _post_form(
    kind: type[PostForm], request: StaffRequest, *, initial: dict[str, object] | None = None, bound: bool = True
) -> PostForm:
    return kind(
        request.POST if request.method == "POST" and bound else None,
        initial=initial,
        offered=_offered(request.member),
        bureaux=bureaux_below(request.member.bureau),
    )


def _offered(administrator: Member) -> frozenset[Role]:
    """The roles that an administrator gives, and so those of whom the list has."""
    return frozenset[Role]().union(*(MAY_GIVE.get(role, frozenset()) for role in administrator.own_roles))
