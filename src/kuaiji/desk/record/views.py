"""The pages of one person: the record or how far somebody without one has come, the timeline, two versions beside each
other, what the person sees; showing what is masked, and notes (R9.3)."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.reading.comparison import compare, differing, parts_of, without_pictures
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common import clock
from kuaiji.common.forms import count_in
from kuaiji.common.profile import profile
from kuaiji.desk.record.citizen_pages import read_only
from kuaiji.desk.record.display import record_context, standing_now, strip_of, tabs_of, without_record
from kuaiji.desk.record.enums import MomentKind, RevealReason, Shown
from kuaiji.desk.record.forms import NoteForm, RevealForm
from kuaiji.desk.record.guards import SEES_PEOPLE, Subject, subject_of
from kuaiji.desk.record.masks import is_shown, masked_pairs
from kuaiji.desk.record.moments import Place, page_of
from kuaiji.desk.record.pictures import MarkedPicture, pictures_shown
from kuaiji.desk.record.services import needs_proof, notes_of, show, shown_now, write_note
from kuaiji.desk.record.sources import SOURCES
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page
from kuaiji.staff.sessions.services import FRESH, is_proved
from kuaiji.standing.reads import pictures_of

LOOK, ACT = ("GET", "HEAD"), ("POST",)
NOTES_SHOWN = 5
MAY_END = {CollectionStatus.COLLECTED: "终止档案", CollectionStatus.ENDED: "恢复档案"}
PAGE = "desk/record/record.html"


@member_page(*SEES_PEOPLE, methods=LOOK)
def record(request: StaffRequest, number: str = "", person_id: uuid.UUID | None = None) -> HttpResponse:
    """The record, or how far somebody has come who has none."""
    subject = subject_of(request, "desk.record", number=number, person_id=person_id)
    note(request, "desk.record", subject_id=subject.user.pk)
    return render(request, PAGE, _whole(request, subject))


@member_page(*SEES_PEOPLE, methods=LOOK)
def timeline(request: StaffRequest, number: str = "", person_id: uuid.UUID | None = None) -> HttpResponse:
    """Everything that happened, of one ``kind`` or all, before a place or up to now."""
    subject = subject_of(request, "desk.timeline", number=number, person_id=person_id)
    kind = request.GET.get("kind", "")
    chosen = MomentKind(kind) if kind in MomentKind.values else None
    page = page_of(subject, SOURCES, kind=chosen, before=Place.from_text(request.GET.get("before", "")))
    note(request, "desk.timeline", subject_id=subject.user.pk)
    context = {"page": page, "kinds": list(MomentKind), "chosen": chosen}
    return render(request, "desk/record/timeline.html", _about(request, subject, "timeline") | context)


@member_page(*SEES_PEOPLE, methods=LOOK)
def versions(request: StaffRequest, number: str) -> HttpResponse:
    """Two versions beside each other, by default the newest and the one before: what changed, or with ``all`` all."""
    subject = subject_of(request, "desk.versions", number=number)
    assert subject.record is not None
    if subject.is_erased:
        return redirect(subject.address())
    newest = subject.record.version
    right = count_in(request.GET, "right") or newest
    left = count_in(request.GET, "left") or max(right - 1, 1)
    found = {row.number: row for row in subject.record.versions.filter(number__in=(left, right))}
    if left not in found or right not in found:
        raise Http404
    note(request, "desk.versions", subject_id=subject.user.pk)
    context = _about(request, subject, "versions") | {
        "left": found[left],
        "right": found[right],
        "numbers": range(newest, 0, -1),
        "whole": "all" in request.GET,
    }
    for row in found.values():
        row.person_key = subject.user.person_key
    return render(request, "desk/record/versions.html", context | _compared(context))


def _compared(context: dict[str, Any]) -> dict[str, Any]:
    shown, both, today = context["shown"], (context["left"], context["right"]), clock.today()
    before, after = [parts_of(version, today, address=str) for version in both]
    if any(version.platform for version in both):
        before, after = without_pictures(before), without_pictures(after)
    # Whether two numbers differ is told by the numbers, not by what is left of them once they are masked.
    parts = [(title, pairs if context["whole"] else differing(pairs)) for title, pairs in compare(before, after)]
    return {
        "parts": [(title, masked_pairs(pairs, shown)) for title, pairs in parts if pairs],
        "count": sum(pair.differs for _, pairs in parts for pair in pairs),
    }


@member_page(*SEES_PEOPLE, methods=LOOK)
def as_seen(request: StaffRequest, number: str = "", person_id: uuid.UUID | None = None) -> HttpResponse:
    """本人所见: the person's own status page as it stands now, to be read only."""
    subject = subject_of(request, "desk.as_seen", number=number, person_id=person_id)
    if subject.is_erased:
        return redirect(subject.address())
    note(request, "desk.as_seen", subject_id=subject.user.pk)
    context = _about(request, subject, "as_seen")
    own = {**context["standing"], "photo": "", "profile": context["profile"], "elder": False, "faulty": False}
    return render(request, "desk/record/as_seen.html", context | {"own": read_only("portal/own_parts.html", own)})


