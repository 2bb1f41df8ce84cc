"""Requests as people and their bureau make them."""

import random

from kuaiji.accountants.models import Record
from kuaiji.attachments.enums import Purpose
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.identity.models import User
from kuaiji.identity.registration.services import Details
from kuaiji.requests.enums import ArchiveItem, CorrectionField
from kuaiji.requests.models import BureauRequest
from kuaiji.requests.services import corrections, deciding, phone_lost
from kuaiji.requests.services.phone_lost import DRAW, FIND
from tests.identity.helping import codes_for, run_jobs
from tests.support import numbers
from tests.support.drafts import attachment, operation

NEW_PHONE = "13700137000"


def other_number(record: Record, seed: object = 1) -> dict[str, str]:
    """Another right resident ID card of somebody of the same age."""
    born = record.personal.birth_date
    number = numbers.resident_id(random.Random(str(seed)), born=born, gender=record.personal.gender)
    return {"document_type": "01", "document_country": "", "document_number": number}


def ask(record: Record, values: dict[str, str] | None = None, *, reason: str = "注册时填错一位") -> BureauRequest:
    """Ask for another document number, with one proof."""
    wanted = values or other_number(record)
    field = CorrectionField.DOCUMENT if len(wanted) > 1 else CorrectionField(next(iter(wanted)))
    user = User.objects.select_related("person_key").get(pk=record.user_id)
    return corrections.submit(
        operation=operation(user, OperationKind.REQUEST_SUBMITTING),
        user=user,
        field=field,
        values=wanted,
        reason=reason,
        proof_ids=[attachment(user, Purpose.CORRECTION_PROOF).pk],
    )


def details_of(record: Record, *, phone: str = NEW_PHONE, **given: str) -> Details:
    """What the owner of a record types without the old phone; ``given`` wins."""
    user = record.user
    names = ("name", "document_type", "document_number", "document_country")
    return Details(**{name: getattr(user, name) for name in names} | {"phone": phone} | given)


def known_items(record: Record) -> dict[ArchiveItem, str]:
    """Two things the archive holds."""
    return {ArchiveItem.REFERENCE_NUMBER: record.reference_number, ArchiveItem.EMAIL: record.personal.email}


def claim(details: Details, items: dict[ArchiveItem, str]) -> BureauRequest:
    """The whole way of somebody without a phone, up to the job that looks for the owner."""
    draft = phone_lost.start()
    phone_lost.send_code(draft=draft, details=details, items=items)
    run_jobs(DRAW)
    code = codes_for(details.phone)[-1]
    made = phone_lost.submit(
        operation=Operation(kind=OperationKind.REQUEST_SUBMITTING, actor_kind=ActorKind.CITIZEN),
        draft=draft,
        details=details,
        items=items,
        sms_code=code,
    )
    run_jobs(FIND)
    return BureauRequest.objects.get(pk=made.pk)


def deciding_by(name: str, reason: str = "") -> Operation:
    """What the command makes."""
    kind = OperationKind.REQUEST_DECIDING
    return Operation(kind=kind, actor_kind=ActorKind.STAFF, reason=f"{name}：{reason}" if reason else name)


def approve(request: BureauRequest, by: str) -> BureauRequest:
    return deciding.approve(operation=deciding_by(by), request_id=request.pk, reviewer=by)


def refuse(request: BureauRequest, by: str, reason: str = "证明材料看不清") -> BureauRequest:
    return deciding.refuse(operation=deciding_by(by, reason), request_id=request.pk, reviewer=by, reason=reason)
