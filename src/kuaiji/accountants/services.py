"""Writing records. Every save leaves the working rows, a version, the exam row, events and an outbox row together."""

import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction

from kuaiji.accountants import models, tables
from kuaiji.accountants.answers import AllAnswers
from kuaiji.accountants.enums import CollectionStatus, SectionSlug
from kuaiji.accountants.events import RecordCollected
from kuaiji.attachments import services as attachments
from kuaiji.audit.services import Operation
from kuaiji.audit.services import record as record_events
from kuaiji.common.clock import CHINA
from kuaiji.common.profile import profile
from kuaiji.exchange.services import enqueue
from kuaiji.identity import fingerprints
from kuaiji.identity.models import User


@transaction.atomic(savepoint=False)
def open_record(*, operation: Operation, user: User, answers: AllAnswers) -> models.Record:
    """Make the record of ``user`` from validated answers: record, sections, version 1, exam row, event and outbox row.

    The caller holds the lock that makes it happen once; the database refuses a second record of a user anyway.
    """
    employment = answers[SectionSlug.EMPLOYMENT]
    made = models.Record.objects.create(
        user=user,
        person_key=user.person_key,
        reference_number=_reference_number(operation.at),
        status=CollectionStatus.COLLECTED,
        division_code=employment["division_code"],
        version=1,
        collected_at=operation.at,
        confirmed_at=operation.at,
    )
    tables.add(made, answers)
    attachments.claim(person_key=user.person_key, ids=_attachment_ids(answers), at=operation.at)
    _write_version(operation, made, answers)
    event = RecordCollected(
        subject_id=made.pk,
        reference_number=made.reference_number,
        version=1,
        division_code=made.division_code,
        employment_status=employment["employment_status"],
        after=_content(user, answers),
    )
    record_events(operation, event, person_key=user.person_key)
    return made


def _write_version(operation: Operation, record: models.Record, answers: AllAnswers) -> None:
    models.RecordVersion.objects.create(
        record=record,
        person_key=record.person_key,
        number=record.version,
        operation_id=operation.id,
        at=operation.at,
        content=_content(record.user, answers),
    )
    exam_row = _exam_row(operation, record, answers)
    models.ExamRow.objects.bulk_create(
        [models.ExamRow(record=record, **exam_row)],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=list(exam_row),
    )
    enqueue(topic="record.reported", subject_id=record.pk, version=record.version)


def _content(user: User, answers: AllAnswers) -> dict[str, Any]:
    identity = {
        "name": user.name,
        "document_type": user.document_type,
        "document_country": user.document_country,
        "document_number": user.document_number,
    }
    return {"identity": identity, **{slug.value: dict(answers[slug]) for slug in SectionSlug}}


def _exam_row(operation: Operation, record: models.Record, answers: AllAnswers) -> dict[str, Any]:
    user, employment = record.user, answers[SectionSlug.EMPLOYMENT]
    document = fingerprints.of_document(user.document_type, user.document_number, user.document_country)
    periods = [[row["started_on"], row["ended_on"]] for row in employment["periods"]]
    if employment["accounting_start_date"]:
        periods.append([employment["accounting_start_date"], None])
    education = answers[SectionSlug.EDUCATION]
    return {
        "document_fingerprint": fingerprints.current(document),
        "name": user.name,
        "status": record.status,
        "division_code": record.division_code,
        "confirmed_at": record.confirmed_at,
        "updated_at": operation.at,
        "version": record.version,
        "qualifications": [
            {key: row[key] for key in ("category", "level", "method", "obtained_on")}
            for row in answers[SectionSlug.PROFESSIONAL]["qualifications"]
        ],
        "education": {
            mode: {key: education[f"{mode}_{key}"] for key in ("level", "degree", "graduated_on", "second_degree")}
            for mode in ("full_time", "part_time")
            if education[f"{mode}_level"]
        },
        "accounting_periods": periods,
    }


def _attachment_ids(answers: AllAnswers) -> list[uuid.UUID]:
    personal, employment = answers[SectionSlug.PERSONAL], answers[SectionSlug.EMPLOYMENT]
    given = [personal["photo"], personal["id_card_front"], personal["id_card_back"], employment["student_proof"]]
    return [uuid.UUID(value) for value in given if value]


def _reference_number(at: dt.datetime) -> str:
    """GD-2026-0000-0123: registry, year, and a number from a sequence (gaps mean nothing)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accountants_reference_number')")
        digits = f"{cursor.fetchone()[0]:08}"
    return f"{profile().reference_prefix}-{at.astimezone(CHINA).year}-{digits[:-4]}-{digits[-4:]}"
