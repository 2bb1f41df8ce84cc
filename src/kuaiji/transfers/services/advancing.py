"""The only way to another state of a transfer: lock, look up the step, write, and do its effects, in one transaction.

Locks are taken in the order person, record, transfer.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from kuaiji.accountants.models import Record
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import close_case
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.people.locks import lock_user
from kuaiji.transfers import workflow
from kuaiji.transfers.enums import IN_CASE, OUT_CASE, Action, Actor, Effect, InState, OutState
from kuaiji.transfers.events import TransferMoved
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services.effects import EFFECTS
from kuaiji.transfers.workflow import OPEN_OUT

Row = TypeVar("Row", TransferOut, TransferIn, TransferOut | TransferIn)
_ANSWERED = (Action.WITHDRAWAL_ACCEPTED, Action.WITHDRAWAL_REFUSED)


@transaction.atomic
def advance_transfer(
    *, operation: Operation, row: Row, action: Action, actor: Actor, words: str = "", **found: Any
) -> Row:
    """Do ``action`` to the transfer as it stands now; gives the row as it stands then.

    ``words`` say why it was refused or given back; ``found`` are columns a review has filled. Raises RuleBroken
    ``not_yours``, ``not_now`` (the table has no such step), ``not_due``.
    """
    row = locked_transfer(row)
    state = row.state
    step = workflow.step(_state(row), action, actor)
    if step.when_due and (row.review_due_at is None or row.review_due_at > operation.at):
        raise RuleBroken("not_due", "还没有到审核时间，请稍候")
    row.state = step.to
    for name, value in found.items():
        setattr(row, name, value)
    if words or row.state != state:
        row.note = words or None
    if actor == Actor.HUB:
        row.hub_changed_at = operation.at
    if isinstance(row, TransferOut) and (action in _ANSWERED or not row.is_open):
        row.withdraw_asked_at = None
    follow: Mapping[Effect, Callable[[Operation, Any], None]] = EFFECTS[type(row)]
    for effect in step.effects:
        follow[effect](operation, row)
    row.save()
    _settle(operation, row, state)
    if row.state != state or step.effects:
        moved = TransferMoved(subject_id=row.pk, action=action, actor=actor, before=state, after=row.state)
        record_events(operation, moved)
    return row


def locked_transfer(row: Row) -> Row:
    """The transfer as it is now, under its lock and those of its person and record."""
    user_id = row.record.user_id if isinstance(row, TransferOut) else row.user_id
    user = lock_user(user_id)
    record = Record.objects.of(user).select_for_update(no_key=True).first()
    if isinstance(row, TransferOut):
        outs = TransferOut.objects.select_related("destination", "person_key")
        out = outs.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        assert record
        record.user, out.record = user, record
        return out
    ins = TransferIn.objects.select_related("origin", "person_key")
    claim = ins.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    claim.user = user
    return claim


def _settle(operation: Operation, row: TransferOut | TransferIn, before: str) -> None:
    """What nobody has to decide or to look at any more waits in no queue."""
    if isinstance(row, TransferOut) and before in OPEN_OUT and not row.is_open:
        close_case(operation=operation, kind=OUT_CASE, subject_id=row.pk)
    elif isinstance(row, TransferIn) and before == InState.TO_VERIFY != row.state:
        close_case(operation=operation, kind=IN_CASE, subject_id=row.pk)


def _state(row: TransferOut | TransferIn) -> workflow.State:
    return OutState(row.state) if isinstance(row, TransferOut) else InState(row.state)
