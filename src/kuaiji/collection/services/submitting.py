"""Submitting (R3.8): a draft becomes a record, at once or when somebody outside has agreed."""

from collections.abc import Iterable

from django.db import transaction

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.rules import check_obliged
from kuaiji.accountants.sections.answers import AllAnswers, Answers
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import complete_record
from kuaiji.audit.services import Operation, record_events
from kuaiji.collection import workflow
from kuaiji.collection.enums import SubmissionState, WaitsFor
from kuaiji.collection.events import SubmissionMade
from kuaiji.collection.models import Draft, Submission
from kuaiji.collection.progress import Progress, progress_of
from kuaiji.collection.services.drafting import lock_person
from kuaiji.collection.soundness import judge, remember, uploads_in
from kuaiji.common.errors import RuleBroken
from kuaiji.common.pipeline import pipelined
from kuaiji.identity.enums import CheckKind, CheckOutcome, TextKey
from kuaiji.identity.models import Check, User
from kuaiji.identity.notices import tell_user
from kuaiji.identity.texts.services import keep_agreement
from kuaiji.messages.services.telling import day_words
from kuaiji.sms.enums import TemplateKey

IDENTITY_MISMATCH = (
    "姓名与证件号码核验不一致。姓名填错的，请退出登录，用正确的姓名、同一证件和同一手机号重新注册，填写的内容会保留；"
    "证件号码填错的，请用正确的号码重新注册；都没有填错的，请带证件联系您的财政部门核对"
)


class StepUnsound(Exception):
    """A saved step no longer passes its own form, something else was typed since, or it was never saved."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@transaction.atomic
def submit_draft(*, operation: Operation, user: User) -> Record | Submission:
    """Make the record from the draft, or complete the one that came from elsewhere (R8.4): all or nothing, exactly
    once however often it is called (R3.8). Where somebody outside has to say yes first, what waits is a submission.

    Raises StepUnsound with the first step that must be mended, RuleBroken when the person is not one to be collected
    or an answer of another system forbids it.
    """
    lock_person(user)
    progress = progress_of(user)
    draft = progress.draft
    if draft is None:
        return Submission.objects.of(user).waiting().first() or Record.objects.of(user).get()
    checks = list(user.checks.all())
    refuse_conflicts(checks)
    answers = checked_answers(progress)
    outcomes = {CheckKind(check.kind): CheckOutcome(check.outcome) for check in checks}
    waits_for = workflow.waits_for(outcomes, workflow.HOLDS_BACK)
    if waits_for:
        made: Record | Submission = _hold_back(operation, draft, answers, waits_for)
    else:
        made = make_record(operation=operation, user=user, answers=answers, arrived=progress.arrived)
    with pipelined():
        Draft.objects.filter(pk=draft.pk).update(submitted_at=operation.at, touched_at=operation.at)
        draft.answers.all().delete()
        if draft.agreed_at:
            keep_agreement(user=user, key=TextKey.COLLECTION, version=draft.notice_version, at=draft.agreed_at)
    return made


def make_record(*, operation: Operation, user: User, answers: AllAnswers, arrived: Record | None) -> Record:
    """The record of ``user`` from sound answers, or the one that ``arrived`` from elsewhere, completed (R8.4).

    The caller has locked the person. Raises RuleBroken as ``complete`` and ``open_record`` do.
    """
    if arrived:
        made = complete_record(operation=operation, record_id=arrived.pk, answers=answers)
    else:
        made = open_record(operation=operation, user=user, answers=answers)
    tell_user(
        user,
        TemplateKey.COLLECTED,
        parameters={"date": day_words(operation.day), "number": made.reference_number},
        once=f"{made.pk}:{made.version}",
        at=operation.at,
    )
    return made


def checked_answers(progress: Progress) -> dict[SectionSlug, Answers]:
    """Every step once more through its own form, and the rules over all of them.

    Raises StepUnsound or RuleBroken ``not_an_accountant`` (R1.5).
    """
    checked, uploads = {}, uploads_in(progress)
    for section in SECTIONS:
        if section.slug not in progress.saved or section.slug in progress.unsent:
            raise StepUnsound(section.slug)
        page = judge(progress, section, uploads[section.slug])
        if not page.is_valid():
            remember(progress, page)
            raise StepUnsound(section.slug)
        checked[section.slug] = page.answers()
    check_obliged(
        checked[SectionSlug.EMPLOYMENT]["employment_status"], len(checked[SectionSlug.PROFESSIONAL]["qualifications"])
    )
    return checked


def refuse_conflicts(checks: Iterable[Check]) -> None:
    """Raises RuleBroken for what other systems said against a person (R1.4): ``identity_mismatch``,
    ``known_otherwise``, ``held_elsewhere``. An open question is no refusal."""
    conflicts = {check.kind: check for check in checks if check.outcome == CheckOutcome.CONFLICT}
    conflict = conflicts.get(CheckKind.IDENTITY) or conflicts.get(CheckKind.HOLDER)
    if conflict and conflict.kind == CheckKind.IDENTITY:
        raise RuleBroken("identity_mismatch", IDENTITY_MISMATCH)
    if conflict and not conflict.holder_code:
        raise RuleBroken("known_otherwise", "全国平台登记的姓名与这里的不一致，请联系您的财政部门核对")
    if conflict:
        there = conflict.holder_name
        raise RuleBroken("held_elsewhere", f"您已在{there}采集，请先在{there}办理调出，再到本平台办理调入")


def _hold_back(operation: Operation, draft: Draft, answers: AllAnswers, waits_for: WaitsFor) -> Submission:
    made = Submission.objects.create(
        user=draft.user,
        person_key=draft.person_key,
        waits_for=waits_for,
        state=SubmissionState.WAITING,
        answers=answers,
        notice_version=draft.notice_version,
        agreed_at=draft.agreed_at,
        submitted_at=operation.at,
    )
    record_events(operation, SubmissionMade(subject_id=made.pk, waits_for=waits_for))
    return made
