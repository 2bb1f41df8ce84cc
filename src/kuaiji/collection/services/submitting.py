"""Submitting: the one act that makes a record of a draft (R3.8)."""

from django.db import transaction

from kuaiji.accountants import rules
from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.registry import SECTIONS, SectionPage, as_data
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import complete_record, record_to_complete
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.services import Operation
from kuaiji.collection.progress import Progress, progress_in
from kuaiji.collection.services.drafting import locked_draft
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome, TextKey
from kuaiji.identity.models import User
from kuaiji.identity.texts.services import keep_agreement


class StepUnsound(Exception):
    """A saved step no longer passes its own form, or was never saved."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def submit_draft(*, operation: Operation, user: User) -> Record:
    """Make the record from the draft, or complete the one that came from elsewhere (R8.4): all or nothing, exactly
    once however often it is called (R3.8).

    Raises StepUnsound with the first step that must be mended, RuleBroken when the person is not one to be collected
    or an answer of another system forbids it.
    """
    with transaction.atomic():
        draft = locked_draft(user)
        if draft is None:
            return Record.objects.of(user).get()
        _refuse_conflicts(user)
        answers = checked_answers(user, progress_in(draft, user))
        if arrived := record_to_complete(user):
            record = complete_record(operation=operation, record_id=arrived.pk, answers=answers)
        else:
            record = open_record(operation=operation, user=user, answers=answers)
        draft.submitted_at = operation.at
        draft.save(update_fields=["submitted_at", "touched_at"])
        draft.answers.all().delete()
        if draft.agreed_at:
            keep_agreement(user=user, key=TextKey.COLLECTION, version=draft.notice_version, at=draft.agreed_at)
        return record


def checked_answers(user: User, progress: Progress) -> dict[SectionSlug, Answers]:
    """Every step once more through its own form, and the rules over all of them.

    Raises StepUnsound or RuleBroken ``not_an_accountant`` (R1.5).
    """
    checked, uploads = {}, _uploads_in(user, progress)
    for section in SECTIONS:
        saved = progress.answers.get(section.slug)
        if saved is None:
            raise StepUnsound(section.slug)
        page = SectionPage(section, facts=progress.facts, data=as_data(section, saved), uploads=uploads[section.slug])
        if not page.is_valid():
            raise StepUnsound(section.slug)
        checked[section.slug] = page.answers()
    rules.check_obliged(
        checked[SectionSlug.EMPLOYMENT]["employment_status"], len(checked[SectionSlug.PROFESSIONAL]["qualifications"])
    )
    return checked


def _refuse_conflicts(user: User) -> None:
    """What other systems said against this person (R1.4); an open question is no refusal."""
    conflict = user.checks.filter(outcome=CheckOutcome.CONFLICT).order_by("-kind").first()
    if conflict and conflict.kind == CheckKind.IDENTITY:
        raise RuleBroken("identity_mismatch", "姓名与证件号码核验不一致，请联系您的财政部门核对")
    if conflict and not conflict.holder_code:
        raise RuleBroken("known_otherwise", "全国平台登记的姓名与这里的不一致，请联系您的财政部门核对")
    if conflict:
        there = conflict.holder_name
        raise RuleBroken("held_elsewhere", f"您已在{there}采集，请先在{there}办理调出，再到本平台办理调入")


def _uploads_in(user: User, progress: Progress) -> dict[SectionSlug, Uploads]:
    """By section, the pictures that its saved answers name, as far as they are there and the person's."""
    named = {
        section.slug: {name: saved[name] for name in section.form.uploads if saved.get(name)}
        for section in SECTIONS
        if (saved := progress.answers.get(section.slug)) is not None
    }
    ids = [number for names in named.values() for number in names.values()]
    rows = {str(row.pk): row for row in Attachment.objects.filter(pk__in=ids, person_key=user.person_key_id)}
    return {
        slug: Uploads(received={name: rows[number] for name, number in names.items() if number in rows})
        for slug, names in named.items()
    }
