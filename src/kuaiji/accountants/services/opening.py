"""The beginning of a record (R3.8)."""

import datetime as dt

from django.db import connection, transaction

from kuaiji.accountants import models
from kuaiji.accountants.enums import CollectionStatus, SectionSlug, VersionKind
from kuaiji.accountants.events import RecordCollected
from kuaiji.accountants.sections.answers import AllAnswers, attachments_in
from kuaiji.accountants.sections.tables import add_rows
from kuaiji.accountants.services.versions import write_version
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.common.clock import CHINA
from kuaiji.common.pipeline import pipelined
from kuaiji.common.profile import profile
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
        reference_number=new_reference_number(operation.at),
        status=CollectionStatus.COLLECTED,
        division_code=employment["division_code"],
        version=1,
        collected_at=operation.at,
        confirmed_at=operation.at,
    )
    claim_attachments(person_key=user.person_key, ids=attachments_in(answers), at=operation.at)
    with pipelined():
        add_rows(made, answers)
        version = write_version(operation, made, answers, VersionKind.COLLECTED)
        event = RecordCollected(
            subject_id=made.pk,
            reference_number=made.reference_number,
            version=1,
            division_code=made.division_code,
            employment_status=employment["employment_status"],
            after=version.content,
        )
        record_events(operation, event, person_key=user.person_key)
    return made


def new_reference_number(at: dt.datetime) -> str:
    """GD-2026-0000-0123: registry, year, and a number from a sequence (gaps mean nothing)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accountants_reference_number')")
        digits = f"{cursor.fetchone()[0]:08}"
    return f"{profile().reference_prefix}-{at.astimezone(CHINA).year}-{digits[:-4]}-{digits[-4:]}"
