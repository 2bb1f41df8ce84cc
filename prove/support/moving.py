"""Transfers as they stand in the books, without walking through the pages. Imports models: only inside
``platform_inside``."""

import uuid

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import Hold, Record
from kuaiji.accountants.reporting.reports import person_of
from kuaiji.accountants.services.versions import current_version
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.transfers.enums import OutState
from kuaiji_wire.client import HubClient
from kuaiji_wire.messages import Envelope, TransferReleased, digest
from people import wire_samples
from people.factories import TransferOutFactory
from people.houses.hub import send
from people.hub_stories import Story

DESTINATION, DIVISION = "440300", "440304"


def release(record_id: uuid.UUID) -> uuid.UUID:
    """The record on its way to another platform, as a passed review leaves it; the transfer's id."""
    record = Record.objects.select_related("user__person_key", "person_key").get(pk=record_id)
    now, newest = clock.now(), current_version(record)
    transfer = TransferOutFactory.create(
        record=record, destination_id=DESTINATION, state=OutState.RELEASED, version=record.version, hub_changed_at=now
    )
    Hold.objects.create(record=record, kind=HoldKind.TRANSFER, source_id=transfer.pk, since=now)
    said = {"transfer_id": transfer.pk, "record_id": record_id, "person": person_of(newest)}
    _tell(wire_samples.RELEASED.model_copy(update=said), record_id)
    return uuid.UUID(str(transfer.pk))


def released_to_us(other: HubClient, origin: str, destination: str) -> uuid.UUID:
    """Somebody of another platform is let go to this one; the transfer's id."""
    story = Story(origin=origin, destination=destination, division="440103")
    send(other, story.reported())
    assert send(other, story.released()).code == "ok"
    return story.transfer_id


def _tell(message: TransferReleased, stream_id: uuid.UUID) -> None:
    """Tell the hub, and write down that it was told."""
    message_id, now = uuid7(), clock.now()
    answer = clients.hub().send(message, id=message_id, sent_at=now)
    assert answer.code == "ok", answer.code
    OutboxMessage.objects.create(
        id=message_id,
        topic=message.topic,
        subject_id=message.transfer_id,
        stream_id=stream_id,
        version=1,
        dedupe_key=f"moving:{message_id}",
        digest=digest(Envelope.of(message, id=message_id, sent_at=now)),
        done_at=clock.now(),
        answer_code=answer.code,
    )
