"""What the pages of all cases share: whose case it is, what stands about it, and how the page is drawn (ADR 0116)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render

from kuaiji.accountants.models import Record
from kuaiji.attachments.models import Attachment
from kuaiji.audit.access import note
from kuaiji.cases.enums import Standing
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case, Decision, ReturnReason
from kuaiji.cases.services.moved import CaseMoved, standing_of
from kuaiji.cases.services.reading import cases_of
from kuaiji.cases.services.reasons import reasons_named
from kuaiji.cases.services.words import kept_words
from kuaiji.common import clock
from kuaiji.common.forms import as_posted
from kuaiji.desk.deciding.forms import DecisionForm
from kuaiji.desk.record.guards import Subject
from kuaiji.desk.record.pictures import line_of
from kuaiji.keys.models import KeyDestroyed
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest
from kuaiji.staff.models import Member

DECIDES = (Role.CLERK, Role.REVIEWER, Role.MANAGER)
PAGE, MOVED = "desk/deciding/case.html", "desk/deciding/moved.html"


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a kind of case shows of its subject. ``lines`` are label and words, ``pictures`` what goes with them;
    ``hints`` is what whoever decides has to know, ``waits`` what is still on its way to others. ``whole_in_hand``: more
    is shown to who has the case in hand. ``due`` says what its last day is, where the bureau owes no answer by then."""

    heading: str
    lines: Sequence[tuple[str, str]]
    pictures: Sequence[Attachment] = ()
    hints: Sequence[str] = ()
    waits: Sequence[str] = ()
    verdict_words: Sequence[tuple[str, str]] = (("approve", "通过"), ("return", "退回"))
    whole_in_hand: bool = True
    due: str = ""
    actions: Sequence[tuple[str, str]] = ()  # buttons besides, for who has it in hand


Show = Callable[[Case, bool], Told | None]
"""A case in words, whole or masked; None where what it is about is gone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A decision as the page tells it."""

    row: Decision
    reasons: Sequence[ReturnReason]
    may_take_back: bool

    @property
    def state(self) -> str:
        """What has become of it, in words."""
        row = self.row
        if row.taken_back_at:
            return "已收回"
        if row.void_at:
            return f"未生效：{row.get_void_as_display()}"
        if row.carried_out_at:
            return "已生效"
        if row.effective_at is None:
            return "等待另一人复核"
        return f"{row.effective_at.astimezone(clock.CHINA):%H:%M} 生效"


def case_of(request: StaffRequest, subject_id: uuid.UUID, kinds: Collection[str]) -> Case:
    """The newest case about ``subject_id`` in the member's scope, or one that the member decided. Raises Http404, and
    writes down that somebody was refused."""
    rows = Case.objects.filter(kind__in=kinds, subject_id=subject_id).order_by("-opened_at", "-pk")
    rows = rows.select_related("holder", "first_by", "handed_to", "handed_by", "user")
    found = rows.filter(pk__in=cases_of(request.member).filter(subject_id=subject_id).values("pk")).first()
    if found is None and not (found := _decided_by(rows, request.member)):
        note(request, "desk.case", outcome="not_found")
        raise Http404
    return found


def is_in_scope(request: StaffRequest, case: Case) -> bool:
    """Whether more than the own decision may be seen: not of what has moved to another place."""
    return cases_of(request.member).filter(pk=case.pk).exists()


def in_hand(case: Case, member: Member) -> bool:
    """Whether ``member`` has it in hand now, and so sees it whole."""
    return not case.closed_at and case.held_by(clock.now()) == member


