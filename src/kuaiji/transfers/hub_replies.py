"""What the hub's answers to our messages about transfers do here."""

from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.audit.services import Operation
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.services import tell_in_version_1
from kuaiji.exchange.topics import Answered
from kuaiji.transfers.enums import Action, Actor
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.codes import forget_codes
from kuaiji.transfers.services.sending_back import take_return_answer
from kuaiji_wire.answers import Answer, Refusal
from kuaiji_wire.messages import Topic


def _out(accepted: Action, refused: Action) -> Answered:
    def answered(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
        row = TransferOut.objects.select_related("record").get(pk=message.subject_id)
        _advance(operation, row, answer, accepted, refused)

    return answered


def _in(accepted: Action, refused: Action) -> Answered:
    def answered(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
        _advance(operation, TransferIn.objects.get(pk=message.subject_id), answer, accepted, refused)

    return answered


def _claimed(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
    """What nothing proves waits for the bureau."""
    row = TransferIn.objects.get(pk=message.subject_id)
    accepted = Action.CLAIM_ACCEPTED if row.is_proven else Action.UNPROVEN_CLAIM_ACCEPTED
    _advance(operation, row, answer, accepted, Action.CLAIM_REFUSED)


def _advance(
    operation: Operation, row: TransferOut | TransferIn, answer: Answer, accepted: Action, refused: Action
) -> None:
    """Do one step, with the hub's words when it refused."""
    is_taken = answer.status == "accepted"
    action, words = (accepted, "") if is_taken else (refused, answer.message)
    advance_transfer(operation=operation, row=row, action=action, actor=Actor.HUB, words=words)


def _released(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
    """Where the destination reads less than this was told in, the same release is told in version 1."""
    if answer.code == Refusal.DESTINATION_READS_1:
        tell_in_version_1(message)
        forget_codes(message.subject_id)
        return
    _out(Action.RELEASE_ACCEPTED, Action.RELEASE_REFUSED)(operation, message, answer)


def _nothing(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
    """Nothing here depends on what the hub makes of it."""


def _returned(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
    take_return_answer(operation=operation, transfer_id=message.subject_id, accepted=answer.status == "accepted")


REPLY_HANDLERS: Mapping[Topic, Answered] = MappingProxyType(
    {
        Topic.TRANSFER_RELEASED: _released,
        Topic.TRANSFER_WITHDRAWN: _out(Action.WITHDRAWAL_ACCEPTED, Action.WITHDRAWAL_REFUSED),
        Topic.TRANSFER_CLAIMED: _claimed,
        Topic.TRANSFER_RECEIVED: _in(Action.RECEIPT_ACCEPTED, Action.RECEIPT_REFUSED),
        Topic.TRANSFER_CLAIM_REJECTED: _nothing,
        Topic.TRANSFER_RETURNED: _returned,
        Topic.TRANSFER_CODE_RENEWED: _nothing,
        Topic.TRANSFER_ATTEMPTS_REFUSED: _nothing,
    }
)
