"""Seals: every row in exactly one batch, whatever order transactions end in, and every act behind our back is found."""

import json
import os
import random
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from kuaiji.audit import offsite_seals, seals, tasks
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event, Seal
from kuaiji.audit.proving.verification import Kind, verify
from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.audit.services import Operation, record_events
from kuaiji.common import clock
from kuaiji.common.keyring import generate_keyring, keyring
from kuaiji.house.development import Development
from kuaiji.keys.models import PersonKey
from people.records.audit_tampering import Planter, Superuser
from people.records.audit_writers import locks_waited_for, wait_until_over, write_in_parallel, write_operations
from tests.support.sealing import RNG, kinds, rows_of, write_and_seal
from tests.support.sources import DOCS

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("copy")]

PLANTED = 60


@pytest.fixture
def use_ring() -> Iterator[Callable[[str], None]]:
    """Changes the ring of keys until the end of the test."""
    ours = os.environ["KUAIJI_KEYRING"]

    def use(text: str) -> None:
        os.environ["KUAIJI_KEYRING"] = text
        keyring.cache_clear()

    yield use
    use(ours)


def assert_every_row_is_sealed_once() -> None:
    result = verify()
    assert (result.differences, result.waiting) == ([], 0)
    for table in sealed_tables():
        assert sum(seal.tables[table]["rows"] for seal in Seal.objects.all()) == rows_of(table)


def test_every_table_that_carries_its_transaction_is_sealed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE attname = 'tx' AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace"
        )
        assert {name for (name,) in cursor} == set(sealed_tables())


def test_the_loop_seals_what_is_over_and_copies_it(copy: Path) -> None:
    write_operations(5, RNG)
    wait_until_over()
    tasks.seal(timestamp=0)
    assert Seal.objects.count() == 1
    assert_every_row_is_sealed_once()
    assert copy.read_bytes() == b"".join(seal.line for seal in Seal.objects.order_by("number"))
    tasks.seal(timestamp=0)
    assert Seal.objects.count() == 1


def test_what_is_not_sealed_yet_is_counted() -> None:
    write_and_seal(1)
    write_operations(1, RNG)
    result = verify()
    assert result.waiting >= 3 and result.waiting_since and result.differences == []


def test_a_batch_ends_where_it_is_full_and_never_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    write_operations(10, RNG)
    with transaction.atomic():
        for _ in range(3):
            write_operations(3, RNG)
    wait_until_over()
    monkeypatch.setattr(seals, "ROWS_AT_MOST", 7)
    assert seals.seal_waiting() > 5
    assert_every_row_is_sealed_once()
    sizes = [sum(sealed["rows"] for sealed in seal.tables.values()) for seal in Seal.objects.order_by("number")]
    assert max(sizes) > 20 and max(sorted(sizes)[:-1]) <= 7


def test_an_older_id_that_is_committed_later_goes_into_a_later_batch() -> None:
    """A transaction that is still running holds the batch back to its own beginning, and nothing else."""
    write_operations(1, RNG)
    wait_until_over()
    begun, finish = threading.Event(), threading.Event()
    operation = Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.SYSTEM)

    def slow() -> None:
        with transaction.atomic():
            record_events(operation)
            begun.set()
            finish.wait()
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait()
    write_operations(2, RNG)
    first = seals.seal_next()
    assert first and first.tables["audit_operation"]["rows"] == 1
    assert seals.seal_next() is None
    assert verify().differences == [] and verify().waiting > 0
    finish.set()
    thread.join()
    wait_until_over()
    second = seals.seal_next()
    assert second and second.tables["audit_operation"]["rows"] == 3
    assert_every_row_is_sealed_once()


def test_two_loops_do_not_seal_at_once() -> None:
    write_operations(1, RNG)
    wait_until_over()
    made: list[object] = []

    def other() -> None:
        made.append(seals.seal_next())
        connection.close()

    with seals.sealing_lock() as held:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert held and made == [None] and not Seal.objects.exists()
    assert seals.seal_next()


def test_64_writers_leave_no_gap_and_do_not_queue(superuser: Superuser, caplog: pytest.LogCaptureFixture) -> None:
    queued: set[str] = set()

    def meanwhile() -> None:
        seals.seal_waiting()
        queued.update(locks_waited_for(superuser))

    write_in_parallel(64, each=lambda rng: write_operations(4, rng), meanwhile=meanwhile)
    wait_until_over()
    seals.seal_waiting()
    assert rows_of("audit_operation") == 64 * 4
    assert queued == set()
    assert "audit_rows_ahead" not in caplog.text
    assert_every_row_is_sealed_once()


