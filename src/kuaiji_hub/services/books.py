"""What the hub has written down about a platform, page by page; asking changes nothing."""

import uuid
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from kuaiji_hub.models import FeedEntry, Person, Platform, SignedMessage, Transfer
from kuaiji_wire import books
from kuaiji_wire.answers import TransferState

_M = TypeVar("_M", bound=Model)


def records(*, platform: str, after: uuid.UUID, limit: int) -> books.HeldRecords:
    """Whom it holds, by record id."""
    held = Person.objects.filter(holder=platform, record_id__gt=after).order_by("record_id")
    rows, more = _page(held.select_related("report").only("record_id", "version", "report__digest"), limit)
    return books.HeldRecords(entries=tuple(map(_held, rows)), more=more)


def transfers(*, platform: str, after: uuid.UUID, limit: int) -> books.KnownTransfers:
    """Every transfer from it or to it."""
    mine = Transfer.objects.filter(Q(origin=platform) | Q(destination=platform), pk__gt=after).order_by("pk")
    rows, more = _page(mine, limit)
    return books.KnownTransfers(
        entries=tuple(
            books.KnownTransfer(
                transfer_id=transfer.id,
                origin=transfer.origin_id,
                destination=transfer.destination_id,
                state=TransferState(transfer.state),
                claim_id=transfer.claim_id,
                changed_at=transfer.changed_at,
            )
            for transfer in rows
        ),
        more=more,
    )


def messages(*, platform: str, after: uuid.UUID, limit: int) -> books.KeptMessages:
    """Every message it sent that was answered."""
    sent = SignedMessage.objects.filter(sender=platform, pk__gt=after).order_by("pk")
    rows, more = _page(sent.only("id", "topic", "subject_id", "digest", "code", "received_at"), limit)
    return books.KeptMessages(
        entries=tuple(
            books.KeptMessage(
                message_id=message.id,
                topic=message.topic,
                subject_id=message.subject_id,
                digest=message.digest,
                code=message.code,
                received_at=message.received_at,
            )
            for message in rows
        ),
        more=more,
    )


def feed(*, platform: str, after: int, limit: int) -> books.ToldEntries:
    """What it was told, without what was said."""
    told = FeedEntry.objects.filter(platform=platform, number__gt=after).order_by("number")
    asked = Platform.objects.get(pk=platform)
    told = told.select_related("message").only("number", "told_at", "message__subject_id", "message__digest")
    rows, more = _page(told, limit)
    return books.ToldEntries(
        entries=tuple(
            books.ToldEntry(
                number=entry.number,
                message_id=entry.message_id,
                subject_id=entry.message.subject_id,
                digest=entry.message.digest,
                told_at=entry.told_at,
            )
            for entry in rows
        ),
        more=more,
        last=asked.feed_number,
        collected=asked.feed_collected,
    )


def _held(person: Person) -> books.HeldRecord:
    # After a transfer the newest report is still one of the platform before.
    report = person.report if person.version else None
    return books.HeldRecord(
        record_id=person.record_id,
        version=person.version,
        message_id=report.id if report else None,
        digest=report.digest if report else None,
    )


def _page(rows: QuerySet[_M], limit: int) -> tuple[list[_M], bool]:
    found = list(rows[: limit + 1])
    return found[:limit], len(found) > limit
