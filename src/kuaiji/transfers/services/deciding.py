"""调入地待核实 (docs/adr/0052): two people of the bureau know that a claim is the person's, or one that it is not."""

import uuid

from django.db import transaction
from django.db.models import QuerySet

from kuaiji.applications.rules import check_other_reviewer
from kuaiji.applications.services.reading import staff_id
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.transfers import workflow
from kuaiji.transfers.enums import Action, Actor, InState
from kuaiji.transfers.events import ClaimVouched
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import advance_transfer, locked_transfer


def claims_to_verify() -> QuerySet[TransferIn]:
    """What a bureau has to decide, the longest waiting first."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key", "origin")
    return rows.filter(state=InState.TO_VERIFY).order_by("claimed_at", "pk")


def claim_by_id(claim_id: uuid.UUID | None) -> TransferIn:
    """The claim; raises RuleBroken ``unknown_claim``."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key", "origin")
    claim = rows.filter(pk=claim_id).first() if claim_id else None
    if claim is None:
        raise RuleBroken("unknown_claim", "没有这个编号的调入申请，请用 list 查看编号")
    return claim


def phone_of(claim: TransferIn) -> str:
    """The phone that the claimant has proven."""
    return str(claim.credentials["phone"]) if claim.credentials else claim.user.phone


def note_revealed(claim: TransferIn, *, reviewer: str) -> None:
    """Write down who saw the whole of a claim, before it is shown."""
    AccessLog.objects.create(
        at=clock.now(),
        actor_kind=ActorKind.STAFF,
        actor_id=staff_id(reviewer),
        action="transfers.reveal",
        subject_id=claim.user_id,
        outcome="ok",
    )


@transaction.atomic
def approve_claim(*, operation: Operation, claim_id: uuid.UUID, reviewer: str) -> TransferIn:
    """Agree that it is the person's (OperationKind.TRANSFER_REVIEWING). The first one's word leaves it waiting
    (``first_reviewer``), that of a second person begins the review.

    Raises RuleBroken ``unknown_claim``, ``not_now``, ``same_reviewer``.
    """
    row = locked_transfer(claim_by_id(claim_id))
    workflow.step(InState(row.state), Action.APPROVE, Actor.STAFF)
    if not row.first_reviewer:
        row.first_reviewer, row.first_reviewed_at = reviewer, operation.at
        row.save(update_fields=["first_reviewer", "first_reviewed_at"])
        record_events(operation, ClaimVouched(subject_id=row.pk))
        return row
    check_other_reviewer(row.first_reviewer, reviewer)
    return advance_transfer(operation=operation, row=row, action=Action.APPROVE, actor=Actor.STAFF)


def refuse_claim(*, operation: Operation, claim_id: uuid.UUID, reason: str) -> TransferIn:
    """It is not the person's, or nobody can tell; ``reason`` is told to the claimant and to the hub.

    Raises RuleBroken ``unknown_claim``, ``not_now``.
    """
    row = claim_by_id(claim_id)
    return advance_transfer(
        operation=operation,
        row=row,
        action=Action.REFUSE,
        actor=Actor.STAFF,
        words=reason,
        reviewed_at=operation.at,
    )
