"""Answering a submission that waits. Locks are taken in the order person, submission, record."""

import uuid
from collections.abc import Callable, Mapping

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import AllAnswers
from kuaiji.accountants.services.transferring import record_to_complete
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.collection import workflow
from kuaiji.collection.enums import SubmissionAction, SubmissionEffect, SubmissionState, WaitsFor
from kuaiji.collection.events import SubmissionDecided
from kuaiji.collection.models import Draft, StepAnswers, Submission
from kuaiji.collection.services.submitting import make_record, refuse_conflicts
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.identity.notices import tell_returned
from kuaiji.identity.partner_checks.services import ask_open_checks
from kuaiji.identity.people.locks import lock_user

log = structlog.get_logger(__name__)

WORDS = "采集信息"  # what was answered, in the message to the phone
_OVERTAKEN = ("not_waiting", "closed")  # the person, or another job, was faster


@transaction.atomic
def decide(*, operation: Operation, submission_id: uuid.UUID, action: SubmissionAction, words: str = "") -> Submission:
    """Answer a submission, or take it back: a yes makes record, version, exam row and report in this one operation,
    everything else returns the answers into a draft. ``words`` tell the person why.

    Raises RuleBroken ``not_yours``, ``not_waiting`` (another answer was faster), ``closed``; a yes also what
    ``refuse_conflicts`` and ``make_record`` raise, and then nothing has changed.
    """
    row = _locked(submission_id)
    state, waits_for = SubmissionState(row.state), WaitsFor(row.waits_for)
    found = workflow.decision(state, waits_for, action, operation.actor_kind)
    answers = {SectionSlug(slug): values for slug, values in row.answers.items()}
    row.state, row.decided_at, row.words, row.answers = found.to, operation.at, words or None, None
    row.save()
    for effect in found.effects:
        _FOLLOW[effect](operation, row, answers)
    record_events(operation, SubmissionDecided(subject_id=row.pk, waits_for=waits_for, action=action, after=found.to))
    if operation.actor_kind != ActorKind.CITIZEN and action != SubmissionAction.ANSWERED_YES:
        tell_returned(row.user, kind=WORDS, subject_id=row.pk, at=operation.at)  # a yes says itself: 信息采集完成
    return row


def settle() -> int:
    """Decide what waited for an identity check that has been answered by now; gives how many were looked at."""
    answered = Check.objects.filter(user=OuterRef("user"), kind=CheckKind.IDENTITY).exclude(
        outcome=CheckOutcome.PENDING
    )
    rows = Submission.objects.waiting().filter(Exists(answered), waits_for=WaitsFor.IDENTITY).order_by("pk")
    found = list(rows.values_list("pk", "user_id"))
    for submission_id, user_id in found:
        try:
            _settle(submission_id, user_id)
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("settling_failed")
    return len(found)


def _settle(submission_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """A yes of which no record can be made any more, and a no, give the answers back in words.

    Who holds the person is asked first, as the button asks it: nobody did while the name was in doubt (R1.4).
    """
    if user := User.objects.select_related("person_key").filter(pk=user_id).first():
        ask_open_checks(user)
    operation = Operation(kind=OperationKind.RECORD_COLLECTING, actor_kind=ActorKind.SYSTEM)
    try:
        decide(operation=operation, submission_id=submission_id, action=SubmissionAction.ANSWERED_YES)
    except RuleBroken as broken:
        if broken.code in _OVERTAKEN:
            return
        mismatch = broken.code == "identity_mismatch"
        action = SubmissionAction.ANSWERED_NO if mismatch else SubmissionAction.GIVEN_BACK
        decide(operation=operation, submission_id=submission_id, action=action, words=broken.message)


def _locked(submission_id: uuid.UUID) -> Submission:
    """The submission as it is now, under its person's lock and its own. Raises RuleBroken ``closed``."""
    owner = Submission.objects.filter(pk=submission_id).values_list("user_id", flat=True).first()
    user = lock_user(owner) if owner else None
    rows = Submission.objects.select_related("person_key").select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=submission_id).first()
    if user is None or row is None:
        raise RuleBroken("closed", "提交的信息已不存在")
    row.user = user
    return row


def _make_record(operation: Operation, row: Submission, answers: AllAnswers) -> None:
    refuse_conflicts(row.user.checks.all())
    arrived = record_to_complete(row.user)
    make_record(operation=operation, user=row.user, answers=answers, arrived=arrived)


def _return_answers(operation: Operation, row: Submission, answers: AllAnswers) -> None:
    draft = Draft.objects.create(
        user=row.user, person_key=row.person_key, notice_version=row.notice_version, agreed_at=row.agreed_at
    )
    StepAnswers.objects.bulk_create(
        StepAnswers(draft=draft, person_key=row.person_key, step=slug.value, data=values)
        for slug, values in answers.items()
    )


_FOLLOW: Mapping[SubmissionEffect, Callable[[Operation, Submission, AllAnswers], None]] = {
    SubmissionEffect.MAKE_RECORD: _make_record,
    SubmissionEffect.RETURN_ANSWERS: _return_answers,
}
