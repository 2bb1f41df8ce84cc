"""A record that leaves for another platform, and one that comes from there (R5.5, R8.3 to R8.5)."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from kuaiji.accountants import models, rules
from kuaiji.accountants.enums import CollectionStatus, HoldKind, RecordAction, RecordEffect, SectionSlug, VersionKind
from kuaiji.accountants.events import HoldLifted, RecordArrived, RecordCompleted
from kuaiji.accountants.sections.answers import (
    PICTURES,
    AllAnswers,
    Answers,
    attachments_in,
)
from kuaiji.accountants.sections.tables import add_rows, replace_rows
from kuaiji.accountants.services import status
from kuaiji.accountants.services.holding import lift_hold, place_hold
from kuaiji.accountants.services.locking import locked_for, locked_record
from kuaiji.accountants.services.opening import new_reference_number
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import move_cases
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji_wire.archive import AnyArchive, AnyPastVersion, Sections
from kuaiji_wire.archive_2 import in_version_2

# Kinds of version that others make and this platform does not: both are how a collection came to stand.
_KINDS = {"imported": VersionKind.COLLECTED.value, "reviewed": VersionKind.COLLECTED.value}


@transaction.atomic
def begin_transfer_out(*, operation: Operation, record_id: uuid.UUID, source_id: uuid.UUID) -> models.Record:
    """Lock the record for the transfer ``source_id``: 调出中 (R4.5).

    Raises RuleBroken ``not_yours``, ``locked_by_transfer``, ``not_changeable``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.BEGIN_TRANSFER_OUT)
    status.advance(operation, record, RecordAction.BEGIN_TRANSFER_OUT, holds)
    place_hold(operation=operation, record_id=record_id, kind=HoldKind.TRANSFER, source_id=source_id)
    return record


@transaction.atomic
def cancel_transfer_out(*, operation: Operation, record_id: uuid.UUID, source_id: uuid.UUID) -> None:
    """The transfer came to nothing: the record is the person's again as it was. Raises RuleBroken ``not_yours``, or
    ``not_changeable`` for a record that has left."""
    status.advance(operation, locked_record(record_id), RecordAction.CANCEL_TRANSFER_OUT)
    lift_hold(operation=operation, record_id=record_id, kind=HoldKind.TRANSFER, source_id=source_id)


@transaction.atomic
def finish_transfer_out(*, operation: Operation, record_id: uuid.UUID) -> None:
    """已调出: another platform holds the person (R5.5); what is here can be read for good, and the lock stays.

    Raises RuleBroken ``not_yours``.
    """
    status.advance(operation, locked_record(record_id), RecordAction.FINISH_TRANSFER_OUT)


@transaction.atomic
def import_record(
    *,
    operation: Operation,
    user: User,
    record_id: uuid.UUID,
    origin: str,
    division_code: str,
    archive: AnyArchive,
    history: tuple[AnyPastVersion, ...],
    pictures: Mapping[str, uuid.UUID],
) -> models.Record:
    """Make the record of somebody who comes, or go on with the one of somebody who comes back (R8.5): 待完成采集.

    ``history`` is kept as versions of the platforms that made them, each once; ``archive`` becomes a version of this
    one. The caller has locked ``user``, who bears name and document of the archive already.
    """
    answers = _answers(archive.sections, pictures)
    record = models.Record.objects.of(user).select_for_update(no_key=True).first()
    is_new = record is None
    if record is None:
        record = models.Record(id=record_id, reference_number=new_reference_number(operation.at), version=0)
    record.user, record.person_key = user, user.person_key
    imported = list(_imported(operation, record, history, is_new=is_new))
    record.version += len(imported)
    record.division_code = division_code
    move_cases(user_id=user.pk, division_code=division_code)
    record.collected_at, record.confirmed_at = archive.collected_at, archive.confirmed_at
    claim_attachments(person_key=user.person_key, ids=attachments_in(answers), at=operation.at)
    _write_sections(record, answers, is_new=is_new)
    models.RecordVersion.objects.bulk_create(imported, batch_size=50)
    _lift_transfer_holds(operation, record)
    advance_version(
        operation,
        record,
        RecordAction.IMPORT,
        answers,
        event=lambda made: RecordArrived(
            subject_id=record.pk,
            version=made.number,
            origin=origin,
            division_code=division_code,
            imported=len(imported),
            after=made.content,
        ),
    )
    return record