def test_planted_acts_are_found_each_in_its_batch(superuser: Superuser) -> None:
    write_and_seal(8)
    planter = Planter(superuser, random.Random(42))
    missed = []
    for number in range(PLANTED):
        act = list(planter.acts)[number % len(planter.acts)]
        places = planter.acts[act]()
        if {(difference.number, difference.table) for difference in verify().differences} != places:
            missed.append((number, act, places, verify().differences))
        planter.heal()
    assert missed == []
    assert kinds() == []


SEALS = {
    "rows": """UPDATE audit_seal SET tables = jsonb_set(tables, '{audit_event,rows}', '1') WHERE number = 2""",
    "digest": """UPDATE audit_seal SET tables = jsonb_set(tables, '{audit_event,digest}', '"00"') WHERE number = 2""",
    "table": "UPDATE audit_seal SET tables = tables - 'audit_event' WHERE number = 2",
    "end": "UPDATE audit_seal SET to_tx = to_tx + 1 WHERE number = 2",
    "previous": "UPDATE audit_seal SET previous = mac WHERE number = 2",
    "moment": "UPDATE audit_seal SET sealed_at = sealed_at - interval '1 second' WHERE number = 2",
    "key": "UPDATE audit_seal SET key_id = 'f9' WHERE number = 2",
    "mac": "UPDATE audit_seal SET mac = previous WHERE number = 2",
    "first gone": "DELETE FROM audit_seal WHERE number = 1",
    "one gone": "DELETE FROM audit_seal WHERE number = 2",
    "last gone": "DELETE FROM audit_seal WHERE number = 4",
    "all gone": "DELETE FROM audit_seal",
    "swapped": "UPDATE audit_seal SET number = 5 - number + 1000 WHERE number IN (2, 3);"
    "UPDATE audit_seal SET number = number - 1000 WHERE number > 1000",
    "renumbered": "DELETE FROM audit_seal WHERE number = 2;"
    "UPDATE audit_seal SET number = 2 WHERE number = 3; UPDATE audit_seal SET number = 3 WHERE number = 4",
    "one more": "INSERT INTO audit_seal SELECT 5, to_tx, to_tx + 1, tables, mac, key_id, sealed_at, previous"
    " FROM audit_seal WHERE number = 4",
}


def test_changed_seals_are_found(superuser: Superuser) -> None:
    write_and_seal(4)
    planter = Planter(superuser, RNG)
    missed = []
    for name, statement in SEALS.items():
        planter.run(statement)
        if not {Kind.CHAIN, Kind.SECOND_PLACE}.intersection(kinds()):
            missed.append(name)
        planter.heal()
    assert missed == []
    assert kinds() == []


COPIES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "gone": lambda lines: [],
    "last line gone": lambda lines: lines[:-1],
    "first line gone": lambda lines: lines[1:],
    "a byte gone": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "a line more": lambda lines: [*lines, lines[-1]],
    "swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "another count": lambda lines: [lines[0].replace(b'"rows":4', b'"rows":3'), *lines[1:]],
}


@pytest.mark.parametrize("change", COPIES)
def test_a_changed_copy_is_found(change: str, copy: Path) -> None:
    write_and_seal(3)
    assert kinds() == []
    copy.write_bytes(b"".join(COPIES[change](copy.read_bytes().splitlines(keepends=True))))
    assert kinds() == [Kind.SECOND_PLACE]


