"""调入地待核实 (docs/adr/0052, 0117): two members agree that a claim is the person's, or that it is not."""

import dataclasses
import uuid
from collections.abc import Sequence

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.telling import Told
from kuaiji.common.errors import RuleBroken
from kuaiji.transfers import workflow
from kuaiji.transfers.enums import Action, Actor, InState
from kuaiji.transfers.events import ClaimVouched
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import advance_transfer, locked_transfer


def find_claim(claim_id: uuid.UUID) -> TransferIn | None:
    """The claim with whom it is of; None where there is none of this id."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key", "origin", "front", "back")
    return rows.filter(pk=claim_id).first()


def phone_of(claim: TransferIn) -> str:
    """The phone that the claimant has proven."""
    return str(claim.credentials["phone"]) if claim.credentials else claim.user.phone


@transaction.atomic
def approve_claim(
    *, operation: Operation, claim_id: uuid.UUID, first: uuid.UUID, second: uuid.UUID | None
) -> TransferIn:
    """Both members agree that it is the person's (OperationKind.TRANSFER_REVIEWING): the review begins.

    Raises RuleBroken ``not_now``, ``second_missing``, ``same_reviewer``.
    """
    row = _locked(claim_id, Action.APPROVE, first, second)
    record_events(operation, ClaimVouched(subject_id=row.pk))
    return advance_transfer(
        operation=operation,
        row=row,
        action=Action.APPROVE,
        actor=Actor.STAFF,
        first_member_id=first,
        second_member_id=second,
    )


@transaction.atomic
def refuse_claim(
    *,
    operation: Operation,
    claim_id: uuid.UUID,
    first: uuid.UUID,
    second: uuid.UUID | None,
    reasons: Sequence[Told],
    words: str,
) -> TransferIn:
    """Both members agree that it is not the person's, or that nobody can tell: the claimant is told the reasons, the
    hub their words.

    Raises as ``approve_claim``.
    """
    row = _locked(claim_id, Action.REFUSE, first, second)
    return advance_transfer(
        operation=operation,
        row=row,
        action=Action.REFUSE,
        actor=Actor.STAFF,
        words=words,
        reviewed_at=operation.at,
        reasons=[dataclasses.asdict(reason) for reason in reasons],
        first_member_id=first,
        second_member_id=second,
    )


def _locked(claim_id: uuid.UUID, action: Action, first: uuid.UUID, second: uuid.UUID | None) -> TransferIn:
    row = locked_transfer(TransferIn.objects.get(pk=claim_id))
    workflow.step(InState(row.state), action, Actor.STAFF)
    if second is None:
        raise RuleBroken("second_missing", "须由两人核实，请由另一人复核")
    if first == second:
        raise RuleBroken("same_reviewer", "初审和复核不能是同一人，请由另一人复核")
    return row
