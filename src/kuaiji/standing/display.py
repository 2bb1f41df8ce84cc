"""Where a person stands, as the own page and the home page of who is signed in show it, and whom to call (R3.9)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from kuaiji.accountants.enums import CollectionStatus, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.reading.currency import up_to_date
from kuaiji.accountants.reading.display import address_of
from kuaiji.accountants.reporting.reports import unreported_since
from kuaiji.accountants.services.ending import ending_of
from kuaiji.applications.services.phone_lost import open_claims
from kuaiji.changes.services import newest_name
from kuaiji.codelists.services import label
from kuaiji.collection import steps
from kuaiji.collection.enums import WaitsFor
from kuaiji.collection.models import Submission
from kuaiji.collection.progress import answers_in, progress_of, returned_submission, waiting_submission
from kuaiji.collection.soundness import sound_steps
from kuaiji.common import clock, documents
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.regions.services import bureau_of, full_name
from kuaiji.standing.exam.display import notice_of
from kuaiji.standing.exam.standing import facts_from
from kuaiji.standing.next_steps import next_step
from kuaiji.standing.services import MATTERS
from kuaiji.transfers.display import NEVER_MOVED, Moment, TransferSummary, moved_in, transfer_summary

STATUS_WHILE_WAITING = {
    WaitsFor.IDENTITY: CollectionStatus.AWAITING_CHECK,
    WaitsFor.BUREAU: CollectionStatus.UNDER_REVIEW,
}
NO_PLACE: dict[str, Any] = {"division": "", "bureau": None}  # no region is known yet, and no bureau is the right one
# What waits for an answer, as the person reads it.
CHECKS = {CheckKind.IDENTITY: "姓名与证件号码核验", CheckKind.HOLDER: "全国采集情况核验"}


def standing_of(user: User) -> dict[str, Any]:
    """What the own page and the home page of who is signed in show of ``user``; the caller notes that it was read."""
    matters, record = MATTERS.about(user.pk), Record.objects.of(user).select_related("exam_row").first()
    if record:
        record.user = user
    has_moved = matters.transfer_out or matters.transfer_in
    standing = transfer_summary(user, record) if has_moved else NEVER_MOVED
    submission = waiting_submission(user) if matters.submission else None
    context = _collected(record) if record else _waiting(submission) if submission else _collecting(user)
    status: CollectionStatus = standing.status(record) or context["status"]
    if submission and status in (CollectionStatus.TO_COMPLETE, context.get("status")):
        status = STATUS_WHILE_WAITING[WaitsFor(submission.waits_for)]
    if standing.claim and (standing.claim.row.is_open or not context["division"]):  # who decides, or has decided
        context |= _place(standing.claim.row.division_code)
    open_checks = user.checks.exclude(outcome=CheckOutcome.CLEAR) if matters.open_check else ()
    checks = {check.kind: check for check in open_checks}
    facts = facts_from(user, record, standing, checks.get(CheckKind.HOLDER))
    if standing.claim:  # where the person is held is what the claim is about
        checks.pop(CheckKind.HOLDER, None)
    return context | {
        "person": user,
        "record": record,
        "photo": address_of(matters.photo),
        "standing": standing,
        "submission": submission,
        "status": status,
        "next_step": next_step(status, claim_failed=bool(standing.claim and standing.claim.failed)),
        "log": _log(record, standing) if record else [],
        "ending": ending_of(record) if record else None,
        "document": document_of(user),
        **_conflicts(checks),
        "pending_checks": [words for kind, words in CHECKS.items() if _is(checks.get(kind), CheckOutcome.PENDING)],
        "waits": newest_name(record) if record and matters.held_name else None,
        "phone_claims": open_claims(user) if matters.open_claim else [],
        "unreported_since": unreported_since(record) if record and matters.unreported else None,
        "exam": notice_of(facts, rulebook(), at=clock.now()),
    }


def document_of(user: User) -> str:
    """By what somebody is known, masked."""
    return f"{label('document_types', user.document_type)} {documents.mask(user.document_number)}"


def _is(check: Check | None, outcome: CheckOutcome) -> bool:
    return check is not None and check.outcome == outcome


def _conflicts(checks: dict[str, Check]) -> dict[str, Any]:
    """What another system says against the person: a conflict about the holder names one, or is about the name."""
    holder = checks.get(CheckKind.HOLDER)
    held = holder if _is(holder, CheckOutcome.CONFLICT) else None
    return {
        "identity_conflict": _is(checks.get(CheckKind.IDENTITY), CheckOutcome.CONFLICT),
        "name_differs_at_hub": held is not None and not held.holder_code,
        "held_elsewhere": held if held and held.holder_code else None,
    }


def _log(record: Record, standing: TransferSummary) -> list[Moment]:
    """What has happened last, the newest first."""
    done = [Moment("信息采集完成", record.collected_at)]
    if standing.claim or standing.out:
        done += moved_in(record.user)
    if standing.out:
        last, outs = standing.out.timeline[0], reverse("transfers:outs", settings.ROOT_URLCONF)
        done.append(Moment(last.title, last.at, f"调出到{standing.out.destination}", outs))
    return sorted(done, key=lambda moment: moment.at, reverse=True)


def _place(code: str) -> dict[str, Any]:
    return {"division": full_name(code), "bureau": bureau_of(code)}


def _collected(record: Record) -> dict[str, Any]:
    return {
        "at": record.collected_at,
        **_place(record.division_code),
        "up_to_date": up_to_date(record, clock.today()),
    }


def _waiting(submission: Submission) -> dict[str, Any]:
    """What was submitted, before there is a record."""
    place = answers_in(submission)[SectionSlug.EMPLOYMENT]["division_code"]
    return {"status": STATUS_WHILE_WAITING[WaitsFor(submission.waits_for)], "at": None, **_place(place)}


def _collecting(user: User) -> dict[str, Any]:
    progress = progress_of(user)
    here = steps.first_open(progress.agreed, sound_steps(progress))
    employment = progress.answers.get("employment")
    place = employment["division_code"] if employment else ""
    last: dt.datetime | None = progress.draft.touched_at if progress.draft else None
    return {
        "status": CollectionStatus.DRAFT if progress.draft else CollectionStatus.NOT_STARTED,
        "at": last,
        "here": here,
        "returned": returned_submission(user),
        **(_place(place) if place else NO_PLACE),
    }


def region_of(user: User) -> str:
    """Where the record belongs, else what the draft says so far."""
    if record := Record.objects.of(user.pk).only("division_code").first():
        return record.division_code
    employment = progress_of(user).answers.get(SectionSlug.EMPLOYMENT) or {}
    return str(employment.get("division_code") or "")
