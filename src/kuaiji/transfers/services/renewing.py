"""换新调转码: another code in the place of one that somebody else may know."""

import uuid

from django.db import transaction

from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.partners import clients
from kuaiji.identity.models import User
from kuaiji.limits.services import count_or_refuse
from kuaiji.transfers import attempts
from kuaiji.transfers.enums import Action, Actor
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services.advancing import advance_transfer, locked_transfer
from kuaiji.transfers.services.codes import PROOFS_SINCE, code_of
from kuaiji.transfers.services.reading import out_of


@transaction.atomic
def renew_code(*, operation: Operation, user: User, transfer_id: uuid.UUID, renewal: int) -> TransferOut | None:
    """Draw another 调转码 (OperationKind.TRANSFER_OUT), with the phone that is bound now; the destination is told, and
    from then on the one before opens nothing there. None when ``user`` has no such transfer.

    ``renewal`` is that of the code which was shown: pressed twice it is done once. Raises RuleBroken ``no_code``,
    ``not_now``, ``limit_transfer_code``.
    """
    row = out_of(user, transfer_id)
    if row is None:
        return None
    row = locked_transfer(row)
    newest = code_of(row)
    if newest is None or clients.wire_version() < PROOFS_SINCE:
        raise RuleBroken("no_code", "这笔调转没有调转码；换了手机号的，由调入地财政部门核实")
    if newest.renewal != renewal:
        return row
    count_or_refuse(attempts.TRANSFER_CODE, row.pk.bytes)
    return advance_transfer(operation=operation, row=row, action=Action.RENEW_CODE, actor=Actor.CITIZEN)
