"""Making a record and its first version (R3.8)."""

import datetime as dt

from django.db import connection, transaction

from kuaiji.accountants import models
from kuaiji.accountants.enums import RecordAction, SectionSlug
from kuaiji.accountants.events import RecordCollected
from kuaiji.accountants.sections.answers import AllAnswers, attachments_in
from kuaiji.accountants.sections.tables import add_rows
from kuaiji.accountants.services.versions import advance_version
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation
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
    made = models.Record(
        user=user,
        person_key=user.person_key,
        reference_number=new_reference_number(operation.at),
        division_code=employment["division_code"],
        version=0,
    )
    claim_attachments(person_key=user.person_key, ids=attachments_in(answers), at=operation.at)
    with pipelined():
        add_rows(made, answers)
        advance_version(
            operation,
            made,
            RecordAction.COLLECT,
            answers,
            event=lambda version: RecordCollected(
                subject_id=made.pk,
                reference_number=made.reference_number,
                version=version.number,
                division_code=made.division_code,
                employment_status=employment["employment_status"],
                after=version.content,
            ),
        )
    return made


def new_reference_number(at: dt.datetime) -> str:
    """GD-2026-0000-0123: registry, year, and a number from a sequence (gaps mean nothing)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accountants_reference_number')")
        digits = f"{cursor.fetchone()[0]:08}"
    return f"{profile().reference_prefix}-{at.astimezone(CHINA).year}-{digits[:-4]}-{digits[-4:]}"
