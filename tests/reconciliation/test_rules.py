"""What two entries say of each other, over plain values."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from kuaiji.reconciliation import rules
from kuaiji.reconciliation.enums import Kind
from kuaiji.reconciliation.rules import OurEntry, OurRecord, OurTransfer, Told
from kuaiji_wire.answers import TransferState
from kuaiji_wire.books import HeldRecord, KeptMessage, KnownTransfer, ToldEntry

BEGUN = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
EARLIER, LATER = BEGUN - dt.timedelta(minutes=1), BEGUN + dt.timedelta(minutes=1)
ID, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
TOLD = Told(ID, version=3, digest="a" * 64, code="ok", done_at=EARLIER, is_parked=False, is_dropped=False)
OURS = OurRecord(version=3, has_left=False, is_incomplete=False, newest=TOLD, is_parked=False, is_moving=False)
THEIRS = HeldRecord(record_id=ID, version=3, message_id=ID, digest="a" * 64)
RECEIVED = HeldRecord(record_id=ID, version=None, message_id=None, digest=None)


def at(version: int) -> HeldRecord:
    return THEIRS.model_copy(update={"version": version})


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        (OURS, THEIRS, None),
        (OURS, None, Kind.NOT_REPORTED),
        (replace(OURS, newest=None), None, Kind.NOT_REPORTED),
        (OURS, at(2), Kind.BEHIND),
        (OURS, RECEIVED, Kind.BEHIND),
        (replace(OURS, is_incomplete=True, newest=None), RECEIVED, None),
        (replace(OURS, is_incomplete=True), RECEIVED, Kind.BEHIND),
        (OURS, at(4), Kind.AHEAD),
        (OURS, THEIRS.model_copy(update={"digest": "b" * 64}), Kind.OTHER_CONTENT),
        (replace(OURS, newest=None), THEIRS, None),
        (None, THEIRS, Kind.UNKNOWN_HERE),
        (replace(OURS, newest=replace(TOLD, code="held_elsewhere")), None, Kind.HELD_ELSEWHERE),
        (replace(OURS, newest=replace(TOLD, code="document_taken")), at(2), Kind.REPORT_REFUSED),
        (replace(OURS, newest=replace(TOLD, code="name_mismatch", version=2)), at(2), Kind.BEHIND),
        (replace(OURS, has_left=True), THEIRS, Kind.HELD_THOUGH_LEFT),
        (replace(OURS, has_left=True), None, None),
        (replace(OURS, is_parked=True), at(2), Kind.REPORT_PARKED),
        (replace(OURS, is_parked=True), THEIRS, None),
        (replace(OURS, newest=replace(TOLD, is_dropped=True, done_at=None, code="")), at(2), Kind.REPORT_GIVEN_UP),
        (replace(OURS, is_moving=True), None, None),
        (replace(OURS, is_moving=True, is_parked=True), at(2), None),
        (replace(OURS, is_moving=True, has_left=True), THEIRS, None),
    ],
)
def test_records(ours: OurRecord | None, theirs: HeldRecord | None, kind: Kind | None) -> None:
    assert rules.of_record(ours, theirs) == kind


KEPT = KeptMessage(
    message_id=ID, topic="record.reported", subject_id=OTHER, digest="a" * 64, code="ok", received_at=EARLIER
)
WAITING = replace(TOLD, done_at=None, code="", digest="")


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        (TOLD, KEPT, None),
        (None, KEPT, Kind.KEPT_BUT_NOT_SENT),
        (TOLD, None, Kind.SENT_BUT_NOT_KEPT),
        (replace(TOLD, done_at=LATER), None, None),
        (WAITING, None, None),
        (WAITING, KEPT, None),
        (replace(WAITING, is_parked=True), None, None),
        (replace(WAITING, is_parked=True), KEPT, Kind.ANSWER_UNUSED),
        (replace(WAITING, is_dropped=True), KEPT, Kind.ANSWER_UNUSED),
        (replace(TOLD, digest="b" * 64), KEPT, Kind.MESSAGE_DIFFERS),
        (replace(TOLD, code="held_elsewhere"), KEPT, Kind.ANSWER_DIFFERS),
    ],
)
def test_messages(ours: Told | None, theirs: KeptMessage | None, kind: Kind | None) -> None:
    assert rules.of_message(ours, theirs, begun=BEGUN) == kind


def test_entries() -> None:
    ours = OurEntry(ID, "a" * 64)
    theirs = ToldEntry(number=1, message_id=ID, subject_id=OTHER, digest="a" * 64, told_at=EARLIER)
    assert rules.of_entry(ours, theirs) is None
    assert rules.of_entry(None, theirs) == Kind.FEED_GAP
    assert rules.of_entry(ours, None) == Kind.FEED_AHEAD
    assert rules.of_entry(OurEntry(OTHER, "a" * 64), theirs) == Kind.FEED_DIFFERS
    assert rules.of_entry(OurEntry(ID, "b" * 64), theirs) == Kind.FEED_DIFFERS


CLAIMED = KnownTransfer(
    transfer_id=ID,
    origin="440000",
    destination="440300",
    state=TransferState.CLAIMED,
    claim_id=OTHER,
    changed_at=EARLIER,
)


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        (OurTransfer(frozenset({TransferState.CLAIMED}), None), CLAIMED, None),
        (OurTransfer(frozenset({TransferState.CLAIMED}), OTHER), CLAIMED, None),
        (OurTransfer(frozenset({TransferState.CLAIMED}), ID), CLAIMED, Kind.TRANSFER_CLAIM_DIFFERS),
        (OurTransfer(frozenset({TransferState.RELEASED}), None), CLAIMED, Kind.TRANSFER_STATE_DIFFERS),
        (OurTransfer(frozenset(), None), CLAIMED, Kind.TRANSFER_STATE_DIFFERS),
        (OurTransfer(rules.ENDED, None), CLAIMED, Kind.TRANSFER_STATE_DIFFERS),
        (None, CLAIMED, Kind.TRANSFER_UNKNOWN_HERE),
        (OurTransfer(frozenset({TransferState.RELEASED}), None), None, Kind.TRANSFER_UNKNOWN_THERE),
        (OurTransfer(frozenset(), None), None, None),
    ],
)
def test_transfers(ours: OurTransfer | None, theirs: KnownTransfer | None, kind: Kind | None) -> None:
    assert rules.of_transfer(ours, theirs) == kind


def test_every_kind_has_its_repair() -> None:
    assert set(rules.REPAIRS) == set(Kind)
    assert set(Kind) >= rules.AGAIN