@transaction.atomic
def complete_record(*, operation: Operation, record_id: uuid.UUID, answers: AllAnswers) -> models.Record:
    """信息已采集 after a transfer in, from validated answers (R8.4). Once it is complete, again changes nothing.

    Raises RuleBroken ``not_yours``, ``region_fixed``, ``locked_field``, ``attachment_gone``.
    """
    record = locked_record(record_id)
    if RecordEffect.WRITE_VERSION not in status.allowed(operation, record, RecordAction.COMPLETE).effects:
        return record
    before = answers_of(current_version(record))
    check_region(record, answers[SectionSlug.EMPLOYMENT])
    rules.check_locked(before[SectionSlug.PERSONAL], answers[SectionSlug.PERSONAL])
    today = operation.day
    periods = rules.periods_after_moving(before[SectionSlug.EMPLOYMENT], answers[SectionSlug.EMPLOYMENT], today=today)
    whole = {**answers, SectionSlug.EMPLOYMENT: answers[SectionSlug.EMPLOYMENT] | {"periods": periods}}
    claim_attachments(person_key=record.person_key, ids=attachments_in(whole), at=operation.at)
    _write_sections(record, whole, is_new=False)
    advance_version(
        operation,
        record,
        RecordAction.COMPLETE,
        whole,
        event=lambda made: RecordCompleted(
            subject_id=record.pk, version=made.number, division_code=record.division_code, after=made.content
        ),
    )
    return record


def check_region(record: models.Record, employment: Answers) -> None:
    """Raises RuleBroken ``region_fixed``: the place was agreed with the transfer (R8.4)."""
    if employment["division_code"] != record.division_code:
        raise RuleBroken("region_fixed", "行政区划须为调转时商定的调入地，请改回", "division_code")


def record_to_complete(user: User) -> models.Record | None:
    """The record of ``user`` that came from elsewhere and waits for its person to complete it."""
    records = models.Record.objects.of(user).select_related("person_key")
    return records.filter(status=CollectionStatus.TO_COMPLETE).first()


def _imported(
    operation: Operation, record: models.Record, history: tuple[AnyPastVersion, ...], *, is_new: bool
) -> Iterator[models.RecordVersion]:
    """What others have made of the record and is not here yet, as versions that follow ours."""
    rows = [] if is_new else record.versions.values_list("platform", "origin_number", "number")
    known = {(platform or profile().code, there or here) for platform, there, here in rows}
    fresh = {(past.platform, past.number): past for past in history if (past.platform, past.number) not in known}
    for number, past in enumerate(fresh.values(), record.version + 1):
        yield models.RecordVersion(
            record=record,
            person_key=record.person_key,
            number=number,
            operation_id=operation.id,
            kind=_KINDS.get(past.kind, past.kind),
            section=past.section,
            actor_kind=past.actor_kind,
            at=past.made_at,
            platform=past.platform,
            origin_number=past.number,
            content={
                "identity": past.person.flat(),
                "division_code": past.division_code,
                **{slug.value: answers for slug, answers in _answers(past.sections, {}).items()},
            },
        )


def _answers(sections: Sections, pictures: Mapping[str, uuid.UUID]) -> dict[SectionSlug, dict[str, Any]]:
    """What came as answers of this platform; pictures that did not come are None."""
    plain = in_version_2(sections).plain()
    return {
        slug: plain[slug] | {name: str(pictures[name]) if name in pictures else None for name in PICTURES.get(slug, ())}
        for slug in SectionSlug
    }


def _write_sections(record: models.Record, answers: AllAnswers, *, is_new: bool) -> None:
    if is_new:
        add_rows(record, answers)
        return
    for slug in SectionSlug:
        replace_rows(record, slug, dict(answers[slug]))


def _lift_transfer_holds(operation: Operation, record: models.Record) -> None:
    """Who comes back is no longer on the way out."""
    old = record.holds.select_for_update(no_key=True).filter(kind=HoldKind.TRANSFER, lifted_at=None)
    for hold in old:
        hold.lifted_at = operation.at
        hold.save(update_fields=["lifted_at"])
        record_events(operation, HoldLifted(subject_id=record.pk, hold=hold.kind, source_id=hold.source_id))
