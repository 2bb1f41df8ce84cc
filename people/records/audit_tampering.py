"""What a superuser could do to the audit tables with all triggers off, one act at a time, and how to undo it."""

import bisect
import random
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from kuaiji.audit import offsite_seals
from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.house.databases import Server

Superuser = psycopg.Connection[tuple[Any, ...]]
Place = tuple[int, str]  # number of a batch, table

# The smallest change of a value of each type.
CHANGES = {
    "uuid": "(left({0}::text, 35) || CASE right({0}::text, 1) WHEN '0' THEN '1' ELSE '0' END)::uuid",
    "varchar": "left({0}, greatest(length({0}) - 1, 0)) || CASE right({0}, 1) WHEN 'x' THEN 'y' ELSE 'x' END",
    "timestamptz": "{0} + interval '1 microsecond'",
    "jsonb": "{0} || '{{\"planted\": null}}'",
    "int2": "{0} # 1::smallint",
    "int4": "{0} # 1",
    "bool": "NOT {0}",
    "bytea": "set_byte({0}, length({0}) - 1, get_byte({0}, length({0}) - 1) # 1)",
}
IN_PLACE_OF_NULL = {"uuid": "gen_random_uuid()", "bytea": "'\\x00'::bytea"}


def connect_as_superuser(server: Server, database: str) -> Superuser:
    """A connection for which no trigger fires."""
    url = server.admin_url.replace("/postgres?", f"/{database}?")
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    return connection


class Planter:
    """Plants acts into the sealed rows that are there when it is made."""

    def __init__(self, connection: Superuser, rng: random.Random) -> None:
        self.connection, self.rng = connection, rng
        self.acts: dict[str, Callable[[], set[Place]]] = {
            "edit": self.edit,
            "delete": self.delete,
            "swap": self.swap,
            "insert": self.insert,
        }
        self.tables = sealed_tables()
        connection.execute("CREATE SCHEMA kept")
        for table in (*self.tables, "audit_seal"):
            connection.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")
        self.copy = offsite_seals.file().read_bytes()
        self.ends = [end for (end,) in connection.execute("SELECT to_tx FROM audit_seal ORDER BY number")]
        self.rows: dict[str, list[tuple[uuid.UUID, int]]] = {
            table: connection.execute(f"SELECT id, tx::text::bigint FROM {table} ORDER BY id").fetchall()
            for table in self.tables
        }
        self.types: dict[str, dict[str, str]] = {
            table: dict(
                connection.execute(
                    "SELECT attname, typname FROM pg_attribute JOIN pg_type t ON t.oid = atttypid"
                    " WHERE attrelid = %s::regclass AND attnum > 0",
                    [table],
                )
            )
            for table in self.tables
        }

    def heal(self) -> None:
        """Put everything back as it was."""
        for table, key in (*((table, "id") for table in self.tables), ("audit_seal", "number")):
            self.run(f"DELETE FROM {table} t WHERE t::text NOT IN (SELECT k::text FROM kept.{table} k)")
            self.run(f"INSERT INTO {table} SELECT * FROM kept.{table} WHERE {key} NOT IN (SELECT {key} FROM {table})")
        offsite_seals.file().write_bytes(self.copy)

    def edit(self) -> set[Place]:
        """One value of one row."""
        table, (row_id, tx) = self.pick()
        column, kind = self.rng.choice(list(self.types[table].items()))
        if kind == "xid8":
            other = self.other_tx(tx)
            self.rewrite(table, [row_id], f"tx = '{other}'")
            return {(self.batch(tx), table), (self.batch(other), table)}
        changed = f"coalesce({CHANGES[kind].format(column)}, {IN_PLACE_OF_NULL.get(kind, 'NULL')})"
        self.rewrite(table, [row_id], f"{column} = {changed}")
        return {(self.batch(tx), table)}

    def delete(self) -> set[Place]:
        """A row, all rows of a transaction, or all of a batch."""
        table, (row_id, tx) = self.pick()
        number = self.batch(tx)
        scope = self.rng.choice(
            [
                f"id = '{row_id}'",
                f"tx = '{tx}'",
                f"tx < '{self.ends[number - 1]}' AND tx >= '{self.ends[number - 2] if number > 1 else 0}'",
            ]
        )
        self.run(f"DELETE FROM {table} WHERE {scope}")
        return {(number, table)}

    def swap(self) -> set[Place]:
        """One value of two rows, their ids and transactions among them."""
        table, (one, one_tx) = self.pick()
        columns = list(self.types[table])
        while True:
            other, other_tx = self.rng.choice(self.rows[table])
            column = self.rng.choice(columns)
            theirs = f"(SELECT o.{column} FROM before o WHERE o.id <> after.before_id)"
            if other != one and self.rewrite(table, [one, other], f"{column} = {theirs}"):
                return {(self.batch(one_tx), table), (self.batch(other_tx), table)}

    def insert(self) -> set[Place]:
        """A copy of a row under an id of the same moment, said to be of an old transaction or of one to come."""
        table, (row_id, tx) = self.pick()
        to_come = self.ends[-1] + 1_000_000_000
        said = self.rng.choice([tx, self.other_tx(tx), to_come])
        self.prepare(table, [row_id])
        new_id = uuid.UUID(int=row_id.int >> 62 << 62 | self.rng.getrandbits(62))
        self.run("UPDATE after SET id = %s, tx = %s::text::xid8", [new_id, said])
        self.run(f"INSERT INTO {table} SELECT {self.listed(table)} FROM after")
        return {(0 if said == to_come else self.batch(said), table)}

    def pick(self) -> tuple[str, tuple[uuid.UUID, int]]:
        """Any row of any table."""
        table = self.rng.choice(self.tables)
        return table, self.rng.choice(self.rows[table])

    def batch(self, tx: int) -> int:
        """The number of the batch that holds ``tx``."""
        return bisect.bisect_right(self.ends, tx) + 1

    def other_tx(self, tx: int) -> int:
        """Another sealed transaction, with rows or without."""
        near = self.rng.choice(self.rows[self.rng.choice(self.tables)])[1] + self.rng.choice([0, 1])
        return near if near != tx and near < self.ends[-1] else self.ends[-1] - 1 - (tx == self.ends[-1] - 1)

    def rewrite(self, table: str, ids: list[uuid.UUID], assignment: str) -> bool:
        """Replace rows by changed ones, moved to another month where they must; False when that changes nothing."""
        self.prepare(table, ids)
        self.run(f"UPDATE after SET {assignment}")
        columns = self.listed(table)
        same = self.run(f"SELECT {columns} FROM after EXCEPT SELECT {columns} FROM before").rowcount == 0
        if not same:
            self.run(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])
            self.run(f"INSERT INTO {table} SELECT {columns} FROM after")
        return not same

    def prepare(self, table: str, ids: list[uuid.UUID]) -> None:
        self.run("DROP TABLE IF EXISTS before, after")
        for name in ("before", "after"):
            self.run(f"CREATE TEMP TABLE {name} AS SELECT *, id AS before_id FROM {table} WHERE id = ANY(%s)", [ids])

    def listed(self, table: str) -> str:
        return ", ".join(self.types[table])

    def run(self, statement: str, values: list[Any] | None = None) -> "psycopg.Cursor[tuple[Any, ...]]":
        return self.connection.execute(sql.SQL(statement), values)