def test_who_has_database_and_keys_is_found_by_the_copy(
    superuser: Superuser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He changes a row and seals everything anew; the copy stays out of his reach."""
    write_and_seal(3)
    planter = Planter(superuser, RNG)
    planter.edit()
    superuser.execute("DELETE FROM audit_seal")
    (tmp_path / "his").mkdir()
    with monkeypatch.context() as his:
        his.setenv("KUAIJI_SEALS", str(tmp_path / "his"))
        seals.seal_waiting()
        assert set(kinds()) == {Kind.WITNESS, Kind.UNLIKE}
    assert set(kinds()) == {Kind.SECOND_PLACE, Kind.WITNESS, Kind.UNLIKE}
    before = offsite_seals.file().read_bytes()
    write_and_seal(1)
    assert offsite_seals.file().read_bytes() == before


def test_a_seal_made_under_another_key_is_found(use_ring: Callable[[str], None]) -> None:
    write_and_seal(1)
    ours = os.environ["KUAIJI_KEYRING"]
    use_ring(generate_keyring())
    write_and_seal(1)
    use_ring(ours)
    assert kinds() == [Kind.CHAIN]


def test_a_new_key_of_another_suite_leaves_old_seals_good(use_ring: Callable[[str], None]) -> None:
    write_and_seal(2)
    ring, other = json.loads(os.environ["KUAIJI_KEYRING"]), json.loads(generate_keyring("aes"))
    ring["fingerprint"]["keys"]["f2"] = other["fingerprint"]["keys"]["f1"]
    ring["fingerprint"]["current"] = "f2"
    use_ring(json.dumps(ring))
    write_and_seal(2)
    assert list(Seal.objects.order_by("number").values_list("key_id", flat=True)) == ["f1", "f1", "f2", "f2"]
    assert kinds() == []


def test_erasing_a_person_leaves_the_seals_good() -> None:
    write_and_seal(1)
    PersonKey.objects.update(wrapped=None, destroyed_at=clock.now())
    assert Event.objects.filter(personal__isnull=False).exists()
    assert kinds() == []


def test_a_column_that_comes_later_leaves_old_seals_good_and_is_sealed_from_then_on(
    superuser: Superuser,
) -> None:
    write_and_seal(1)
    superuser.execute("ALTER TABLE audit_event ADD COLUMN later text DEFAULT 'a'")
    write_and_seal(1)
    assert kinds() == []
    superuser.execute("UPDATE audit_event SET later = 'b'")
    [difference] = verify().differences
    assert (difference.kind, difference.number, difference.table) == (Kind.CHANGED, 2, "audit_event")


def test_a_table_that_is_sealed_later_leaves_old_seals_good_and_has_no_row_of_their_time(
    superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an app brings after years: nothing of it can be older than its first seal, whatever a row says."""
    with monkeypatch.context() as before:
        before.setattr(seals, "sealed_tables", lambda: ("audit_operation", "audit_event", "audit_accesslog"))
        with transaction.atomic():
            record_events(Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.SYSTEM))
        wait_until_over()
        assert seals.seal_next()
    write_and_seal(1)
    assert kinds() == []
    superuser.execute("UPDATE examchecks_examcheck SET tx = '3'")
    found = {(each.kind, each.number, each.table) for each in verify().differences}
    assert found == {(Kind.EXTRA, 1, "examchecks_examcheck"), (Kind.MISSING, 2, "examchecks_examcheck")}


def test_rows_of_transactions_to_come_raise_the_alarm(superuser: Superuser, caplog: pytest.LogCaptureFixture) -> None:
    write_and_seal(1)
    superuser.execute("UPDATE audit_event SET tx = '999999999'")
    tasks.seal(timestamp=0)
    assert "audit_rows_ahead" in caplog.text
    assert Kind.AHEAD in kinds()


def test_a_server_that_counts_from_the_beginning_seals_nothing_until_its_counter_is_moved(
    superuser: Superuser, caplog: pytest.LogCaptureFixture
) -> None:
    write_and_seal(1)
    superuser.execute("UPDATE audit_seal SET to_tx = to_tx + 5000")
    write_operations(1, RNG)
    tasks.seal(timestamp=0)
    assert "audit_counter_behind" in caplog.text
    assert Seal.objects.count() == 1
    move = re.search(r"DO \$\$.*\$\$;", (DOCS / "production.md").read_text(encoding="utf-8"), re.DOTALL)
    assert move
    with connection.cursor() as cursor:
        cursor.execute(move[0].replace("1000000", "0"))
    write_and_seal(1)


def test_the_command_says_what_it_found(
    superuser: Superuser, development: Development, cloned_database: str, tmp_path: Path
) -> None:
    env = development.platform_env(cloned_database) | {"KUAIJI_SEALS": str(tmp_path)}

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "kuaiji.cli", "verify-audit"], check=False, env=env, capture_output=True, text=True
        )
        return done.returncode, done.stdout

    write_and_seal(2)
    write_operations(1, RNG)
    status, said = run()
    assert status == 0
    assert "全部一致" in said and "已核对 2 批" in said and "尚未封存" in said
    end = Seal.objects.get(number=1).to_tx
    superuser.execute("DELETE FROM audit_accesslog WHERE tx < %s::text::xid8", [str(end)])
    status, said = run()
    assert status == 1
    assert "第 1 批 audit_accesslog 缺行：封存时 4 行，现在 0 行" in said and "有 1 处不一致" in said
