"""已退回 (R5.4): this platform does not take somebody who was released to it; nobody has claimed yet."""

import uuid

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.services import enqueue
from kuaiji.transfers.events import ReleaseSentBack
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.releases import end_release, locked_release, open_release_case
from kuaiji.transfers.workflow import OPEN_IN
from kuaiji_wire.messages import Topic


@transaction.atomic
def send_back_release(*, operation: Operation, transfer_id: uuid.UUID, reason: str) -> None:
    """Ask the hub to end the transfer, for a reason that the person is told; it decides.

    Again while it waits changes nothing. Raises RuleBroken ``unknown_release``, ``already_claimed``.
    """
    release = locked_release(transfer_id)
    if release is None:
        raise RuleBroken("unknown_release", "没有这笔待接收的调转，请核对编号")
    check_not_claimed(transfer_id)
    if release.refusal:
        return
    release.refusal = reason
    release.refusals += 1
    release.save(update_fields=["refusal", "refusals"])
    enqueue(topic=Topic.TRANSFER_RETURNED, subject_id=release.pk, stream_id=release.pk, version=release.refusals)
    record_events(operation, ReleaseSentBack(subject_id=release.pk))


def is_claimed(transfer_id: uuid.UUID) -> bool:
    """Whether somebody has claimed it, and is not approved or refused yet."""
    return TransferIn.objects.filter(transfer_id=transfer_id, state__in=OPEN_IN).exists()


def check_not_claimed(transfer_id: uuid.UUID) -> None:
    """Raises RuleBroken ``already_claimed``."""
    if is_claimed(transfer_id):
        raise RuleBroken("already_claimed", "本人已确认调入，审核结束前不能退回")


@transaction.atomic
def take_return_answer(*, operation: Operation, transfer_id: uuid.UUID, accepted: bool) -> None:
    """Take the hub's answer to it: the transfer is over, or a claim was faster and it goes on."""
    release = locked_release(transfer_id)
    if release is None:
        return
    if accepted:
        end_release(operation, release)
        return
    release.refusal = None
    release.save(update_fields=["refusal"])
    open_release_case(operation, release)
