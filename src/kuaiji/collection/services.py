"""Filling in and submitting: drafts, steps, and the one act that makes a record."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Sequence

from django.db import transaction

from kuaiji.accountants import rules
from kuaiji.accountants.enums import CollectionStatus, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.answers import PICTURES, Answers, answers_equal
from kuaiji.accountants.sections.facts import Facts, facts_of, settled
from kuaiji.accountants.sections.registry import SECTIONS, SectionPage, as_data
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import check_region, complete_record, record_to_complete
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.services import Operation, record_events
from kuaiji.collection.events import AnswersSaved, NoticeAgreed
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.enums import CheckKind, CheckOutcome, TextKey
from kuaiji.identity.models import User
from kuaiji.identity.texts.services import keep_agreement


class StaleAnswers(Exception):
    """The step was saved from somewhere else since this page was opened."""

    def __init__(self, revision: int, saved_at: dt.datetime) -> None:
        super().__init__(revision)
        self.revision = revision
        self.saved_at = saved_at


class StepUnsound(Exception):
    """A saved step no longer passes its own form, or was never saved."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclasses.dataclass(frozen=True)
class Progress:
    """One look at a person's draft: what is agreed and saved, and what is known about the person.

    What is sealed is opened when it is asked for.
    """

    user: User
    draft: Draft | None
    rows: Sequence[StepAnswers]
    arrived: Record | None = None  # came from another platform, waits to be completed (R8.4)

    @property
    def agreed(self) -> bool:
        """Whether the notice of today's version was accepted."""
        return self.draft is not None and self.draft.notice_version == profile().notice_version

    @property
    def saved(self) -> set[str]:
        return {row.step for row in self.rows}

    @property
    def revisions(self) -> dict[str, int]:
        """How often each step was saved."""
        return {row.step: row.revision for row in self.rows}

    @functools.cached_property
    def answers(self) -> dict[str, Answers]:
        """The saved answers by step."""
        for row in self.rows:
            row.person_key = self.user.person_key  # one key to unwrap, not one a row
        return {row.step: row.data for row in self.rows}

    @functools.cached_property
    def offered(self) -> dict[SectionSlug, Answers]:
        """What a step begins with that was not saved yet: the archive that came with a transfer in, but for the work,
        of which only the agreed place and the closed periods are kept (R8.4)."""
        if self.arrived is None:
            return {}
        answers = answers_of(current_version(self.arrived))
        employment = answers[SectionSlug.EMPLOYMENT]
        place = self.arrived.division_code
        return answers | {SectionSlug.EMPLOYMENT: {"division_code": place, "periods": employment["periods"]}}

    def begins_with(self, slug: SectionSlug) -> Answers | None:
        """The answers that the step shows when it is opened."""
        return self.answers.get(slug) or self.offered.get(slug)

    def pictures(self, slug: SectionSlug) -> dict[str, Attachment]:
        """Pictures of the record that came from elsewhere: they count where no newer one was sent."""
        standing = (self.begins_with(slug) or {}) if self.arrived else {}
        named = {name: number for name in PICTURES.get(slug, ()) if (number := standing.get(name))}
        rows = {str(row.pk): row for row in Attachment.objects.filter(pk__in=named.values())} if named else {}
        return {name: rows[number] for name, number in named.items() if number in rows}

    @functools.cached_property
    def facts(self) -> Facts:
        """What the document and the personal section tell; of who came from elsewhere also the archive."""
        facts = facts_of(self.user, self.begins_with(SectionSlug.PERSONAL), clock.today())
        return settled(facts) if self.arrived else facts


def progress_of(user: User) -> Progress:
    """The open draft of ``user``, if there is one, and what came from elsewhere to be completed."""
    return _progress_in(_open_draft(user), user)


@transaction.atomic
def agree_to_notice(*, operation: Operation, user: User) -> None:
    """Accept the notice; opens the draft. Accepting the same text again, or after submission, changes nothing.

    Raises RuleBroken ``closed``.
    """
    draft = _locked_draft(user)
    if draft is None:
        if Record.objects.filter(user=user).exclude(status=CollectionStatus.TO_COMPLETE).exists():
            return
        draft = Draft(user=user, person_key=user.person_key)
    if draft.notice_version == profile().notice_version:
        return
    draft.notice_version, draft.agreed_at = profile().notice_version, operation.at
    draft.save()
    record_events(operation, NoticeAgreed(subject_id=draft.pk, notice_version=draft.notice_version))


@transaction.atomic
def save_step(*, operation: Operation, user: User, slug: SectionSlug, answers: Answers, revision: int | None) -> None:
    """Keep the answers of one step.

    ``revision`` is what the page was opened with; None means that the page did not say. Raises StaleAnswers when
    another page saved something else in between, RuleBroken when there is no open draft, or ``region_fixed`` for
    another place than the agreed one after a transfer in.
    """
    draft = _locked_draft(user)
    if draft is None:
        raise RuleBroken("no_open_draft", "请先阅读采集须知")
    if slug == SectionSlug.EMPLOYMENT and (arrived := record_to_complete(user)):
        check_region(arrived, answers)
    row = StepAnswers.objects.filter(draft=draft, step=slug).select_related("person_key").first()
    if row is None:
        row = StepAnswers(draft=draft, person_key=user.person_key, step=slug.value, revision=0)
    elif answers_equal(row.data, answers):
        return
    elif revision is not None and revision != row.revision:
        raise StaleAnswers(row.revision, row.saved_at)
    row.data, row.revision = answers, row.revision + 1
    row.save()
    draft.save(update_fields=["touched_at"])
    record_events(operation, AnswersSaved(subject_id=draft.pk, step=slug.value, revision=row.revision))


def submit_draft(*, operation: Operation, user: User) -> Record:
    """Make the record from the draft, or complete the one that came from elsewhere (R8.4): all or nothing, exactly
    once however often it is called (R3.8).

    Raises StepUnsound with the first step that must be mended, RuleBroken when the person is not one to be collected
    or an answer of another system forbids it.
    """
    with transaction.atomic():
        draft = _locked_draft(user)
        if draft is None:
            return Record.objects.get(user=user)
        _refuse_conflicts(user)
        answers = checked_answers(user, _progress_in(draft, user))
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


def _locked_draft(user: User) -> Draft | None:
    """The open draft under a lock on its person, so that first saves queue as well.

    Raises RuleBroken ``closed`` when the person has closed in this moment.
    """
    if not User.objects.select_for_update(no_key=True).values_list("pk").filter(pk=user.pk, is_active=True).first():
        raise RuleBroken("closed", "您已注销，内容没有保存")
    return _open_draft(user)


def _open_draft(user: User) -> Draft | None:
    return Draft.objects.filter(user=user, submitted_at=None).first()


def _progress_in(draft: Draft | None, user: User) -> Progress:
    return Progress(
        user, draft, list(StepAnswers.objects.filter(draft=draft)) if draft else [], record_to_complete(user)
    )
