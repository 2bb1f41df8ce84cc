"""Our side of every book, in ids, states and digests; nothing sealed is opened."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Max, Q, QuerySet

from kuaiji.accountants.enums import CollectionStatus, HoldKind
from kuaiji.accountants.models import Hold, Record
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.reconciliation.pairing import CHUNK, Place
from kuaiji.reconciliation.rules import ENDED, OurEntry, OurRecord, OurTransfer, Told
from kuaiji.transfers.enums import InState, OutState
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.workflow import OPEN_IN, OPEN_OUT
from kuaiji_wire.answers import TransferState
from kuaiji_wire.messages import Topic

_AT_HUB: dict[OutState, frozenset[TransferState]] = {
    OutState.RELEASED: frozenset({TransferState.RELEASED}),
    OutState.CLAIMED: frozenset({TransferState.CLAIMED}),
    OutState.WITHDRAWN: frozenset({TransferState.WITHDRAWN}),
    OutState.COMPLETED: frozenset({TransferState.RECEIVED}),
    OutState.RETURNED: frozenset({TransferState.RETURNED}),
}
_WAITING = frozenset({TransferState.RELEASED})
_AT_HUB_IN: dict[InState, TransferState] = {
    InState.TO_VERIFY: TransferState.CLAIMED,
    InState.UNDER_REVIEW: TransferState.CLAIMED,
    InState.RECEIVING: TransferState.CLAIMED,
    InState.RECEIVED: TransferState.RECEIVED,
}


def stretch(column: str, after: Place, until: Place | None) -> Q:
    """The rows after one place, up to another."""
    return Q(**{f"{column}__gt": after}) & (Q() if until is None else Q(**{f"{column}__lte": until}))


def records(after: uuid.UUID, until: uuid.UUID | None, *, begun: dt.datetime) -> Mapping[uuid.UUID, OurRecord]:
    """Records with their newest reports."""
    rows = Record.objects.filter(stretch("pk", after, until)).order_by("pk").values_list("pk", "version", "status")
    found = list(rows[:CHUNK])
    ids = [pk for pk, _, _ in found]
    reports = OutboxMessage.objects.filter(topic=Topic.RECORD_REPORTED, subject_id__in=ids)
    newest = {row.subject_id: _told(row) for row in reports.order_by("subject_id", "version", "id")}
    waiting = OutboxMessage.objects.open().filter(stream_id__in=ids)
    parked = set(waiting.filter(parked_at__isnull=False).values_list("stream_id", flat=True))
    moving = set(waiting.values_list("stream_id", flat=True)) - parked | moving_records(ids, begun=begun)
    moving |= {pk for pk, told in newest.items() if told.done_at and told.done_at >= begun}
    return {
        pk: OurRecord(
            version=version,
            has_left=status == CollectionStatus.TRANSFERRED_OUT,
            is_incomplete=status == CollectionStatus.TO_COMPLETE,
            newest=newest.get(pk),
            is_parked=pk in parked,
            is_moving=pk in moving,
        )
        for pk, version, status in found
    }


def moving_records(ids: Collection[uuid.UUID], *, begun: dt.datetime) -> set[uuid.UUID]:
    """Those on their way to or from another platform: their transfer is compared instead."""
    leaving = TransferOut.objects.filter(record__in=ids).values_list("pk", "record", "state")
    coming = TransferIn.objects.filter(record_id__in=ids).values_list("transfer_id", "record_id", "state")
    steps = [*leaving, *coming]
    moving = moving_transfers([transfer for transfer, _, _ in steps], begun=begun)
    return {record for transfer, record, state in steps if state in (*OPEN_OUT, *OPEN_IN) or transfer in moving}


def messages(after: uuid.UUID, until: uuid.UUID | None) -> Mapping[uuid.UUID, Told]:
    """What we sent, or are about to send."""
    rows = OutboxMessage.objects.filter(stretch("pk", after, until)).order_by("pk")[:CHUNK]
    return {row.message_id: _told(row) for row in rows}


def entries(after: int, until: int | None) -> Mapping[int, OurEntry]:
    """What the feed told us, by its number there."""
    rows = InboxMessage.objects.filter(stretch("number", after, until)).order_by("number")
    kept = rows.values_list("number", "message_id", "digest")[:CHUNK]
    return {number: OurEntry(message_id, digest) for number, message_id, digest in kept}


def last_number() -> int:
    """The newest entry of the feed that is stored here; 0 without one."""
    return InboxMessage.objects.aggregate(last=Max("number"))["last"] or 0


def transfers(after: uuid.UUID, until: uuid.UUID | None) -> Mapping[uuid.UUID, OurTransfer]:
    """Transfers from here and to here."""
    places = ((TransferOut.objects, "pk"), (Release.objects, "pk"), (TransferIn.objects, "transfer_id"))
    ids = sorted({id for rows, column in places for id in _first(rows.all(), column, after, until)})[:CHUNK]
    leaving = TransferOut.objects.filter(pk__in=ids).values_list("pk", "state", "version")
    releases = Release.objects.filter(pk__in=ids).values_list("pk", "ended_at")
    coming = {pk: OurTransfer(ENDED if ended_at else _WAITING, None) for pk, ended_at in releases}
    claims = TransferIn.objects.filter(transfer_id__in=ids).order_by("claimed_at", "pk")
    for claim in claims.values_list("transfer_id", "pk", "state"):
        coming[claim[0]] = _claimed(coming.get(claim[0]), claim[1], InState(claim[2]))
    return coming | {pk: OurTransfer(_left(OutState(state), version), None) for pk, state, version in leaving}


def moving_transfers(ids: Collection[uuid.UUID], *, begun: dt.datetime) -> set[uuid.UUID]:
    """Those about which something is still to be sent or worked through, or was since ``begun``."""
    unsettled = Q(done_at__gte=begun) | Q(done_at=None, dropped_at=None, parked_at=None)
    about = Q(subject_id__in=ids) | Q(stream_id__in=ids)  # what a claim says has the claim for its subject
    sent = OutboxMessage.objects.filter(unsettled, about).values_list("subject_id", "stream_id")
    told = InboxMessage.objects.filter(unsettled, stream_id__in=ids).values_list("stream_id", flat=True)
    return {*told, *(id for pair in sent for id in pair)}


def unlocked() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Transfers under way whose record is not locked: ids of transfer and record."""
    locks = Hold.objects.filter(kind=HoldKind.TRANSFER, lifted_at=None)
    under_way = TransferOut.objects.filter(state__in=OPEN_OUT).exclude(record__in=locks.values("record"))
    return list(under_way.values_list("pk", "record"))


