"""Closing is refused while a transfer or a claim is open."""

from kuaiji.accountants.enums import CollectionStatus, HoldKind
from kuaiji.accountants.models import Hold, Record
from kuaiji.identity.closing_steps import Obstacle
from kuaiji.identity.models import User
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.workflow import OPEN_IN

TRANSFER_OPEN = Obstacle(
    "transfer_open",
    "调转办理中不能注销，请等待办结，或先撤回调出",
    "调出正在办理，现在不能注销。",
    "请先撤回调出，或等调转办理完成。",
)


def open_transfer(user: User) -> Obstacle | None:
    """TRANSFER_OPEN while a transfer of the person is under way."""
    # Who has left keeps the lock for good.
    here = Record.objects.of(user).exclude(status=CollectionStatus.TRANSFERRED_OUT)
    leaving = Hold.objects.filter(record__in=here, kind=HoldKind.TRANSFER, lifted_at=None)
    arriving = TransferIn.objects.filter(user=user, state__in=OPEN_IN)
    return TRANSFER_OPEN if leaving.exists() or arriving.exists() else None
