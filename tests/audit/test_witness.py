"""The witness: what seals alone cannot tell (docs/adr/0058)."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kuaiji.audit import seals
from kuaiji.audit.models import Seal
from kuaiji.audit.proving.digests import columns_of
from kuaiji.audit.proving.verification import Kind, verify
from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.common.ids import uuid7
from kuaiji.house.databases import Server
from people.records.audit_tampering import Superuser
from people.records.audit_writers import wait_until_over, write_operations
from tests.support.sealing import RNG, kinds, rows_newest, write_and_seal

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("copy")]


def as_owner(command: str, server: Server, database: str) -> str:
    """A command of the platform, as its owner; what it prints."""
    env = {**os.environ, "KUAIJI_DATABASE_ROLE": "owner", "DATABASE_OWNER_URL": server.url(server.owner, database)}
    env["DATABASE_URL"] = server.url(server.app, database)
    words = [sys.executable, "-m", "django", command]
    return subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout


BEFORE_THE_SEAL = {
    "a row gone": "DELETE FROM {} WHERE id = %s",
    "a row changed": "UPDATE {} SET request_id = 'other' WHERE id = %s",
    "a row under another id": "UPDATE {} SET id = (left(id::text, 35) || CASE right(id::text, 1) WHEN '0' THEN '1'"
    " ELSE '0' END)::uuid WHERE id = %s",
    "a row said to be older": "UPDATE {} SET tx = '3' WHERE id = %s",
}


@pytest.fixture
def owner(server: Server, cloned_database: str) -> Iterator[Superuser]:
    with psycopg.connect(server.url(server.owner, cloned_database), autocommit=True) as owner:
        yield owner


@contextlib.contextmanager
def untriggered(owner: Superuser) -> Iterator[Superuser]:
    """The owner, with every trigger of the audit tables switched off for the length of the block."""
    for verb in ("DISABLE", "ENABLE"):
        for table in (*sealed_tables(), "audit_seal"):
            owner.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")
        if verb == "DISABLE":
            yield owner


@pytest.mark.parametrize("act", BEFORE_THE_SEAL)
@pytest.mark.parametrize("table", ["audit_operation", "audit_accesslog"])
def test_what_the_owner_does_to_a_row_before_its_seal_is_found_at_once_and_for_good(
    act: str, table: str, owner: Superuser, caplog: pytest.LogCaptureFixture
) -> None:
    write_and_seal(1)
    write_operations(2, RNG)
    [victim] = rows_newest(table, 1)
    with untriggered(owner):
        owner.execute(BEFORE_THE_SEAL[act].format(table), [victim])
    [found] = [each for each in verify().differences if each.kind == Kind.UNLIKE]
    assert (found.number, found.table, found.expected) == (0, table, 1)
    wait_until_over()
    assert seals.seal_next()
    assert "audit_rows_unlike" in caplog.text
    write_and_seal(1)
    [found] = [each for each in verify().differences if each.kind == Kind.UNLIKE]
    assert (found.number, found.table, found.expected) == (2, table, 1)


def test_rows_that_nobody_wrote_are_found(owner: Superuser) -> None:
    write_and_seal(1)
    write_operations(1, RNG)
    columns = ", ".join(name for name in columns_of("audit_accesslog") if name not in ("id", "tx"))
    [model] = rows_newest("audit_accesslog", 1)
    with untriggered(owner):
        owner.execute(
            f"INSERT INTO audit_accesslog (id, {columns}) SELECT %s, {columns} FROM audit_accesslog WHERE id = %s",
            [uuid7(), model],
        )
    assert [(each.kind, each.expected, each.found) for each in verify().differences] == [(Kind.UNLIKE, 0, 1)]


def test_rows_written_while_the_witness_was_taken_off_are_found(owner: Superuser) -> None:
    write_and_seal(1)
    with untriggered(owner):
        write_operations(1, RNG)
        assert Kind.NO_WITNESS in kinds()
    assert set(kinds()) == {Kind.UNLIKE}


def test_cutting_table_seals_and_copy_alike_is_found(copy: Path, owner: Superuser) -> None:
    write_and_seal(3)
    last = Seal.objects.get(number=3)
    with untriggered(owner):
        for table in sealed_tables():
            owner.execute(f"DELETE FROM {table} WHERE tx >= %s::text::xid8", [str(last.from_tx)])
        owner.execute("DELETE FROM audit_seal WHERE number = 3")
    copy.write_bytes(b"".join(copy.read_bytes().splitlines(keepends=True)[:2]))
    assert [(each.kind, each.number) for each in verify().differences] == [(Kind.WITNESS, 3)]
    write_and_seal(2)  # another third seal does not take its place
    assert Kind.WITNESS in kinds()


def test_everything_cut_and_begun_again_is_found(copy: Path, owner: Superuser) -> None:
    write_and_seal(2)
    with untriggered(owner):
        for table in (*sealed_tables(), "audit_seal"):
            owner.execute(f"DELETE FROM {table}")
    copy.unlink()
    write_and_seal(2)
    assert {(each.kind, each.number) for each in verify().differences} == {(Kind.WITNESS, 1), (Kind.WITNESS, 2)}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kuaiji_witness.written",
        "UPDATE kuaiji_witness.sealed SET unlike = '{}'",
        "TRUNCATE kuaiji_witness.sealed",
        "INSERT INTO kuaiji_witness.written VALUES ('5', 'audit_event', gen_random_uuid(), 8, '')",
        "UPDATE kuaiji_witness.begun SET since = '9'",
        "DROP TABLE kuaiji_witness.sealed",
        "DROP SCHEMA kuaiji_witness CASCADE",
        "ALTER FUNCTION kuaiji_witness.write_down() RENAME TO other",
        "CREATE OR REPLACE FUNCTION kuaiji_witness.write_down() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SELECT kuaiji_witness.begin_anew()",
        "SET ROLE kuaiji_witness",
        "GRANT kuaiji_witness TO CURRENT_USER",
        "CREATE TABLE kuaiji_witness.mine ()",
    ],
)
@pytest.mark.parametrize("role", ["owner", "app"])
def test_neither_role_of_the_platform_writes_what_the_witness_saw(
    role: str, statement: str, server: Server, cloned_database: str
) -> None:
    write_operations(1, RNG)
    url = server.url(getattr(server, role), cloned_database)
    with (
        psycopg.connect(url, autocommit=True) as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction)),
    ):
        connection.execute(statement)


def test_a_witness_that_comes_later_begins_with_what_is_written_then(
    server: Server, cloned_database: str, superuser: Superuser
) -> None:
    superuser.execute("SET session_replication_role = origin")
    superuser.execute("DROP SCHEMA kuaiji_witness CASCADE")  # as on a database from before
    write_and_seal(1)
    write_operations(1, RNG)
    assert kinds() == [Kind.NO_WITNESS]
    for _ in range(2):  # harmless to run again
        superuser.execute(as_owner("witness_sql", server, cloned_database).encode())
        as_owner("ensure_partitions", server, cloned_database)
    assert kinds() == []
    write_and_seal(2)
    assert kinds() == []
    superuser.execute("SET session_replication_role = replica")
    write_operations(1, RNG)
    superuser.execute("DELETE FROM audit_event WHERE id = (SELECT id FROM audit_event ORDER BY id DESC LIMIT 1)")
    assert kinds() == [Kind.UNLIKE]


def test_after_an_older_state_was_put_back_a_superuser_begins_anew(superuser: Superuser, copy: Path) -> None:
    write_and_seal(3)
    superuser.execute("DELETE FROM audit_seal WHERE number = 3")
    copy.write_bytes(b"".join(copy.read_bytes().splitlines(keepends=True)[:2]))
    assert set(kinds()) == {Kind.WITNESS, Kind.UNLIKE}
    superuser.execute("SELECT kuaiji_witness.begin_anew()")
    assert kinds() == []
    write_and_seal(1)
    assert kinds() == []


def test_a_column_that_comes_while_rows_wait_for_their_seal_is_no_difference(superuser: Superuser) -> None:
    write_operations(1, RNG)
    superuser.execute("ALTER TABLE audit_event ADD COLUMN later text DEFAULT 'a'")
    assert kinds() == []
    wait_until_over()
    assert seals.seal_next() and kinds() == []