def locked_for_nothing() -> list[uuid.UUID]:
    """Records that are locked by a transfer, but not by one under way, or by one that took them away."""
    locks = Hold.objects.filter(record__in=Record.objects.in_force(), kind=HoldKind.TRANSFER, lifted_at=None)
    under_way = TransferOut.objects.filter(state__in=OPEN_OUT)
    return list(locks.exclude(record__in=under_way.values("record")).values_list("record", flat=True))


def _told(row: OutboxMessage) -> Told:
    return Told(
        message_id=row.message_id,
        version=row.version,
        digest=row.digest,
        code=row.answer_code,
        done_at=row.done_at,
        is_parked=row.parked_at is not None,
        is_dropped=row.dropped_at is not None,
    )


def _first(rows: QuerySet[Any], column: str, after: uuid.UUID, until: uuid.UUID | None) -> list[uuid.UUID]:
    found = rows.filter(stretch(column, after, until)).order_by(column)
    return list(found.values_list(column, flat=True).distinct()[:CHUNK])


def _left(state: OutState, version: int | None) -> frozenset[TransferState]:
    """What the hub may say of it; nothing unless it was released."""
    return _AT_HUB.get(state, frozenset()) if version else frozenset()


def _claimed(known: OurTransfer | None, claim_id: uuid.UUID, state: InState) -> OurTransfer:
    """A claim that counts says more than the release; one that came to nothing says nothing."""
    if state in _AT_HUB_IN:
        return OurTransfer(frozenset({_AT_HUB_IN[state]}), claim_id)
    return known or OurTransfer(frozenset(TransferState), None)
