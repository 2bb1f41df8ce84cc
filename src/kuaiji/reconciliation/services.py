"""The comparison itself: no transaction is open while the hub is asked, nothing is kept but the entries of a page."""

import dataclasses
import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from django.db import transaction

from kuaiji.accountants.models import Record
from kuaiji.exchange.services import enqueue, send_again
from kuaiji.reconciliation import ours, rules
from kuaiji.reconciliation.enums import Kind
from kuaiji.reconciliation.pairing import pairs
from kuaiji_wire.books import FIRST, HeldRecord, KeptMessage, KnownTransfer, ToldEntries, ToldEntry
from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubUnavailable
from kuaiji_wire.messages import Topic

Row = TypeVar("Row")

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds, before a page that did not come is asked for again


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """Where the books differ: ``subject`` is an id or a number of the feed, ``here`` and ``there`` say how."""

    kind: Kind
    subject: uuid.UUID | int
    here: str
    there: str

    @property
    def repair(self) -> str:
        """What is to be done."""
        return rules.REPAIRS[self.kind]


class Comparison:
    """One reading of both books. What changed after ``begun`` is left for the next one.

    ``counts`` says afterwards how many things were compared. Every method raises HubUnavailable, HubUntrusted,
    HubRefused.
    """

    def __init__(self, hub: HubClient, *, begun: dt.datetime) -> None:
        self._hub = hub
        self._begun = begun
        self.counts: Counter[str] = Counter()

    def differences(self) -> Iterator[Difference]:
        """Of records, messages, feed and transfers, as they are found."""
        mark = ours.last_number()
        yield from self._records()
        yield from self._messages()
        yield from self._entries(mark)
        yield from self._transfers()
        yield from self._locks()

    def _records(self) -> Iterator[Difference]:
        def page(after: uuid.UUID) -> tuple[Mapping[uuid.UUID, HeldRecord], bool]:
            got = _patiently(lambda: self._hub.record_book(after=after))
            return {entry.record_id: entry for entry in got.entries}, got.more

        for batch in pairs(FIRST, page, partial(ours.records, begun=self._begun)):
            self.counts["records"] += len(batch)
            unknown = [pair.place for pair in batch if pair.ours is None]
            arriving = ours.moving_records(unknown, begun=self._begun) if unknown else set()
            for pair in batch:
                kind = rules.of_record(pair.ours, pair.theirs)
                if kind and pair.place not in arriving:
                    here = f"第 {pair.ours.version} 版" if pair.ours else "无"
                    yield Difference(kind, pair.place, here, _version(pair.theirs))

    def _messages(self) -> Iterator[Difference]:
        def page(after: uuid.UUID) -> tuple[Mapping[uuid.UUID, KeptMessage], bool]:
            got = _patiently(lambda: self._hub.message_book(after=after))
            return {entry.message_id: entry for entry in got.entries}, got.more

        for batch in pairs(FIRST, page, ours.messages):
            self.counts["messages"] += len(batch)
            for pair in batch:
                if kind := rules.of_message(pair.ours, pair.theirs, begun=self._begun):
                    here = (pair.ours.code or "无答复") if pair.ours else "无"
                    there = pair.theirs.code if pair.theirs else "无"
                    yield Difference(kind, pair.place, here, there)

    def _entries(self, mark: int) -> Iterator[Difference]:
        def page(after: int) -> tuple[Mapping[int, ToldEntry], bool]:
            got = self._told(after)
            return {entry.number: entry for entry in got.entries}, got.more

        for batch in pairs(0, page, ours.entries):
            for pair in batch:
                if pair.place > mark:
                    continue  # not collected yet, or since
                self.counts["feed"] += 1
                if kind := rules.of_entry(pair.ours, pair.theirs):
                    here, there = (str(one.message_id) if one else "无" for one in (pair.ours, pair.theirs))
                    yield Difference(kind, pair.place, here, there)

    def _transfers(self) -> Iterator[Difference]:
        def page(after: uuid.UUID) -> tuple[Mapping[uuid.UUID, KnownTransfer], bool]:
            got = _patiently(lambda: self._hub.transfer_book(after=after))
            return {entry.transfer_id: entry for entry in got.entries}, got.more

        found = []
        for batch in pairs(FIRST, page, ours.transfers):
            self.counts["transfers"] += len(batch)
            for pair in batch:
                if kind := rules.of_transfer(pair.ours, pair.theirs):
                    found.append(Difference(kind, pair.place, *_states(pair.ours, pair.theirs)))
        if found:
            # In this order: an entry that is collected in between is seen by one of the two.
            moving = self._uncollected()
            moving |= ours.moving_transfers([one.subject for one in found], begun=self._begun)  # type: ignore[misc]
            yield from (one for one in found if one.subject not in moving)

    def _uncollected(self) -> set[uuid.UUID]:
        """What the entries are about that the hub has told and we have not got."""
        subjects, after, more = set[uuid.UUID](), ours.last_number(), True
        while more:
            got = self._told(after)
            subjects |= {entry.subject_id for entry in got.entries}
            after, more = (got.entries[-1].number if got.entries else after), got.more
        return subjects

    def _locks(self) -> Iterator[Difference]:
        """Both sides of this stand here."""
        for transfer_id, record_id in ours.unlocked():
            yield Difference(Kind.TRANSFER_WITHOUT_HOLD, transfer_id, f"档案 {record_id} 未锁定", "不涉及")
        for record_id in ours.locked_for_nothing():
            yield Difference(Kind.HOLD_WITHOUT_TRANSFER, record_id, "已锁定", "不涉及")

    def _told(self, after: int) -> ToldEntries:
        return _patiently(lambda: self._hub.feed_book(after=after))


def repair(difference: Difference) -> bool:
    """Report a record again where that is safe and mends it; whether it was queued."""
    if difference.kind not in rules.AGAIN or not isinstance(difference.subject, uuid.UUID):
        return False
    with transaction.atomic():
        record = Record.objects.select_for_update(no_key=True).get(pk=difference.subject)
        topic, subject = Topic.RECORD_REPORTED, difference.subject
        enqueue(topic=topic, subject_id=subject, stream_id=subject, version=record.version)
        send_again(topic=topic, subject_id=subject)  # unless that has just made it wait
    return True


def _patiently(ask: Callable[[], Row]) -> Row:
    for seconds in WAITS:
        try:
            return ask()
        except HubUnavailable:
            time.sleep(seconds)
    return ask()


def _version(theirs: HeldRecord | None) -> str:
    if theirs is None:
        return "无"
    return f"第 {theirs.version} 版" if theirs.version else "未收到上报"


def _states(mine: rules.OurTransfer | None, theirs: KnownTransfer | None) -> tuple[str, str]:
    here = "/".join(sorted(mine.states)) or "未上报" if mine else "无"
    return here, theirs.state if theirs else "无"