def draw(
    request: StaffRequest, case: Case, show: Show, *, form: DecisionForm | None = None, is_noted: bool = False
) -> HttpResponse:
    """The page of a case; 422 with the faults of a form that was refused. ``is_noted``: who calls has written down the
    look, or nothing is shown about a person."""
    now, member = clock.now(), request.member
    whole = in_hand(case, member)
    if is_noted:
        pass
    elif whole:
        note(request, "desk.case_whole", subject_id=case.user_id or case.subject_id)
    else:
        note(request, "desk.case", subject_id=case.user_id or case.subject_id)
    in_scope = is_in_scope(request, case)
    standing = standing_of(case, member, now) if in_scope else Standing.LOOKING
    told, is_erased = told_of(case, show, whole) if in_scope else (None, False)
    pictures = told.pictures if told else ()
    of_whom = None if in_scope else member  # what others decided elsewhere is theirs
    decisions = [_said(row, member, now, may_act=in_scope) for row in _decisions(case, of_whom)]
    kept = kept_words(case=case, member=member)
    context = {
        "case": case,
        "kind": CASE_KINDS[case.kind],
        "stage": CASE_KINDS[case.kind].stage(case.stage),
        "told": told,
        "is_erased": is_erased,
        "pictures": [line_of(row, f"{request.path}pictures/{row.pk}/", opens=whole) for row in pictures],
        "person_page": _person_page(case, member) if told else "",
        "standing": standing,
        "may_decide": standing in (Standing.MINE, Standing.FREE),
        "holder": case.held_by(now),
        "lost": kept is not None and standing == Standing.HELD,
        "kept": kept,
        "decisions": decisions,
        "newest": decisions[0] if decisions else None,
        "form": form or _form(case, kept.fields if kept else None, decisions),
        "faulty": bool(form and form.errors),
        "back": f"/staff/{CASE_KINDS[case.kind].folder}/",
    }
    return render(request, PAGE, context, status=422 if context["faulty"] else 200)


def told_of(case: Case, show: Show, whole: bool) -> tuple[Told | None, bool]:
    """What the kind shows, and whether what it would show was erased with its person."""
    try:
        return show(case, whole), False
    except KeyDestroyed:
        return None, True


def _person_page(case: Case, member: Member) -> str:
    """Where somebody who sees people reads on; 系统 is not even told the number of a record."""
    if case.user is None or not member.has_role(*DECIDES):
        return ""
    return Subject(case.user, Record.objects.of(case.user).first()).address()


def moved(request: StaffRequest, case: Case, found: CaseMoved) -> HttpResponse:
    """Somebody was faster: who, what and when, and what was typed here, to copy (409)."""
    note(request, "desk.case", subject_id=case.user_id or case.subject_id, outcome=found.code)
    reasons = reasons_named(request.POST.getlist("reasons"))
    context = {"case": case, "kind": CASE_KINDS[case.kind], "moved": found, "reasons": reasons}
    return render(request, MOVED, context | {"words": request.POST.get("words", "")}, status=409)


def _form(case: Case, kept: dict[str, list[str]] | None, decisions: Sequence[Said]) -> DecisionForm:
    """With what was kept, or what the first of two has said: who agrees has only to press the button."""
    initial: dict[str, Any] = {}
    if kept:
        typed = as_posted(kept)
        initial = {"reasons": typed.getlist("reasons"), "words": typed.get("words", "")}
    elif case.stage == 2 and decisions and decisions[0].row.stands:
        initial = {"reasons": decisions[0].row.reasons, "words": decisions[0].row.words}
    return DecisionForm(case=case, initial=initial)


def _decisions(case: Case, of_whom: Member | None) -> list[Decision]:
    rows = case.decisions.select_related("maker", "second").order_by("-made_at", "-pk")
    return list(rows.filter(Q(maker=of_whom) | Q(second=of_whom)) if of_whom else rows)


def _decided_by(rows: Any, member: Member) -> Case | None:
    made = Decision.objects.filter(maker=member) | Decision.objects.filter(second=member)
    found: Case | None = rows.filter(pk__in=made.values("case")).first()
    return found


def _said(row: Decision, member: Member, now: dt.datetime, *, may_act: bool) -> Said:
    open_still = row.stands and row.carried_out_at is None and (row.effective_at is None or row.effective_at > now)
    return Said(row, reasons_named(row.reasons), may_act and open_still and row.last_by == member.pk)
