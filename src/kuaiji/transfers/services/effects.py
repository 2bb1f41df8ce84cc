"""The effects of a step of the table, in the transaction of the step."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from kuaiji.accountants.services.transferring import cancel_transfer_out, finish_transfer_out
from kuaiji.audit.services import Operation
from kuaiji.cases.services.opening import open_case
from kuaiji.common import clock, jobs
from kuaiji.common.profile import profile
from kuaiji.exchange.services import enqueue
from kuaiji.identity.models import User
from kuaiji.identity.notices import tell_user
from kuaiji.messages.services.telling import moment_words
from kuaiji.sms.enums import TemplateKey
from kuaiji.transfers.enums import IN_CASE, Effect, InState, OutState, Road
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services import due
from kuaiji.transfers.services.arriving import complete_transfer_in, forget_pictures
from kuaiji.transfers.services.codes import code_of, forget_codes, make_code
from kuaiji_wire.messages import Topic

_OUT = {
    OutState.RELEASED: TemplateKey.TRANSFER_CLAIM_REJECTED,
    OutState.REJECTED: TemplateKey.TRANSFER_OUT_REFUSED,
    OutState.WITHDRAWN: TemplateKey.TRANSFER_OUT_WITHDRAWN,
    OutState.COMPLETED: TemplateKey.TRANSFER_OUT_COMPLETED,
    OutState.RETURNED: TemplateKey.TRANSFER_OUT_RETURNED,
}
_IN = {
    InState.RECEIVED: TemplateKey.TRANSFER_IN_RECEIVED,
    InState.REFUSED: TemplateKey.TRANSFER_IN_REFUSED,
    InState.WITHDRAWN: TemplateKey.TRANSFER_IN_WITHDRAWN,
    InState.EXPIRED: TemplateKey.TRANSFER_IN_EXPIRED,
}


def review_later(row: TransferOut | TransferIn, *, task: str) -> None:
    """Queue the review for the moment it is due; a job every minute finds what was lost."""
    assert row.review_due_at
    wait = max(0, int((row.review_due_at - clock.now()).total_seconds()) + 1)
    jobs.defer(f"kuaiji.transfers.tasks.{task}", queue="transfers", wait=wait, transfer_id=str(row.pk))


def notify_claimed(user: User, transfer_id: uuid.UUID, place: str, operation: Operation) -> None:
    """Tell the phone that was bound before that somebody has confirmed the transfer in its owner's name (R8.2)."""
    parameters = {"place": place, "time": moment_words(operation.at)}
    _tell(user, TemplateKey.TRANSFER_CLAIMED, transfer_id, operation, parameters)


def _tell(
    user: User,
    event: TemplateKey,
    transfer_id: uuid.UUID,
    operation: Operation,
    parameters: Mapping[str, str],
    *,
    about: str = "",
) -> None:
    """One message about a transfer for each operation that moves it."""
    tell_user(
        user,
        event,
        parameters=parameters,
        once=f"{about}{transfer_id}:{operation.id}",
        at=operation.at,
        subject_id=transfer_id,
    )


def _send_released(operation: Operation, row: TransferOut) -> None:
    row.version = row.record.version
    enqueue(topic=Topic.TRANSFER_RELEASED, subject_id=row.pk, stream_id=_id(row.record_id))


def _send_code_renewed(operation: Operation, row: TransferOut) -> None:
    if made := code_of(row):
        enqueue(
            topic=Topic.TRANSFER_CODE_RENEWED,
            subject_id=row.pk,
            stream_id=_id(row.record_id),
            version=made.renewal,
        )


def _send_withdrawn(operation: Operation, row: TransferOut) -> None:
    if row.withdraw_asked_at:
        return
    row.withdrawals, row.withdraw_asked_at = row.withdrawals + 1, operation.at
    enqueue(
        topic=Topic.TRANSFER_WITHDRAWN,
        subject_id=row.pk,
        stream_id=_id(row.record_id),
        version=row.withdrawals,
    )


def _lift_lock(operation: Operation, row: TransferOut) -> None:
    cancel_transfer_out(operation=operation, record_id=_id(row.record_id), source_id=row.pk)
    forget_codes(row.pk)


