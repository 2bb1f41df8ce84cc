"""Requests as people and their bureau make them."""

import random
import uuid

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ArchiveItem, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import submit_correction
from kuaiji.applications.services.phone_lost import (
    FIND,
    send_phone_lost_code,
    start_phone_lost,
    submit_phone_lost,
)
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import Judgement, Page, decide
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.identity.people.details import Details
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people import numbers
from people.records.drafts import attachment, operation
from people.sign_in_steps import DRAW, codes_for, run_jobs
from tests.support.members import make_member

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


def colleague(name: str, *roles: Role) -> Member:
    """The member of the province's bureau who is called so, made when first named."""
    known = Member.objects.filter(name=name).select_related("bureau").first()
    return known or make_member(*(roles or (Role.CLERK, Role.REVIEWER)), bureau=profile().code, name=name)


def approve(request: Application, by: str) -> Application:
    """As the desk does it, with effect at once; of two people the first one's word leaves it open."""
    return decided(request, by, Judgement(verdict=Verdict.APPROVE))


def refuse(request: Application, by: str, reason: str = "", words: str = "证明材料看不清") -> Application:
    """The same; with a reason that is offered for every kind."""
    return decided(request, by, Judgement(verdict=Verdict.RETURN, reasons=[reason or "asked_twice"], words=words))


def decided(request: Application, by: str, judgement: Judgement) -> Application:
    """What one member says of the newest case about it."""
    case = Case.objects.filter(subject_id=request.pk).latest("opened_at")
    member = colleague(by)
    decide(
        operation=Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=member.pk),
        case_id=case.pk,
        member=member,
        judgement=judgement,
        page=Page(key=uuid.uuid4(), stage=case.stage),
        at_once=True,
    )
    return Application.objects.get(pk=request.pk)
