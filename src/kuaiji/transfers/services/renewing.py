"""换新调转码: another code in the place of one that somebody else may know, or that goes with another phone."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from kuaiji.audit.services import DomainEvent, Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.partners import clients
from kuaiji.identity.events import PhoneChanged
from kuaiji.identity.models import User
from kuaiji.limits.services import count_or_refuse
from kuaiji.transfers import attempts
from kuaiji.transfers.enums import Action, Actor
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services.advancing import advance_transfer, locked_transfer
from kuaiji.transfers.services.codes import PROOFS_SINCE, code_of
from kuaiji.transfers.services.reading import out_of
from kuaiji.transfers.workflow import OPEN_OUT


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


def follow_phone(operation: Operation, events: Sequence[DomainEvent]) -> None:
    """Whoever binds another phone proves with it from now on, and with the one before no longer (R8.2); a code that may
    have gone to that phone dies with it. In the transaction that records the events."""
    for event in events:
        if isinstance(event, PhoneChanged):
            _renew_proofs(operation, event.subject_id)


def _renew_proofs(operation: Operation, user_id: uuid.UUID) -> None:
    """Nothing where no release carries the phone: it is not approved yet, or was told in version 1 of the wire."""
    row = TransferOut.objects.select_related("record").filter(record__user=user_id, state__in=OPEN_OUT).first()
    if row and code_of(row):
        advance_transfer(operation=operation, row=row, action=Action.PHONE_REPLACED, actor=Actor.SYSTEM)
