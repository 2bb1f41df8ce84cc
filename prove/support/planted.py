"""Differences of every kind, planted in the books of a platform and its hub; which of them a comparison finds.

Imports models: only inside ``platform_inside``.
"""

import datetime as dt
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from kuaiji.accountants.enums import CollectionStatus, HoldKind
from kuaiji.accountants.models import Hold, Record
from kuaiji.accountants.reporting.reports import archive_of, person_of
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.exchange import loop
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.exchange.services import send_again
from kuaiji.reconciliation.enums import Kind
from kuaiji.reconciliation.services import Comparison, repair
from kuaiji.transfers.enums import OutState
from kuaiji.transfers.models import Release, TransferOut
from kuaiji_wire.messages import RecordReported
from people.houses.hub import send
from people.hub_stories import Story
from prove.support.collected import collect
from prove.support.moving import release, released_to_us
from prove.support.national import OURS, National, forget

Found = tuple[dict[str, Any], list[str]]
Expected = set[tuple[Kind, uuid.UUID | int]]
Act = Callable[[], Iterator[Expected]]  # plants, says what must be found, and afterwards takes it back

OTHER = "440300"


def find_planted(national: National, *, rounds: int, people: int) -> Found:
    """Plant every act so many times among ``people``; what is found of it, and what is left once all is mended."""
    planter = Planter(national, collect(people, versions_each=2), rounds)
    false = [f"false: {kind} {subject}" for kind, subject in compared()]
    acts = [act() for _ in range(rounds) for act in planter.acts]
    expected = Counter(itertools.chain.from_iterable(next(act) for act in acts))
    differences = list(Comparison(clients.hub(), begun=clock.now()).differences())
    found = Counter((one.kind, one.subject) for one in differences)
    again = sum(map(repair, differences))
    for act in acts:
        next(act, None)
    work()
    figures = {
        "planted": expected.total(),
        "kinds": len({kind for kind, _ in expected}),
        "found": (expected & found).total(),
        "false": (found - expected).total() + len(false),
        "reported_again": again,
        "left": len(left := compared()),
    }
    wrong = [f"missed: {kind} {subject}" for kind, subject in expected - found]
    wrong += [f"false: {kind} {subject}" for kind, subject in found - expected]
    wrong += [f"waiting: {row.topic}" for row in OutboxMessage.objects.open()]
    return figures, false + wrong + [f"left: {kind} {subject}" for kind, subject in left]


def work() -> None:
    """Send and collect, though a number that the hub never gave has stopped the exchange before."""
    forget()
    loop.once()


def compared() -> list[tuple[Kind, uuid.UUID | int]]:
    """What a comparison finds now."""
    return [(one.kind, one.subject) for one in Comparison(clients.hub(), begun=clock.now()).differences()]


