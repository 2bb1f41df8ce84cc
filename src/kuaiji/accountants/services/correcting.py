"""信息更正 (R4.1): what a person may not change, changed by a bureau's decision."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from kuaiji.accountants import rules
from kuaiji.accountants.enums import RecordAction, SectionSlug
from kuaiji.accountants.events import RecordCorrected
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.tables import replace_rows
from kuaiji.accountants.services.changing import Changed
from kuaiji.accountants.services.locking import locked_for
from kuaiji.accountants.services.versions import advance_version, answers_of, current_version
from kuaiji.audit.services import Operation
from kuaiji.identity.partner_checks.services import PENDING, replace_finding
from kuaiji.identity.people.services import replace_document
from kuaiji_wire.people import Person

DOCUMENT = ("document_type", "document_country", "document_number")
PERSONAL = ("gender", "birth_date", "country")


@transaction.atomic
def correct_record(*, operation: Operation, record_id: uuid.UUID, values: Mapping[str, str]) -> Changed:
    """Put right some of ``DOCUMENT`` and ``PERSONAL``: 证件, 性别, 出生日期, 所属国家; the caller checked them.

    What a corrected document tells of the person goes before what was asked. Raises RuleBroken
    ``locked_by_transfer``, ``not_changeable``, ``already_registered``, ``number_full``, ``birth_date_contradicts``.
    """
    record, holds = locked_for(operation, record_id, RecordAction.CORRECT)
    answers, user = answers_of(current_version(record)), record.user
    before = user.person.flat() | answers[SectionSlug.PERSONAL]
    document = Person.from_flat(before | dict(values)).document
    if document != user.document:
        replace_document(user=user, document=document)
        replace_finding(operation=operation, user=user, finding=PENDING)  # the yes was about another document
    personal = answers[SectionSlug.PERSONAL] | {name: values[name] for name in PERSONAL if name in values}
    facts = facts_of(user, personal, operation.day)
    told = {name: getattr(facts, name) for name in PERSONAL}
    personal |= told | {"birth_date": told["birth_date"].isoformat()}
    stood, born = (dt.date.fromisoformat(values["birth_date"]) for values in (before, personal))
    rules.check_birth_date(answers, stood=stood, birth_date=born, today=operation.day)
    after = user.person.flat() | personal
    fields = [name for name in (*DOCUMENT, *PERSONAL) if before[name] != after[name]]
    if not fields:
        return Changed(None)
    replace_rows(record, SectionSlug.PERSONAL, personal)
    made = advance_version(
        operation,
        record,
        RecordAction.CORRECT,
        answers | {SectionSlug.PERSONAL: personal},
        holds=holds,
        event=lambda made: RecordCorrected(
            subject_id=record.pk,
            version=made.number,
            fields=fields,
            before={name: before[name] for name in fields},
            after={name: after[name] for name in fields},
        ),
    )
    return Changed(made)
