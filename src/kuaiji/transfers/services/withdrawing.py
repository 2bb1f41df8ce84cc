"""撤回 (R5.6): before the release here, afterwards by the hub."""

import uuid

from kuaiji.audit.services import Operation
from kuaiji.exchange.sending import send_now
from kuaiji.identity.models import User
from kuaiji.transfers.enums import Action, Actor
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.reading import out_of


def withdraw_transfer(*, operation: Operation, user: User, transfer_id: uuid.UUID) -> TransferOut | None:
    """Take a transfer back (OperationKind.TRANSFER_WITHDRAWING); None when ``user`` has no such one.

    Call it outside transactions: it asks the hub at once. Look at what comes back: ``state`` WITHDRAWN is done; with
    ``withdraw_asked_at`` set it is on its way, and the hub decides; with neither the hub refused (``note`` says why).
    Again changes nothing. Raises RuleBroken ``not_now``.
    """
    row = out_of(user, transfer_id)
    if row is None:
        return None
    row = advance_transfer(operation=operation, row=row, action=Action.WITHDRAW, actor=Actor.CITIZEN)
    if row.is_open:
        send_now(uuid.UUID(str(row.record_id)))
    return out_of(user, transfer_id)
