"""Steps that migrations share, on the tables as they stand."""

from typing import Any

import psycopg
import pytest

from kuaiji.common.migrations import index_partitions
from kuaiji.house.databases import Server

pytestmark = pytest.mark.race
TABLE, NAME, COLUMNS, WHERE = "audit_operation", "operation_of_staff", "actor_id, id", "actor_kind = 'staff'"
STATE = (
    "SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass), count(*), "
    "(SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass) FROM pg_inherits WHERE inhparent = %s::regclass"
)


class Editor:
    """A schema editor outside of a transaction, as a migration that is not atomic has it."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection

    def execute(self, statement: str) -> None:
        """Do it at once."""
        self.connection.execute(statement.encode())


def test_an_index_of_a_split_table_is_finished_where_it_was_broken_off(server: Server, cloned_database: str) -> None:
    """With the whole declared, one part left half made and one attached; again it changes nothing."""
    apply: Any = index_partitions(TABLE, NAME, COLUMNS, WHERE).code
    with psycopg.connect(server.url(server.owner, cloned_database), autocommit=True) as owner:
        parts = [row[0] for row in owner.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [TABLE]
        )]  # fmt: skip
        done, half = (f"{NAME}_{part.rpartition('_')[2]}" for part in parts[:2])
        editor = Editor(owner)
        editor.execute(f"DROP INDEX {NAME}")
        editor.execute(f"CREATE INDEX {NAME} ON ONLY {TABLE} ({COLUMNS}) WHERE {WHERE}")
        for name, part in zip((done, half), parts, strict=False):
            editor.execute(f"CREATE INDEX {name} ON {part} ({COLUMNS}) WHERE {WHERE}")
        editor.execute(f"ALTER INDEX {NAME} ATTACH PARTITION {done}")
        for _ in range(2):
            apply(None, editor)
            found = owner.execute(STATE, [NAME, NAME, TABLE]).fetchone()
            assert found == (len(parts), len(parts), True)
