"""终止档案 and 恢复档案: begun by a member at the record, with proof; decided by two others (R9, ADR 0131)."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from kuaiji.accountants.enums import CollectionStatus, EndReason
from kuaiji.accountants.models import Record
from kuaiji.accountants.services import ending as records
from kuaiji.accountants.services.locking import locked_record, refusal
from kuaiji.applications import rules
from kuaiji.applications.enums import BY_STAFF, ApplicationKind, ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import add_application, applications_of
from kuaiji.attachments.services import claim_attachments
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.staff.models import Member

PROOF = "ending_proof"


@transaction.atomic
def begin_ending(
    *,
    operation: Operation,
    member: Member,
    record_id: uuid.UUID,
    ending: records.Ending,
    words: str,
    proof_ids: list[uuid.UUID],
) -> Application:
    """Ask that the record ends. Sent again while it is open, it is the same one.

    Raises RuleBroken ``other_kind_open``, ``correction_open``, ``locked_by_transfer``, ``not_changeable``,
    ``in_future``, ``attachment_gone``.
    """
    record = locked_record(record_id)
    if again := _open_one(record.user, ApplicationKind.ENDING):
        return again
    check_may_end(record)
    if ending.on > operation.day:
        raise RuleBroken("in_future", "日期不能晚于今天，请核对", "on")
    details = {"reason": ending.reason.value, "on": ending.on.isoformat()}
    return _begin(operation, member, record, ApplicationKind.ENDING, details, words, proof_ids)


@transaction.atomic
def begin_reopening(
    *, operation: Operation, member: Member, record_id: uuid.UUID, words: str, proof_ids: list[uuid.UUID]
) -> Application:
    """Ask that an ended record is kept on again. Sent again while it is open, it is the same one.

    Raises RuleBroken ``other_kind_open``, ``not_ended``, ``attachment_gone``.
    """
    record = locked_record(record_id)
    if again := _open_one(record.user, ApplicationKind.REOPENING):
        return again
    if record.status != CollectionStatus.ENDED:
        raise RuleBroken("not_ended", "档案没有终止，不需要恢复")
    return _begin(operation, member, record, ApplicationKind.REOPENING, {}, words, proof_ids)


def check_may_end(record: Record) -> None:
    """Raises RuleBroken ``correction_open``, ``locked_by_transfer``, ``not_changeable``."""
    if refused := refusal(record):
        raise refused
    waiting = applications_of(record.user).filter(state=ApplicationState.SUBMITTED)
    if waiting.filter(kind=ApplicationKind.CORRECTION).exists():
        raise RuleBroken("correction_open", "还有更正申请在审核，请先办结，再终止档案")


def check_decider(*, application_id: uuid.UUID, member_id: uuid.UUID) -> None:
    """Raises RuleBroken ``begun_by_you``, before a decision is kept that could never take effect."""
    begun = Application.objects.values_list("begun_member_id", flat=True).get(pk=application_id)
    rules.check_not_begun(begun, (member_id,))


def carry_out_ending(*, operation: Operation, application: Application) -> None:
    """Do what two have agreed to. Raises what ``check_may_end``, ``end_record`` and ``reopen_record`` raise."""
    record = Record.objects.of(application.user).select_related("user").get()
    if application.kind == ApplicationKind.REOPENING:
        records.reopen_record(operation=operation, record_id=record.pk)
        return
    check_may_end(record)
    records.end_record(operation=operation, record_id=record.pk, ending=ending_asked(application))


def ending_asked(application: Application) -> records.Ending:
    """What an application of the kind ENDING asks for."""
    said = application.details
    return records.Ending(EndReason(said["reason"]), dt.date.fromisoformat(said["on"]))


def open_by_staff(user: User) -> Application | None:
    """What a bureau has begun about the record of ``user`` and nobody has decided."""
    return applications_of(user).filter(kind__in=BY_STAFF, state=ApplicationState.SUBMITTED).first()


def _open_one(user: User, kind: ApplicationKind) -> Application | None:
    found = open_by_staff(user)
    if found and found.kind != kind:
        raise RuleBroken("other_kind_open", f"{ApplicationKind(found.kind).label}正在审核，请先办结")
    return found


def _begin(
    operation: Operation,
    member: Member,
    record: Record,
    kind: ApplicationKind,
    details: dict[str, Any],
    words: str,
    proof_ids: list[uuid.UUID],
) -> Application:
    user = record.user
    claim_attachments(person_key=user.person_key, ids=proof_ids, at=operation.at)
    said = details | {"words": words, "proofs": [str(proof) for proof in proof_ids]}
    return add_application(
        operation=operation, kind=kind, person_key=user.person_key, user=user, begun_member=member, details=said
    )