class Planter:
    """Each act takes a record or a transfer of its own, so that what follows of one is not hidden by another."""

    def __init__(self, national: National, records: list[uuid.UUID], rounds: int) -> None:
        self.hub = national.hub
        self.other = national.hub.client(OTHER)
        loop.once()
        self._records = iter(records)
        self._out = iter([release(self.record()) for _ in range(3 * rounds)])
        incoming = [released_to_us(self.other, OTHER, OURS) for _ in range(4 * rounds)]
        loop.once()
        self._in = iter(incoming)
        self.acts: list[Act] = [
            self.lost_there, self.behind, self.ahead, self.other_content, self.unknown_here, self.held_elsewhere,
            self.held_though_left, self.refused, self.parked, self.given_up, self.not_kept, self.not_sent,
            self.message_differs, self.answer_differs, self.answer_unused, self.feed_gap, self.feed_differs,
            self.feed_ahead, self.state_differs, self.unknown_there, self.release_lost, self.hold_lost, self.held_idly,
        ]  # fmt: skip

    def record(self) -> uuid.UUID:
        """One that nothing was done to."""
        return next(self._records)

    def lost_there(self) -> Iterator[Expected]:
        record = self.record()
        self._forget(record)
        yield {(Kind.NOT_REPORTED, record)}

    def behind(self) -> Iterator[Expected]:
        record = self.record()
        self._person("version = version - 1", record)
        yield {(Kind.BEHIND, record)}

    def ahead(self) -> Iterator[Expected]:
        record = self.record()
        self._person("version = version + 1", record)
        yield {(Kind.AHEAD, record)}
        self._person("version = version - 1", record)

    def other_content(self) -> Iterator[Expected]:
        record, other = self.record(), self.record()
        [(own,)] = self.hub.sql("SELECT report_id FROM kuaiji_hub_person WHERE record_id = %s", record)
        self._person("report_id = (SELECT report_id FROM kuaiji_hub_person WHERE record_id = %s)", record, other)
        yield {(Kind.OTHER_CONTENT, record)}
        self._person("report_id = %s", record, own)

    def unknown_here(self) -> Iterator[Expected]:
        story, message_id = Story(), uuid7()
        clients.hub().send(story.reported(), id=message_id, sent_at=clock.now())
        yield {(Kind.UNKNOWN_HERE, story.record_id), (Kind.KEPT_BUT_NOT_SENT, message_id)}
        self._forget(story.record_id)
        self.hub.sql("DELETE FROM kuaiji_hub_message WHERE id = %s", message_id, untriggered=True)

    def held_elsewhere(self) -> Iterator[Expected]:
        [record] = collect(1, seed=uuid7().int)
        [version] = Record.objects.get(pk=record).versions.all()
        there = uuid7()
        said = RecordReported(record_id=there, person=person_of(version), previous=None, archive=archive_of(version))
        send(self.other, said)
        work()
        yield {(Kind.HELD_ELSEWHERE, record)}
        self._forget(there)
        send_again(topic="record.reported", subject_id=record)

    def held_though_left(self) -> Iterator[Expected]:
        record = self.record()
        Record.objects.filter(pk=record).update(status=CollectionStatus.TRANSFERRED_OUT)
        yield {(Kind.HELD_THOUGH_LEFT, record)}
        Record.objects.filter(pk=record).update(status=CollectionStatus.COLLECTED)

    def refused(self) -> Iterator[Expected]:
        record = self.record()
        message = self._report(record, 2)
        self._person("version = version - 1", record)
        self._answered(message, "name_mismatch")
        yield {(Kind.REPORT_REFUSED, record)}
        self._answered(message, "ok")
        self._person("version = version + 1", record)

    def parked(self) -> Iterator[Expected]:
        record = self.record()
        row = self._unsent(record, parked_at=clock.now())
        self._person("version = version - 1", record)
        yield {(Kind.REPORT_PARKED, record)}
        row.delete()
        self._person("version = version + 1", record)

    def given_up(self) -> Iterator[Expected]:
        record = self.record()
        row = self._unsent(record, dropped_at=clock.now())
        self._person("version = version - 1", record)
        yield {(Kind.REPORT_GIVEN_UP, record)}
        row.delete()
        self._person("version = version + 1", record)

    def not_kept(self) -> Iterator[Expected]:
        row = self._unsent(self.record(), version=1, done_at=clock.now() - dt.timedelta(hours=1), answer_code="ok")
        yield {(Kind.SENT_BUT_NOT_KEPT, row.message_id)}
        row.delete()

    def not_sent(self) -> Iterator[Expected]:
        row = self._report(self.record(), 1)
        OutboxMessage.objects.filter(pk=row.pk).delete()
        yield {(Kind.KEPT_BUT_NOT_SENT, row.message_id)}
        row.save(force_insert=True)

    def message_differs(self) -> Iterator[Expected]:
        yield from self._altered(Kind.MESSAGE_DIFFERS, digest="0" * 64)

    def answer_differs(self) -> Iterator[Expected]:
        yield from self._altered(Kind.ANSWER_DIFFERS, answer_code="held_elsewhere")

    def answer_unused(self) -> Iterator[Expected]:
        yield from self._altered(Kind.ANSWER_UNUSED, done_at=None, parked_at=clock.now())

    def feed_gap(self) -> Iterator[Expected]:
        row = InboxMessage.objects.get(stream_id=next(self._in))
        InboxMessage.objects.filter(pk=row.pk).delete()
        yield {(Kind.FEED_GAP, row.number)}
        row.save(force_insert=True)

    def feed_differs(self) -> Iterator[Expected]:
        row = InboxMessage.objects.get(stream_id=next(self._in))
        InboxMessage.objects.filter(pk=row.pk).update(digest="0" * 64)
        yield {(Kind.FEED_DIFFERS, row.number)}
        InboxMessage.objects.filter(pk=row.pk).update(digest=row.digest)

    def feed_ahead(self) -> Iterator[Expected]:
        row = InboxMessage.objects.select_related("person_key").order_by("number").last()
        assert row
        row.envelope = bytes(row.envelope)  # sealed anew, for its number
        row.number, row.message_id, row.stream_id = row.number + 1, uuid7(), uuid7()
        row.save(force_insert=True)
        yield {(Kind.FEED_AHEAD, row.number)}
        row.delete()

    def state_differs(self) -> Iterator[Expected]:
        transfer = next(self._out)
        TransferOut.objects.filter(pk=transfer).update(state=OutState.CLAIMED)
        yield {(Kind.TRANSFER_STATE_DIFFERS, transfer)}
        TransferOut.objects.filter(pk=transfer).update(state=OutState.RELEASED)

    def unknown_there(self) -> Iterator[Expected]:
        transfer = next(self._out)
        self.hub.sql(f'CREATE TABLE "saved_{transfer}" AS SELECT * FROM kuaiji_hub_transfer WHERE id = %s', transfer)
        self.hub.sql("DELETE FROM kuaiji_hub_transfer WHERE id = %s", transfer)
        yield {(Kind.TRANSFER_UNKNOWN_THERE, transfer)}
        self.hub.sql(f'INSERT INTO kuaiji_hub_transfer SELECT * FROM "saved_{transfer}"')

    def release_lost(self) -> Iterator[Expected]:
        row = Release.objects.select_related("person_key").get(pk=next(self._in))
        Release.objects.filter(pk=row.pk).delete()
        yield {(Kind.TRANSFER_UNKNOWN_HERE, uuid.UUID(str(row.pk)))}
        row.save(force_insert=True)

    def hold_lost(self) -> Iterator[Expected]:
        transfer = next(self._out)
        hold = Hold.objects.filter(source_id=transfer)
        hold.update(lifted_at=clock.now())
        yield {(Kind.TRANSFER_WITHOUT_HOLD, transfer)}
        hold.update(lifted_at=None)

    def held_idly(self) -> Iterator[Expected]:
        record = self.record()
        hold = Hold.objects.create(record_id=record, kind=HoldKind.TRANSFER, source_id=uuid7(), since=clock.now())
        yield {(Kind.HOLD_WITHOUT_TRANSFER, record)}
        hold.delete()

    def _person(self, change: str, record: uuid.UUID, *values: Any) -> None:
        self.hub.sql(f"UPDATE kuaiji_hub_person SET {change} WHERE record_id = %s", *values, record)

    def _forget(self, record: uuid.UUID) -> None:
        """Nobody at the hub remembers the person."""
        who = "(SELECT id FROM kuaiji_hub_person WHERE record_id = %s)"
        self.hub.sql(f"DELETE FROM kuaiji_hub_fingerprint WHERE person_id = {who}", record)
        self.hub.sql("DELETE FROM kuaiji_hub_person WHERE record_id = %s", record)

    def _report(self, record: uuid.UUID, version: int) -> OutboxMessage:
        return OutboxMessage.objects.get(subject_id=record, version=version)

    def _answered(self, row: OutboxMessage, code: str) -> None:
        """On both sides: it was so all along."""
        OutboxMessage.objects.filter(pk=row.pk).update(answer_code=code)
        self.hub.sql("UPDATE kuaiji_hub_message SET code = %s WHERE id = %s", code, row.pk, untriggered=True)

    def _unsent(self, record: uuid.UUID, *, version: int = 2, **state: Any) -> OutboxMessage:
        row = OutboxMessage(topic="record.reported", subject_id=record, stream_id=record, version=version, **state)
        row.dedupe_key = f"planted:{row.pk}"
        row.save(force_insert=True)
        return row

    def _altered(self, kind: Kind, **state: Any) -> Iterator[Expected]:
        """An older report, so that the record's own entry stays right."""
        row = self._report(self.record(), 1)
        OutboxMessage.objects.filter(pk=row.pk).update(**state)
        yield {(kind, row.message_id)}
        row.save()
