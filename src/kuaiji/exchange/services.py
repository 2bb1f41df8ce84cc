"""Queue what the national platform must hear of; decide on what waits for people."""

import itertools
import uuid

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.exchange.events import ParkedMessageDropped, ParkedMessageRetried
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.parking import Stuck, tell_gone
from kuaiji.exchange.partners import clients
from kuaiji_wire import messages


def enqueue(*, topic: str, subject_id: uuid.UUID, stream_id: uuid.UUID, version: int = 1) -> None:
    """Add one message; the same topic, subject and version twice is one message.

    Messages of one stream are told strictly one after the other, in the order of their making. It is told in the
    version of the wire that this deployment speaks now, however later it is sent. Raises ValueError for a topic that
    this version does not have.
    """
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                # The first word about the stream's own subject begins it: nothing can be waiting there.
                id=uuid7() if version == 1 and subject_id == stream_id else _next_id(stream_id),
                topic=topic,
                subject_id=subject_id,
                stream_id=stream_id,
                version=version,
                wire_version=_wire_version(topic),
                dedupe_key=f"{topic}:{subject_id}:{version}",
            )
        ],
        ignore_conflicts=True,
    )


def send_again(*, topic: str, subject_id: uuid.UUID) -> bool:
    """Tell the newest of ``topic`` about ``subject_id`` once more, as a message of its own; False when it waits anyway.

    For what the hub lost, or refused before people mended it. In the version of the wire in which it was told, so that
    the books stay equal.
    """
    with transaction.atomic():
        rows = OutboxMessage.objects.select_for_update(no_key=True)
        newest = rows.filter(topic=topic, subject_id=subject_id).order_by("version", "id").last()
        if newest is None or (newest.done_at is None and newest.dropped_at is None):
            return False
        _once_more(newest, fresh=_next_id(newest.stream_id), wire_version=newest.wire_version)
    return True


def tell_in_version_1(message: OutboxMessage) -> None:
    """Say the same in version 1 of the wire, under an id of its own: the hub refused it in a later one.

    It comes before all that waits behind the refused one. In the transaction that takes the refusal.
    """
    fresh = uuid.UUID(int=message.message_id.int + 1)
    if OutboxMessage.objects.filter(pk=fresh).exists():
        fresh = _next_id(message.stream_id)
    _once_more(message, fresh=fresh, wire_version=1)


def _once_more(message: OutboxMessage, *, fresh: uuid.UUID, wire_version: int) -> None:
    OutboxMessage.objects.create(
        id=fresh,
        topic=message.topic,
        subject_id=message.subject_id,
        stream_id=message.stream_id,
        version=message.version,
        wire_version=wire_version,
        dedupe_key=f"{message.dedupe_key.partition('#')[0]}#{fresh}",
    )


def _wire_version(topic: str) -> int:
    version = messages.version_of(topic, at_most=clients.wire_version())
    if version is None:
        raise ValueError(f"{topic} cannot be told in version {clients.wire_version()} of the wire")
    return version


def _next_id(stream_id: uuid.UUID) -> uuid.UUID:
    """Behind everything that waits in the stream, though made in one millisecond or by hosts whose clocks differ."""
    fresh = uuid7()
    waiting = OutboxMessage.objects.open().filter(stream_id=stream_id).order_by("-id")
    last = waiting.values_list("id", flat=True).first()
    return fresh if last is None or last < fresh else uuid.UUID(int=last.int + 1)


def parked_messages() -> list[Stuck]:
    """What waits for people, the longest first."""
    waiting = [model.objects.open().filter(parked_at__isnull=False) for model in (OutboxMessage, InboxMessage)]
    return sorted(itertools.chain(*waiting), key=lambda row: (row.parked_at is None, row.parked_at))


def find_message(message_id: uuid.UUID) -> Stuck:
    """The message by the id the hub knows it under; of two the one that waits for people. Raises RuleBroken
    ``unknown_message``."""
    sent = OutboxMessage.objects.filter(pk=message_id).first()
    told = InboxMessage.objects.select_related("person_key").filter(message_id=message_id).first()
    if sent and (told is None or sent.is_parked or not told.is_parked):
        return sent
    if told:
        return told
    raise RuleBroken("unknown_message", f"没有编号为 {message_id} 的消息，请核对编号")


def waiting_behind(row: Stuck) -> int:
    """How many messages of its stream wait until a parked one goes on."""
    return type(row).objects.open().filter(stream_id=row.stream_id, pk__gt=row.pk).count()


@transaction.atomic
def retry_parked(*, operation: Operation, message_id: uuid.UUID) -> None:
    """Try a parked message again. Raises RuleBroken ``unknown_message``, ``not_parked``."""
    row = locked_parked(message_id)
    row.parked_at, row.attempts, row.next_attempt_at, row.last_error = None, 0, None, ""
    row.save(update_fields=["parked_at", "attempts", "next_attempt_at", "last_error"])
    tell_gone(operation, row)
    record_events(operation, ParkedMessageRetried(subject_id=row.stream_id, topic=row.topic, message_id=message_id))


@transaction.atomic
def drop_parked(*, operation: Operation, message_id: uuid.UUID, reason: str) -> None:
    """Give a parked message up for good; those behind it go on. Raises as ``retry_parked``."""
    row = locked_parked(message_id)
    row.dropped_at, row.dropped_reason = operation.at, reason
    row.save(update_fields=["dropped_at", "dropped_reason"])
    tell_gone(operation, row)
    record_events(operation, ParkedMessageDropped(subject_id=row.stream_id, topic=row.topic, message_id=message_id))


def locked_parked(message_id: uuid.UUID) -> Stuck:
    """A message that waits for people, locked. Raises RuleBroken ``unknown_message``, ``not_parked``."""
    found = find_message(message_id)
    rows = type(found).objects.open().select_for_update(no_key=True)
    row: Stuck | None = rows.filter(pk=found.pk, parked_at__isnull=False).first()  # type: ignore[misc]
    if row is None:
        raise RuleBroken("not_parked", "这条消息没有停放，无需处理")
    return row
