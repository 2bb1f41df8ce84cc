"""更正申请 (R4.1): what a person may not change, with the right value and its proof, put before the bureau."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from kuaiji.accountants.models import Record
from kuaiji.accountants.services.correcting import correct_record
from kuaiji.accountants.services.locking import refusal
from kuaiji.accountants.services.versions import current_version
from kuaiji.applications.enums import ApplicationKind, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import add_application, applications_of
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.identity.people.locks import lock_user
from kuaiji.unsent.services import OpenedPage, settle_form

CORRECTIONS = "corrections."  # how the names of forms that are kept unsent begin
COLUMNS = {
    CorrectionField.DOCUMENT: ("document_type", "document_country", "document_number"),
    CorrectionField.GENDER: ("gender",),
    CorrectionField.COUNTRY: ("country",),
}


def form_of(field: CorrectionField) -> str:
    """The name under which an application about ``field`` is kept that was not sent."""
    return f"{CORRECTIONS}{field}"


def current_values(record: Record) -> dict[str, str]:
    """What the record says now of all that may be corrected."""
    content = current_version(record).content
    known = content["identity"] | content["personal"]
    return {name: known[name] for columns in COLUMNS.values() for name in columns}


def check_possible(record: Record) -> None:
    """Raises RuleBroken ``locked_by_transfer`` or ``not_changeable``."""
    if refused := refusal(record):
        raise refused


@transaction.atomic
def submit_correction(
    *,
    operation: Operation,
    user: User,
    field: CorrectionField,
    values: Mapping[str, str],
    reason: str,
    proof_ids: list[uuid.UUID],
    opened: OpenedPage | None = None,
) -> Application:
    """Ask for ``values`` (checked by the form) in the place of what stands. The same once more gives the same one.

    Raises RuleBroken ``nothing_to_correct``, ``already_applied``, ``attachment_gone``, ``locked_by_transfer``,
    ``not_changeable``; StaleForm where another page than ``opened`` has kept something else.
    """
    lock_user(user.pk)
    settle_form(user_id=user.pk, form=form_of(field), opened=opened)
    record = Record.objects.of(user).select_related("person_key").get()
    check_possible(record)
    columns, before = COLUMNS[field], current_values(record)
    if all(values[name] == before[name] for name in columns):
        raise RuleBroken("nothing_to_correct", f"与现在登记的{field.label}一致，不需要更正", columns[-1])
    details = {
        "before": {name: before[name] for name in columns},
        "values": {name: values[name] for name in columns},
        "reason": reason,
        "proofs": [str(proof) for proof in proof_ids],
    }
    if again := _same_again(user, field, details):
        return again
    claim_attachments(person_key=user.person_key, ids=proof_ids, at=operation.at)
    columns_of_it = {"user": user, "field": field, "details": details}
    try:
        with transaction.atomic():
            return add_application(
                operation=operation, kind=ApplicationKind.CORRECTION, person_key=user.person_key, **columns_of_it
            )
    except IntegrityError:  # another press was faster
        if again := _same_again(user, field, details):
            return again
        raise


def carry_out_correction(*, operation: Operation, application: Application) -> None:
    """Put right what the bureau has agreed to. Raises what ``correct`` raises."""
    record = Record.objects.of(application.user).get()
    correct_record(operation=operation, record_id=record.pk, values=application.details["values"])


def open_fields(user: User) -> dict[str, Application]:
    """Requests that wait for a decision, by what they are about."""
    open_ones = applications_of(user).filter(kind=ApplicationKind.CORRECTION, decided_at=None)
    return {application.field: application for application in open_ones}


def proofs_of_open(user: User, field: CorrectionField) -> dict[str, Attachment]:
    """The pictures of the open application about this field, by purpose."""
    application = open_fields(user).get(field)
    named = application.details["proofs"] if application else []
    return {row.purpose: row for row in Attachment.objects.filter(pk__in=named, person_key=user.person_key)}


def _same_again(user: User, field: CorrectionField, details: dict[str, Any]) -> Application | None:
    """The open application about this field, if it says the same; its proofs were sent along anew. Raises RuleBroken
    ``already_applied`` when it says something else."""
    application = open_fields(user).get(field)
    if application and any(application.details[name] != details[name] for name in ("values", "reason")):
        raise RuleBroken("already_applied", "这一项已有申请在审核，请等待结果，或先撤销")
    return application
