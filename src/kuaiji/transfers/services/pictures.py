"""Pictures of the document of a claim that nothing proves: sent by the claimant, compared by the bureau (ADR 0117)."""

import uuid

from django.db import transaction

from kuaiji.attachments.services import claim_attachments, discard_attachments, release_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.models import Decision
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.transfers.enums import CLAIM_BACK, CLAIM_FRONT, IN_CASE, InState
from kuaiji.transfers.events import ClaimPicturesSent
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import locked_transfer

PURPOSES = (CLAIM_FRONT, CLAIM_BACK)


def claim_that_needs_pictures(user: User) -> TransferIn | None:
    """The claim of ``user`` that a bureau still has to know, if there is one."""
    rows = TransferIn.objects.select_related("person_key", "origin", "front", "back")
    return rows.filter(user=user, state=InState.TO_VERIFY).first()


@transaction.atomic
def send_claim_pictures(
    *, operation: Operation, claim_id: uuid.UUID, front: uuid.UUID, back: uuid.UUID | None
) -> TransferIn:
    """Put received pictures before the bureau, in the place of earlier ones (OperationKind.TRANSFER_CLAIMING). The
    same once more changes nothing.

    Raises RuleBroken ``not_now`` once the first of two has decided, or the claim is over; ``attachment_gone``.
    """
    row = locked_transfer(TransferIn.objects.get(pk=claim_id))
    if (row.front_id, row.back_id) == (front, back):
        return row
    if row.state != InState.TO_VERIFY or _is_being_decided(row):
        raise RuleBroken("not_now", "财政部门已经开始核实，不能再换照片，请等待结果", "id_card_front")
    sent = [picture for picture in (front, back) if picture]
    earlier = {picture for picture in (row.front_id, row.back_id) if picture} - set(sent)
    claim_attachments(person_key=row.person_key, ids=sent, at=operation.at)
    row.front_id, row.back_id, row.pictures_at = front, back, operation.at
    row.save(update_fields=["front", "back", "pictures_at"])
    release_attachments(person_key=row.person_key, ids=earlier)
    record_events(operation, ClaimPicturesSent(subject_id=row.pk))
    return row


def _is_being_decided(row: TransferIn) -> bool:
    """Whether somebody of the bureau has said something that stands."""
    stands = Decision.objects.filter(taken_back_at=None, void_at=None)
    return stands.filter(case__kind=IN_CASE, case__subject_id=row.pk, case__closed_at=None).exists()


def pictures_are_awaited(claim_id: uuid.UUID, once: str) -> bool:
    """Whether the message that asks for pictures still holds."""
    return TransferIn.objects.filter(pk=claim_id, state=InState.TO_VERIFY, pictures_at=None).exists()


def forget_claim_pictures(user: User) -> None:
    """Somebody closes of whom nothing stays: delete the pictures of all claims."""
    claims = TransferIn.objects.filter(user=user).exclude(front=None, back=None)
    sent = {picture for pair in claims.values_list("front", "back") for picture in pair if picture}
    claims.update(front=None, back=None)
    release_attachments(person_key=user.person_key, ids=sent)
    discard_attachments(person_key=user.person_key, purposes=PURPOSES)
