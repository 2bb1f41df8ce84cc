"""信息变更 (R4): every save is a new version; nothing changed, no version."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from kuaiji.accountants import models, rules
from kuaiji.accountants.enums import RecordAction, SectionSlug
from kuaiji.accountants.events import NameChanged, RecordConfirmed, SectionChanged
from kuaiji.accountants.sections.answers import Answers, answers_equal, attachments_in
from kuaiji.accountants.sections.tables import replace_rows
from kuaiji.accountants.services import status
from kuaiji.accountants.services.locking import locked_for
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import move_cases
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken


class StaleChange(Exception):
    """The section was saved from somewhere else since this page was opened; ``version`` is what stands now."""

    def __init__(self, version: models.RecordVersion) -> None:
        super().__init__(version.number)
        self.version = version


@dataclasses.dataclass(frozen=True, slots=True)
class Changed:
    """What a save did. ``version`` is None when nothing was changed; ``region_waits`` when the bureau stays the same
    until a lock is lifted (R4.3)."""

    version: models.RecordVersion | None
    region_waits: bool = False


@transaction.atomic
def change_section(
    *,
    operation: Operation,
    record_id: uuid.UUID,
    slug: SectionSlug,
    answers: Answers,
    based_on: int,
    seen: models.RecordVersion | None = None,
) -> Changed:
    """Save one section from validated ``answers``, made on a page that showed version ``based_on``.

    ``seen`` is what the caller has read: versions never change, so it is read again only where there is a newer one.
    The same answers once more change nothing. Raises StaleChange, or RuleBroken ``locked_by_transfer``,
    ``not_changeable``, ``locked_field``, ``birth_date_contradicts``, ``attachment_gone``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.CHANGE_SECTION)
    is_newest = seen is not None and (seen.record_id, seen.number) == (record.pk, record.version)
    standing = seen if seen and is_newest else current_version(record)
    everything = answers_of(standing)
    before = everything[slug]
    today = operation.day
    after = _kept(slug, answers, everything, today=today)
    if answers_equal(before, after):
        return Changed(None)
    shown = standing if based_on == standing.number else record.versions.filter(number=based_on).first()
    if shown is None or not answers_equal(answers_of(shown)[slug], before):
        if shown and _makes(slug, shown, answers, before, today=today):
            return Changed(None)
        raise StaleChange(standing)
    claim_attachments(person_key=record.person_key, ids=attachments_in({slug: after}), at=operation.at)
    replace_rows(record, slug, after)
    place = after["division_code"] if slug == SectionSlug.EMPLOYMENT else record.division_code
    waits = place != record.division_code and rules.region_locked(holds)
    if not waits:
        record.division_code = place
        move_cases(user_id=record.user_id, division_code=place)
    made = advance_version(
        operation,
        record,
        RecordAction.CHANGE_SECTION,
        everything | {slug: after},
        section=slug,
        holds=holds,
        event=lambda made: SectionChanged(
            subject_id=record.pk,
            version=made.number,
            section=slug,
            division_code=record.division_code,
            before=_differing(before, after),
            after=_differing(after, before),
        ),
    )
    return Changed(made, waits)


@transaction.atomic
def change_name(*, operation: Operation, record_id: uuid.UUID, name: str, proof_id: uuid.UUID, reason: str) -> Changed:
    """Save another name, with its proof; the exam answer marks it until the national platform has it (R4.2).

    Raises RuleBroken ``locked_by_transfer``, ``not_changeable``, ``attachment_gone``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.CHANGE_NAME)
    user, before = record.user, record.user.name
    if name == before:
        return Changed(None)
    claim_attachments(person_key=record.person_key, ids=[proof_id], at=operation.at)
    answers = answers_of(current_version(record))
    user.name = name
    user.save(update_fields=["name"])
    made = advance_version(
        operation,
        record,
        RecordAction.CHANGE_NAME,
        answers,
        holds=holds,
        event=lambda made: NameChanged(
            subject_id=record.pk, version=made.number, proof=str(proof_id), before=before, after=name, reason=reason
        ),
    )
    return Changed(made)


@transaction.atomic
def confirm_record(*, operation: Operation, record_id: uuid.UUID) -> None:
    """信息无变化，确认: the record is up to date from today (R4.6). Once more on the same day changes nothing.

    Raises RuleBroken ``locked_by_transfer``, ``not_changeable``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.CONFIRM)
    if clock.day_of(record.confirmed_at) == operation.day:
        return
    status.advance(operation, record, RecordAction.CONFIRM, holds)
    record_events(operation, RecordConfirmed(subject_id=record.pk, version=record.version))


def _kept(slug: SectionSlug, answers: Answers, everything: dict[SectionSlug, Answers], *, today: dt.date) -> Answers:
    """The answers as they are to stand: what may not change has not, what must stay is there."""
    before = everything[slug]
    answers = rules.months_kept(before, answers)
    if slug == SectionSlug.PERSONAL:
        rules.check_locked(before, answers)
        if answers["birth_date"] != before["birth_date"]:
            stood, born = (dt.date.fromisoformat(values["birth_date"]) for values in (before, answers))
            rules.check_birth_date(everything, stood=stood, birth_date=born, today=today)
    if slug == SectionSlug.EMPLOYMENT:
        return answers | {"periods": rules.kept_periods(before, answers, today=today)}
    return answers


def _makes(slug: SectionSlug, seen: models.RecordVersion, answers: Answers, made: Answers, *, today: dt.date) -> bool:
    """Whether ``answers`` on top of what the page showed make what stands: the same press once more."""
    try:
        return answers_equal(_kept(slug, answers, answers_of(seen), today=today), made)
    except RuleBroken:
        return False


def _differing(answers: Answers, other: Answers) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value != other.get(name)}