def _leave(operation: Operation, row: TransferOut) -> None:
    finish_transfer_out(operation=operation, record_id=_id(row.record_id))
    forget_codes(row.pk)


def _tell_code(operation: Operation, row: TransferOut) -> None:
    """That the way is open, once it is, with the code where there is one; or another code in its place."""
    user, place = row.record.user, row.destination.name
    if made := code_of(row):
        is_first = row.hub_changed_at == operation.at  # the hub has just taken the release: nobody was told of any
        event = TemplateKey.TRANSFER_CODE if is_first else TemplateKey.TRANSFER_CODE_RENEWED
        parameters = {"place": place, "code": made.words}
        _tell(user, event, row.pk, operation, parameters, about=f"{made.renewal}:")
    else:
        _tell(user, TemplateKey.TRANSFER_RELEASED, row.pk, operation, {"place": place})


def _tell_out(operation: Operation, row: TransferOut) -> None:
    user, place = row.record.user, row.destination.name
    if row.state == OutState.CLAIMED:
        notify_claimed(user, row.pk, place, operation)
    else:
        _tell(user, _OUT[OutState(row.state)], row.pk, operation, {"place": place})


def tell_attempts(operation: Operation, row: TransferOut) -> None:
    """Tell the bound phone, once on a day, how often somebody could not prove to be its owner; nothing once the
    transfer is over."""
    told = row.attempts_told_at
    if not row.is_open or (told and clock.day_of(told) == operation.day):
        return
    parameters = {"place": row.destination.name, "count": str(row.refused_attempts)}
    _tell(row.record.user, TemplateKey.TRANSFER_ATTEMPTS, row.pk, operation, parameters)
    row.attempts_told_at = operation.at


def _start_review(operation: Operation, row: TransferIn) -> None:
    """A code may have been given away: its claim waits the longest, and the bound phone hears of it meanwhile."""
    days = profile().transfer_review_days
    row.review_due_at = due.due_at(operation.at, days=days[-1] if row.road == Road.CODE else days[0])
    review_later(row, task="review_in")


def _ask_pictures(operation: Operation, row: TransferIn) -> None:
    """What nothing proves waits for two people of the bureau, who compare pictures of the document."""
    open_case(
        operation=operation,
        kind=IN_CASE,
        subject_id=row.pk,
        number=row.number,
        division_code=row.division_code,
        user_id=_id(row.user_id),
    )
    _tell(row.user, TemplateKey.TRANSFER_IN_PICTURES, row.pk, operation, {"place": row.origin.name})


def _send_received(operation: Operation, row: TransferIn) -> None:
    enqueue(topic=Topic.TRANSFER_RECEIVED, subject_id=row.pk, stream_id=row.transfer_id)


def _send_claim_rejected(operation: Operation, row: TransferIn) -> None:
    enqueue(topic=Topic.TRANSFER_CLAIM_REJECTED, subject_id=row.pk, stream_id=row.transfer_id)


def _tell_in(operation: Operation, row: TransferIn) -> None:
    _tell(row.user, _IN[InState(row.state)], row.pk, operation, {"place": row.origin.name})


def _id(value: Any) -> uuid.UUID:
    return uuid.UUID(str(value))


EFFECTS: Mapping[type, Mapping[Effect, Callable[[Operation, Any], None]]] = {
    TransferOut: {
        Effect.MAKE_CODE: make_code,
        Effect.TELL_CODE: _tell_code,
        Effect.SEND_RELEASED: _send_released,
        Effect.SEND_CODE_RENEWED: _send_code_renewed,
        Effect.SEND_WITHDRAWN: _send_withdrawn,
        Effect.LIFT_LOCK: _lift_lock,
        Effect.LEAVE: _leave,
        Effect.TELL: _tell_out,
    },
    TransferIn: {
        Effect.ASK_PICTURES: _ask_pictures,
        Effect.START_REVIEW: _start_review,
        Effect.SEND_RECEIVED: _send_received,
        Effect.SEND_CLAIM_REJECTED: _send_claim_rejected,
        Effect.ARRIVE: complete_transfer_in,
        Effect.FORGET: forget_pictures,
        Effect.TELL: _tell_in,
    },
}
