"""Requests as people and their bureau make them."""

import random

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ArchiveItem, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import submit_correction
from kuaiji.applications.services.deciding import approve_application, refuse_application
from kuaiji.applications.services.phone_lost import (
    FIND,
    send_phone_lost_code,
    start_phone_lost,
    submit_phone_lost,
)
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.identity.models import User
from kuaiji.identity.people.details import Details
from people import numbers
from people.records.drafts import attachment, operation
from people.sign_in_steps import DRAW, codes_for, run_jobs

NEW_PHONE = "13700137000"


def other_number(record: Record, seed: object = 1) -> dict[str, str]:
    """Another right resident ID card of somebody of the same age."""
    born = record.personal.birth_date
    number = numbers.resident_id(random.Random(str(seed)), born=born, gender=record.personal.gender)
    return {"document_type": "01", "document_country": "", "document_number": number}


def ask(record: Record, values: dict[str, str] | None = None, *, reason: str = "注册时填错一位") -> Application:
    """Ask for another document number, with one proof."""
    wanted = values or other_number(record)
    field = CorrectionField.DOCUMENT if len(wanted) > 1 else CorrectionField(next(iter(wanted)))
    user = User.objects.select_related("person_key").get(pk=record.user_id)
    return submit_correction(
        operation=operation(user, OperationKind.REQUEST_SUBMITTING),
        user=user,
        field=field,
        values=wanted,
        reason=reason,
        proof_ids=[attachment(user, "correction_proof").pk],
    )


def details_of(record: Record, *, phone: str = NEW_PHONE, **given: str) -> Details:
    """What the owner of a record types without the old phone; ``given`` wins."""
    return Details.from_flat(record.user.person.flat() | {"phone": phone} | given)


def known_items(record: Record) -> dict[ArchiveItem, str]:
    """Two things the archive holds."""
    return {ArchiveItem.REFERENCE_NUMBER: record.reference_number, ArchiveItem.EMAIL: record.personal.email}


def claim(details: Details, items: dict[ArchiveItem, str]) -> Application:
    """The whole way of somebody without a phone, up to the job that looks for the owner."""
    draft = start_phone_lost()
    send_phone_lost_code(draft=draft, details=details, items=items)
    run_jobs(DRAW)
    code = codes_for(details.phone)[-1]
    made = submit_phone_lost(
        operation=Operation(kind=OperationKind.REQUEST_SUBMITTING, actor_kind=ActorKind.CITIZEN),
        draft=draft,
        details=details,
        items=items,
        sms_code=code,
    )
    run_jobs(FIND)
    return Application.objects.get(pk=made.pk)


def deciding_by(name: str, reason: str = "") -> Operation:
    """What the command makes."""
    kind = OperationKind.REQUEST_DECIDING
    return Operation(kind=kind, actor_kind=ActorKind.STAFF, reason=f"{name}：{reason}" if reason else name)


def approve(request: Application, by: str) -> Application:
    return approve_application(operation=deciding_by(by), application_id=request.pk, reviewer=by)


def refuse(request: Application, by: str, reason: str = "证明材料看不清") -> Application:
    return refuse_application(operation=deciding_by(by, reason), application_id=request.pk, reviewer=by, reason=reason)
