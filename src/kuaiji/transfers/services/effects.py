"""The effects of a step of the table, in the transaction of the step."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from kuaiji.accountants.services.transferring import cancel_transfer_out, finish_transfer_out
from kuaiji.audit.services import Operation
from kuaiji.common import clock, jobs
from kuaiji.common.profile import profile
from kuaiji.exchange.services import enqueue
from kuaiji.identity.notices import NOTICE_LIFETIME
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import send_message
from kuaiji.transfers.enums import Effect, InState, OutState, Road
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services import due
from kuaiji.transfers.services.arriving import complete_transfer_in, forget_pictures
from kuaiji.transfers.services.codes import code_of, forget_codes, make_code
from kuaiji_wire.messages import Topic

_OUT_WORDS = {
    OutState.APPROVED: "审核通过",
    OutState.RELEASED: "待调入地接收，可到调入地办理调入",
    OutState.REJECTED: "审核不通过",
    OutState.WITHDRAWN: "已撤回",
    OutState.COMPLETED: "已完成，请改在调入地平台登录",
    OutState.RETURNED: "已退回",
}
_IN_WORDS = {
    InState.RECEIVED: "审核通过，请完成采集",
    InState.REFUSED: "未通过",
    InState.WITHDRAWN: "调出地已撤回",
    InState.EXPIRED: "超时未确认",
}


def review_later(row: TransferOut | TransferIn, *, task: str) -> None:
    """Queue the review for the moment it is due; a job every minute finds what was lost."""
    assert row.review_due_at
    wait = max(0, int((row.review_due_at - clock.now()).total_seconds()) + 1)
    jobs.defer(f"kuaiji.transfers.tasks.{task}", queue="transfers", wait=wait, transfer_id=str(row.pk))


def send_transfer_notice(phone: str, template_key: TemplateKey, **parameters: str) -> None:
    """Send one message about a transfer, if there is a phone to send it to."""
    if phone:
        send_message(
            template_key=template_key, phone=phone, parameters=parameters, expires_at=clock.now() + NOTICE_LIFETIME
        )


def notify_claimed(phone: str, place: str) -> None:
    """Tell the phone that was bound before that somebody has confirmed the transfer in its owner's name (R8.2)."""
    here = clock.now().astimezone(clock.CHINA)
    send_transfer_notice(
        phone, TemplateKey.TRANSFER_CLAIMED, place=place, time=f"{here.month}月{here.day}日{here:%H:%M}"
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
    """The code to the phone that is bound; without one, how the transfer stands."""
    if made := code_of(row):
        phone, place = row.record.user.phone, row.destination.name
        send_transfer_notice(phone, TemplateKey.TRANSFER_CODE, place=place, code=made.words)
    else:
        _tell_out(operation, row)


def _tell_out(operation: Operation, row: TransferOut) -> None:
    phone, place = row.record.user.phone, row.destination.name
    if row.state == OutState.CLAIMED:
        notify_claimed(phone, place)
    else:
        send_transfer_notice(
            phone, TemplateKey.TRANSFER_OUT_CHANGED, place=place, state=_OUT_WORDS[OutState(row.state)]
        )


def tell_attempts(operation: Operation, row: TransferOut) -> None:
    """Tell the bound phone, once on a day, how often somebody could not prove to be its owner; nothing once the
    transfer is over."""
    told = row.attempts_told_at
    if not row.is_open or (told and clock.day_of(told) == operation.day):
        return
    phone, place = row.record.user.phone, row.destination.name
    send_transfer_notice(phone, TemplateKey.TRANSFER_ATTEMPTS, place=place, count=str(row.refused_attempts))
    row.attempts_told_at = operation.at


def _start_review(operation: Operation, row: TransferIn) -> None:
    """A code may have been given away: its claim waits the longest, and the bound phone hears of it meanwhile."""
    days = profile().transfer_review_days
    row.review_due_at = due.due_at(operation.at, days=days[-1] if row.road == Road.CODE else days[0])
    review_later(row, task="review_in")


def _send_received(operation: Operation, row: TransferIn) -> None:
    enqueue(topic=Topic.TRANSFER_RECEIVED, subject_id=row.pk, stream_id=row.transfer_id)


def _send_claim_rejected(operation: Operation, row: TransferIn) -> None:
    enqueue(topic=Topic.TRANSFER_CLAIM_REJECTED, subject_id=row.pk, stream_id=row.transfer_id)


def _tell_in(operation: Operation, row: TransferIn) -> None:
    send_transfer_notice(
        row.user.phone,
        TemplateKey.TRANSFER_IN_CHANGED,
        place=row.origin.name,
        state=_IN_WORDS[InState(row.state)],
    )


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
        Effect.START_REVIEW: _start_review,
        Effect.SEND_RECEIVED: _send_received,
        Effect.SEND_CLAIM_REJECTED: _send_claim_rejected,
        Effect.ARRIVE: complete_transfer_in,
        Effect.FORGET: forget_pictures,
        Effect.TELL: _tell_in,
    },
}
