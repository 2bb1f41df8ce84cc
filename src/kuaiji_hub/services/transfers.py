"""Transfers between platforms (R5, R8): released, then moved through the table of ``rules``, one step a message.

All of it happens under the lock of the person's row, so that of two who want contrary things one comes first.
"""

import datetime as dt
import uuid

from kuaiji.common import locks
from kuaiji_hub import rules
from kuaiji_hub.models import OPEN, WITH_CLAIM, Person, Transfer
from kuaiji_hub.rules import Refused, Role
from kuaiji_hub.services import people, platforms
from kuaiji_hub.services.outcomes import Outcome
from kuaiji_wire.answers import Refusal, TransferResult, TransferState
from kuaiji_wire.errors import BadMessage, NotYours
from kuaiji_wire.messages import (
    AnyTransferReleased,
    TransferAttemptsRefused,
    TransferClaimed,
    TransferClaimRejected,
    TransferCodeRenewed,
    TransferReceived,
    TransferReturned,
    TransferWithdrawn,
)

Step = (
    TransferWithdrawn
    | TransferClaimed
    | TransferClaimRejected
    | TransferReceived
    | TransferReturned
    | TransferCodeRenewed
    | TransferAttemptsRefused
)
PERSON = "body.person"


def release(*, sender: str, body: AnyTransferReleased, at: dt.datetime) -> Outcome:
    """审核通过 of 调出: from now on the destination may claim. Raises NotYours, BadMessage."""
    if body.origin != sender:
        raise NotYours("body.origin")
    locks.lock("transfer", body.transfer_id.bytes)
    if Transfer.objects.filter(pk=body.transfer_id).exists():
        raise BadMessage("body.transfer_id")
    people.hold_documents((body.person, PERSON))
    person = people.locked(people.of_record(sender, body.record_id))
    if person is None:
        return _not_released(body, Refusal.NOT_HOLDER)
    if not (people.has_document(person, body.person, PERSON) and people.is_named(person, body.person.name)):
        return _not_released(body, Refusal.NAME_MISMATCH, person)
    if under_way := person.transfers.filter(state__in=OPEN).first():
        return _not_released(body, Refusal.TRANSFER_OPEN, person, under_way)
    destination = platforms.going_to(body.destination, body.destination_division)
    if destination is None or destination.code == sender:
        return _not_released(body, Refusal.UNKNOWN_DESTINATION, person)
    if not platforms.reads(destination.code, body.version):
        return _not_released(body, Refusal.DESTINATION_READS_1, person)
    transfer = Transfer(
        id=body.transfer_id,
        person=person,
        origin_id=sender,
        destination=destination,
        destination_division=body.destination_division,
        released_at=at,
    )
    _enter(transfer, TransferState.RELEASED, at)
    transfer.save(force_insert=True)
    return Outcome(
        subject_id=transfer.id,
        record_id=body.record_id,
        data_key=person.data_key,
        result=_result(transfer, person),
        tells=(destination.code,),
    )


def move(*, sender: str, body: Step, at: dt.datetime) -> Outcome:
    """One step of a transfer, said by its origin or its destination.

    Raises NotYours when the other one would have to say it, BadMessage.
    """
    transfer = Transfer.objects.filter(pk=body.transfer_id).first()
    role = _role(transfer, sender)
    if transfer is None or role is None:
        return Outcome(subject_id=body.transfer_id, refusal=Refusal.UNKNOWN_TRANSFER)
    if role not in rules.SPEAKERS[body.topic]:
        raise NotYours("body.transfer_id")
    if isinstance(body, TransferReturned) and body.code == "unclaimed":
        raise BadMessage("body.code")  # only the hub counts the days
    person, transfer = locked(transfer)
    try:
        state = rules.next_state(TransferState(transfer.state), body.topic)
        _check(body, transfer, person)
    except Refused as error:
        return Outcome(
            subject_id=transfer.id,
            refusal=error.refusal,
            data_key=person.data_key,
            result=_result(transfer, person),
        )
    apply(body, state, transfer, person, at)
    return Outcome(
        subject_id=transfer.id,
        data_key=person.data_key,
        result=_result(transfer, person),
        tells=_told(body, transfer.destination_id if role == Role.ORIGIN else transfer.origin_id),
    )


def _told(body: Step, other: str) -> tuple[str, ...]:
    """The other side, if it reads this: news that it does not read is kept here, for it changes nothing."""
    return (other,) if platforms.reads(other, body.version) else ()


def locked(transfer: Transfer) -> tuple[Person, Transfer]:
    """The person of the transfer and the transfer as it is now, until the transaction ends."""
    person = people.locked(Person.objects.filter(pk=transfer.person_id))
    assert person  # never deleted
    return person, Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)


def apply(body: Step, state: TransferState, transfer: Transfer, person: Person, at: dt.datetime) -> None:
    """Enter the state; with 已接收 the person is held by the destination. News leave it as it is. Raises BadMessage."""
    if body.topic in rules.NEWS:
        return
    if isinstance(body, TransferReceived):
        _hand_over(person, transfer, body.record_id, at)
    if isinstance(body, TransferClaimed):
        transfer.claim_id = body.claim_id
    _enter(transfer, state, at)
    transfer.save()


def _hand_over(person: Person, transfer: Transfer, record_id: uuid.UUID, at: dt.datetime) -> None:
    if people.of_record(transfer.destination_id, record_id).exists():
        raise BadMessage("body.record_id")  # somebody else's there
    person.holder = transfer.destination
    person.held_since, person.record_id = at, record_id
    person.version = person.made_at = None
    person.save()


def _enter(transfer: Transfer, state: TransferState, at: dt.datetime) -> None:
    transfer.state, transfer.changed_at = state, at
    transfer.deadline_at = at + rules.DEADLINES[state][0] if state in rules.DEADLINES else None
    if state not in WITH_CLAIM:
        transfer.claim_id = None


def _check(body: Step, transfer: Transfer, person: Person) -> None:
    """Is the message about this person, this place, this claim, and read where it goes? Raises Refused."""
    if isinstance(body, TransferCodeRenewed) and not platforms.reads(transfer.destination_id, body.version):
        raise Refused(Refusal.DESTINATION_READS_1)
    if isinstance(body, TransferClaimed):
        if not (people.has_document(person, body.person, PERSON) and people.is_named(person, body.person.name)):
            raise Refused(Refusal.WRONG_PERSON)
        if body.destination_division != transfer.destination_division:
            raise Refused(Refusal.WRONG_DIVISION)
    if isinstance(body, TransferClaimRejected | TransferReceived) and body.claim_id != transfer.claim_id:
        raise Refused(Refusal.OTHER_CLAIM)


def _role(transfer: Transfer | None, sender: str) -> Role | None:
    """As what the platform may speak; a third one is told that there is no such transfer."""
    if transfer is None:
        return None
    return {transfer.origin_id: Role.ORIGIN, transfer.destination_id: Role.DESTINATION}.get(sender)


def _not_released(
    body: AnyTransferReleased, refusal: Refusal, person: Person | None = None, under_way: Transfer | None = None
) -> Outcome:
    return Outcome(
        subject_id=body.transfer_id,
        record_id=body.record_id,
        refusal=refusal,
        data_key=person.data_key if person else None,
        result=_result(under_way, person) if under_way and person else None,
    )


def _result(transfer: Transfer, person: Person) -> TransferResult:
    return TransferResult(transfer_id=transfer.id, state=TransferState(transfer.state), held_by=person.holder.title)
