"""终止档案 and 恢复档案, begun at the record: why, since when, in words, with a picture that proves it (ADR 0131)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from kuaiji.accountants.enums import CollectionStatus, EndReason
from kuaiji.accountants.services.ending import Ending, ending_of
from kuaiji.applications.models import Application
from kuaiji.applications.services.endings import PROOF, begin_ending, begin_reopening, open_by_staff
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.body_caps import takes_files
from kuaiji.common.errors import RuleBroken
from kuaiji.desk.ending.forms import EndingForm, ReopeningForm
from kuaiji.desk.record.display import standing_now, strip_of, tabs_of
from kuaiji.desk.record.guards import Subject, subject_of
from kuaiji.desk.record.services import shown_now
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import StaffRequest, member_page

PAGE = "desk/ending/end.html"


@takes_files
@sensitive_post_parameters("words", "reason", "on")
@member_page(Role.CLERK)
def end(request: StaffRequest, number: str) -> HttpResponse:
    """Begin to end the record, or to keep an ended one on. While such a thing is open, the way to it."""
    subject = subject_of(request, "desk.record_end", number=number)
    if subject.is_erased:
        return redirect(subject.address())
    assert subject.record is not None
    note(request, "desk.record_end", subject_id=subject.user.pk)
    form = _form(request, subject)
    if request.method == "POST" and form.is_valid():
        try:
            made = _begin(request, subject, form)
            return redirect("desk:application", subject_id=made.pk)
        except RuleBroken as broken:
            form.refuse(broken)
    context = _context(request, subject, form)
    return render(request, PAGE, context, status=422 if form.errors else 200)


def _form(request: StaffRequest, subject: Subject) -> ReopeningForm:
    uploads = Uploads()
    if request.method == "POST":
        fields = {PROOF: (PROOF, str(ReopeningForm.base_fields[PROOF].label))}
        uploads = take(request, person_key=subject.user.person_key, fields=fields)
    form = ReopeningForm if _has_ended(subject) else EndingForm
    return form(request.POST if request.method == "POST" else None, uploads=uploads)


def _begin(request: StaffRequest, subject: Subject, form: ReopeningForm) -> Application:
    assert subject.record is not None
    said = form.cleaned_data
    common: dict[str, Any] = {
        "operation": operation_of(request, OperationKind.REQUEST_SUBMITTING),
        "member": request.member,
        "record_id": subject.record.pk,
        "words": said["words"],
        "proof_ids": form.proof_ids(),
    }
    if isinstance(form, EndingForm):
        return begin_ending(**common, ending=Ending(EndReason(said["reason"]), said["on"]))
    return begin_reopening(**common)


def _context(request: StaffRequest, subject: Subject, form: ReopeningForm) -> dict[str, Any]:
    assert subject.record is not None
    standing = standing_now(subject)
    shown = shown_now(cookie=request.session.session_key, member=request.member, person=subject.user)
    return {
        "subject": subject,
        "strip": strip_of(subject, standing, shown),
        "tabs": tabs_of(subject, "end"),
        "form": form,
        "ending": ending_of(subject.record),
        "open": open_by_staff(subject.user),
        "faulty": bool(form.errors),
    }


def _has_ended(subject: Subject) -> bool:
    return subject.record is not None and subject.record.status == CollectionStatus.ENDED