@member_page(*SEES_PEOPLE, methods=ACT)
def reveal(request: StaffRequest, number: str = "", person_id: uuid.UUID | None = None) -> HttpResponse:
    """显示完整: one kind of answers or all, to this session, for ten minutes."""
    subject = subject_of(request, "desk.reveal", number=number, person_id=person_id)
    if subject.is_erased:
        return redirect(subject.address())
    form = RevealForm(request.POST)
    if not form.is_valid():
        note(request, "desk.record", subject_id=subject.user.pk)
        return render(request, PAGE, _whole(request, subject, reveal=form), status=422)
    what, reason = Shown(form.cleaned_data["field"]), RevealReason(form.cleaned_data["reason"])
    several = needs_proof(member=request.member, person=subject.user, what=what)
    if several and not is_proved(request.session, within=FRESH):
        return redirect(f"{reverse('staff:proof')}?{urlencode({'next': subject.address()})}")
    is_new = show(
        operation=operation_of(request, OperationKind.PERSON_SHOWING),
        cookie=request.session.session_key,
        member=request.member,
        person=subject.user,
        what=what,
        reason=reason,
        words=form.cleaned_data["words"],
    )
    if is_new:
        note(request, "desk.reveal", subject_id=subject.user.pk)
    return redirect(subject.address())


@member_page(*SEES_PEOPLE, methods=ACT)
def notes(request: StaffRequest, number: str = "", person_id: uuid.UUID | None = None) -> HttpResponse:
    """备注: one more for colleagues."""
    subject = subject_of(request, "desk.record", number=number, person_id=person_id)
    if subject.is_erased:
        return redirect(subject.address())
    form = NoteForm(request.POST)
    if not form.is_valid():
        note(request, "desk.record", subject_id=subject.user.pk)
        return render(request, PAGE, _whole(request, subject, noting=form), status=422)
    write_note(
        operation=operation_of(request, OperationKind.NOTE_WRITING),
        member=request.member,
        person=subject.user,
        words=form.cleaned_data["words"],
        key=form.page,
    )
    return redirect(f"{subject.address()}#notes")


@member_page(*SEES_PEOPLE, methods=LOOK)
def picture(
    request: StaffRequest, picture_id: uuid.UUID, number: str = "", person_id: uuid.UUID | None = None
) -> HttpResponse:
    """One picture, inside a page of ours, while pictures of this person are shown whole to this session."""
    subject = subject_of(request, "desk.picture", number=number, person_id=person_id)
    shown = shown_now(cookie=request.session.session_key, member=request.member, person=subject.user)
    row = pictures_of(subject.user).exclude(claimed_at=None).filter(pk=picture_id).first()
    if row is None or not is_shown(Shown.PICTURES, shown) or _alone(request):
        note(request, "desk.picture", subject_id=subject.user.pk, outcome="not_shown")
        raise Http404
    note(request, "desk.picture", subject_id=subject.user.pk)
    return MarkedPicture(row, request.member)


def _alone(request: StaffRequest) -> bool:
    """Whether a browser says that it asks for another site, or for a page of its own."""
    headers = request.headers
    return headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or headers.get(
        "Sec-Fetch-Dest", "image"
    ) not in ("image", "empty")


def _about(request: StaffRequest, subject: Subject, here: str) -> dict[str, Any]:
    """What every page of a person shows."""
    standing = standing_now(subject)
    shown = shown_now(cookie=request.session.session_key, member=request.member, person=subject.user)
    return {
        "subject": subject,
        "standing": standing,
        "shown": shown,
        "shown_words": [what.label for what in Shown if what in shown],
        "strip": strip_of(subject, standing, shown),
        "tabs": tabs_of(subject, here),
        "profile": profile(),
    }


def _whole(
    request: StaffRequest, subject: Subject, *, reveal: RevealForm | None = None, noting: NoteForm | None = None
) -> dict[str, Any]:
    """The first page; one of the forms as it was sent."""
    context = _about(request, subject, "")
    if subject.is_erased:
        return context | {"erased": True}
    rows = list(notes_of(subject.user)[: NOTES_SHOWN + 1])
    more: dict[str, Any] = (
        record_context(subject.record, context["shown"]) if subject.record else without_record(subject.user)
    )
    return (
        context
        | more
        | {
            "reveal_address": subject.address("reveal"),
            "notes_address": subject.address("notes"),
            "notes_older": f"{subject.address('timeline')}?kind={MomentKind.NOTE}",
            "reveal_form": reveal or RevealForm(),
            "note_form": noting or NoteForm(),
            "notes": rows[:NOTES_SHOWN],
            "more_notes": len(rows) > NOTES_SHOWN,
            "pictures": pictures_shown(subject, context["shown"]),
            "faulty": bool(reveal or noting),
            "end_words": _end_words(request, subject),
        }
    )


def _end_words(request: StaffRequest, subject: Subject) -> str:
    """What of 终止 and 恢复 the member may begin here; empty for none."""
    if subject.record is None or not request.member.has_role(Role.CLERK):
        return ""
    return MAY_END.get(CollectionStatus(subject.record.status), "")
