"""Audit rows are compared once when they are new, and then in turns (docs/adr/0095)."""

import os
import random
from pathlib import Path

import pytest
from django.db import connection, transaction

from kuaiji.audit import seals, tasks
from kuaiji.audit.models import Seal
from kuaiji.audit.proving import digests, marks, verification
from kuaiji.audit.proving.marks import Mark, keep_mark, read_mark
from kuaiji.audit.proving.verification import Kind, Result, verify
from kuaiji.common.keyring import generate_keyring, keyring
from people.records.audit_tampering import Superuser
from people.records.audit_writers import wait_until_over, write_operations
from tests.support.sealing import RNG, kinds, write_and_seal

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("copy")]


def verify_and_keep() -> Result:
    """What ``kuaiji verify-audit --new`` does."""
    result = verify(read_mark())
    if result.mark:
        keep_mark(result.mark)
    return result


def rows_sealed(*numbers: int) -> int:
    return sum(sealed["rows"] for seal in Seal.objects.filter(number__in=numbers) for sealed in seal.tables.values())


def test_what_was_compared_is_compared_again_in_turns_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "TURNS", 4)
    write_and_seal(8)
    assert [verify_and_keep().rows for _ in range(5)] == [
        rows_sealed(*range(1, 9)),
        *(rows_sealed(first, first + 1) for first in (1, 3, 5, 7)),
    ]
    write_and_seal(1)
    result = verify_and_keep()
    assert (result.since, result.batches, result.rows) == (8, 3, rows_sealed(9, 1, 2))
    assert read_mark().compared.number == 9
    assert verify().batches == 9, "without a mark everything is compared"


def test_a_change_behind_the_mark_is_found_in_its_turn_and_holds_the_mark(
    superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "TURNS", 3)
    write_and_seal(6)
    verify_and_keep()
    superuser.execute(
        "UPDATE audit_operation SET reason = reason || 'x' FROM audit_seal WHERE number = 4"
        " AND tx >= from_tx::text::xid8 AND tx < to_tx::text::xid8"
    )
    # The second turn meets it, and every time after that: the mark stays before it.
    assert [[each.number for each in verify_and_keep().differences] for _ in range(4)] == [[], [4], [4], [4]]


def test_what_is_new_is_compared_at_once(superuser: Superuser) -> None:
    write_and_seal(2)
    verify_and_keep()
    write_and_seal(2)
    kept = read_mark()
    superuser.execute("DELETE FROM audit_event WHERE tx >= (SELECT to_tx::text::xid8 FROM audit_seal WHERE number = 3)")
    for _ in range(2):
        [found] = verify_and_keep().differences
        assert (found.kind, found.number, found.table) == (Kind.MISSING, 4, "audit_event")
        assert read_mark() == kept


def test_a_mark_that_nobody_signed_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    write_and_seal(3)
    verify_and_keep()
    ours, good = os.environ["KUAIJI_KEYRING"], marks.file().read_bytes()
    assert read_mark().compared.number == 3
    for spoilt in (good.replace(b'"number": 3', b'"number": 2'), good[:-20], b"[]", b"{}", b"\xff", b""):
        marks.file().write_bytes(spoilt)
        assert read_mark() == Mark()
    marks.file().unlink()
    assert read_mark() == Mark()
    marks.file().write_bytes(good)
    assert read_mark().compared.number == 3
    try:
        os.environ["KUAIJI_KEYRING"] = generate_keyring()
        keyring.cache_clear()
        assert read_mark() == Mark()
    finally:
        os.environ["KUAIJI_KEYRING"] = ours
        keyring.cache_clear()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_seal WHERE number >= 3",
        "UPDATE audit_seal SET mac = previous WHERE number = 3",
        "DELETE FROM audit_seal",
    ],
)
def test_seals_that_do_not_bear_the_mark_out_are_compared_whole(superuser: Superuser, statement: str) -> None:
    write_and_seal(3)
    verify_and_keep()
    superuser.execute(statement)
    result = verify_and_keep()
    assert result.since == 0
    assert {Kind.CHAIN, Kind.SECOND_PLACE}.intersection(each.kind for each in result.differences)


def test_a_copy_that_was_cut_is_found_behind_the_mark(copy: Path) -> None:
    write_and_seal(3)
    verify_and_keep()
    whole = copy.read_bytes()
    copy.write_bytes(whole[: whole.index(b"\n") + 1])
    assert [each.kind for each in verify_and_keep().differences] == [Kind.SECOND_PLACE]
    copy.write_bytes(whole + whole[whole.rindex(b"\n", 0, -1) + 1 :])
    assert [each.kind for each in verify_and_keep().differences] == [Kind.SECOND_PLACE]


def test_no_statement_reads_more_than_its_share_whatever_a_seal_says(
    superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        write_operations(20, RNG)
    wait_until_over()
    assert seals.seal_next()
    write_and_seal(3)
    reads: list[int] = []
    rows = digests._rows

    def counted(*arguments: object) -> object:
        found = list(rows(*arguments))  # type: ignore[arg-type]
        reads.append(len(found))
        return found

    monkeypatch.setattr(digests, "_rows", counted)
    assert kinds() == []
    whole, share = max(reads), 7
    assert whole > share
    monkeypatch.setattr(digests, "ROWS_AT_ONCE", share)
    reads.clear()
    assert kinds() == []
    assert max(reads) <= share
    # Rows slipped into a batch that claims few.
    superuser.execute(
        "INSERT INTO audit_accesslog (id, at, actor_kind, action, outcome, request_id, tx)"
        " SELECT uuidv7(), now(), 'citizen', 'x', 'ok', '', from_tx::text::xid8"
        " FROM audit_seal, generate_series(1, 50) WHERE number = 3"
    )
    [found] = verify().differences
    assert (found.kind, found.number, found.found - found.expected) == (Kind.EXTRA, 3, 50)
    assert max(reads) <= share
    # Sealing reads in parts as well, to the same digest.
    with transaction.atomic():
        write_operations(20, RNG)
    wait_until_over()
    assert seals.seal_next()
    monkeypatch.setattr(digests, "ROWS_AT_ONCE", 10_000)
    assert [each.number for each in verify().differences] == [3]


def test_what_cannot_be_read_in_time_is_named(superuser: Superuser, caplog: pytest.LogCaptureFixture) -> None:
    write_and_seal(2)
    write_operations(1, random.Random(2))
    wait_until_over()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '300ms'")
    with superuser.transaction():
        superuser.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
        result = verify()
        tasks.seal(timestamp=0)
    not_read = [(each.number, each.table) for each in result.differences if each.kind == Kind.NOT_READ]
    assert {(1, "audit_event"), (2, "audit_event"), (0, "audit_event")} <= set(not_read)
    assert {each.kind for each in result.differences} == {Kind.NOT_READ} and result.mark is None
    assert "audit_batch_not_read" in caplog.text
    assert Seal.objects.count() == 2
    tasks.seal(timestamp=0)
    assert Seal.objects.count() == 3 and kinds() == []
