"""Filling in: the notice and the steps, each saved as soon as it is valid (R3.7)."""

import datetime as dt

from django.db import transaction

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.rules import check_obliged
from kuaiji.accountants.sections.answers import Answers, answers_equal
from kuaiji.accountants.services.transferring import check_region, record_to_complete
from kuaiji.audit.services import Operation, record_events
from kuaiji.collection.events import AnswersSaved, NoticeAgreed
from kuaiji.collection.models import Draft, StepAnswers, Submission
from kuaiji.collection.progress import form_of, open_draft
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.services import Fields, OpenedPage, keep_form, settle_form


class StaleAnswers(Exception):
    """The step was saved from somewhere else since this page was opened."""

    def __init__(self, revision: int, saved_at: dt.datetime) -> None:
        super().__init__(revision)
        self.revision = revision
        self.saved_at = saved_at


@transaction.atomic
def agree_to_notice(*, operation: Operation, user: User) -> None:
    """Accept the notice; opens the draft. Accepting the same text again, or after submission, changes nothing.

    Raises RuleBroken ``closed``.
    """
    draft = locked_draft(user)
    if draft is None:
        if Record.objects.of(user).complete().exists() or Submission.objects.of(user).waiting().exists():
            return
        draft = Draft(user=user, person_key=user.person_key)
    if draft.notice_version == profile().notice_version:
        return
    draft.notice_version, draft.agreed_at = profile().notice_version, operation.at
    draft.save()
    record_events(operation, NoticeAgreed(subject_id=draft.pk, notice_version=draft.notice_version))


@transaction.atomic
def save_step(
    *,
    operation: Operation,
    user: User,
    slug: SectionSlug,
    answers: Answers,
    revision: int | None,
    opened: OpenedPage | None = None,
) -> None:
    """Keep the answers of one step; what was typed there before is settled by it.

    ``revision`` is what the page was opened with; None means that the page did not say, as with ``opened``. Raises
    StaleAnswers when another page saved something else in between, StaleForm when one has kept something unsaved,
    RuleBroken when there is no open draft, ``region_fixed`` for another place than the agreed one after a transfer in,
    or ``not_an_accountant`` for no title of somebody who is not in accounting (R1.5).
    """
    draft = locked_draft(user)
    if draft is None:
        raise RuleBroken("no_open_draft", "请先阅读采集须知")
    if slug == SectionSlug.EMPLOYMENT and (arrived := record_to_complete(user)):
        check_region(arrived, answers)
    if slug == SectionSlug.PROFESSIONAL and not answers["qualifications"]:
        _check_obliged(draft)
    settle_form(user_id=user.pk, form=form_of(slug), opened=opened)
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


@transaction.atomic
def keep_step(
    *,
    operation: Operation,
    user: User,
    slug: SectionSlug,
    fields: Fields | None,
    revision: int | None,
    opened: OpenedPage | None,
    by_script: bool = False,
) -> UnsentForm | None:
    """Keep what is typed in one step beside the saved answers, which stay as they are (docs/adr/0069); ``fields`` and
    what is given back are those of ``keep_form``.

    Raises StaleAnswers, StaleForm and RuleBroken as ``save_step`` and ``keep_form`` do.
    """
    draft = locked_draft(user)
    if draft is None:
        raise RuleBroken("no_open_draft", "请先阅读采集须知")
    saved = StepAnswers.objects.filter(draft=draft, step=slug).only("revision", "saved_at").first()
    if saved and revision is not None and revision != saved.revision:
        raise StaleAnswers(saved.revision, saved.saved_at)
    kept = keep_form(
        operation=operation, user=user, form=form_of(slug), fields=fields, opened=opened, by_script=by_script
    )
    draft.save(update_fields=["touched_at"])
    return kept


def _check_obliged(draft: Draft) -> None:
    """Raises RuleBroken for who told in the step before that they are not in accounting."""
    work = StepAnswers.objects.filter(draft=draft, step=SectionSlug.EMPLOYMENT).select_related("person_key").first()
    if work:
        check_obliged(work.data["employment_status"], 0)


def locked_draft(user: User) -> Draft | None:
    """The open draft under a lock on its person, so that first saves queue as well.

    Raises RuleBroken ``closed`` when the person has closed in this moment.
    """
    lock_person(user)
    return open_draft(user)


def lock_person(user: User) -> None:
    """Let nobody else save or submit anything of ``user`` until the transaction ends. Raises RuleBroken ``closed``."""
    if not User.objects.select_for_update(no_key=True).values_list("pk").filter(pk=user.pk, is_active=True).first():
        raise RuleBroken("closed", "您已注销，内容没有保存")
