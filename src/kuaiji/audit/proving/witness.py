"""What the witness saw: rows that were not as they had been written when they were sealed, and seals that are gone.

It stands in a schema of its own, that neither the app's role nor the owner can write: common/witness.py, docs/adr/0058.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection, transaction

from kuaiji.common.witness import ROLE, SCHEMA, TRIGGER

TABLES = ("audit_operation", "audit_event", "audit_accesslog")
SEALS = "audit_seal"
NEVER = 2**62  # later than any transaction


class Unlike(NamedTuple):
    """Rows of a table that are not as they were written; ``number`` is their batch, 0 before they are sealed."""

    number: int
    table: str
    missing: int
    changed: int
    extra: int


class Gap(NamedTuple):
    """A seal that is not in the table as the witness saw it, or that it never saw."""

    number: int


def is_there() -> bool:
    """Whether a superuser has made the witness in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def attach() -> bool:
    """Let the witness see what is written from now on; as the owner, harmless to run again. False where there is none.

    Writers wait for a moment.
    """
    if not is_there():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        for table in TABLES:
            cursor.execute(f"GRANT SELECT ON {table} TO {ROLE}")
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {TRIGGER} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.write_down()"
            )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {TRIGGER} AFTER INSERT ON {SEALS}"
            f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.compare()"
        )
        cursor.execute(f"SELECT {SCHEMA}.begin()")
    return True


def is_attached() -> bool:
    """Whether it is there, and sees what is written now."""
    if not is_there():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = %s AND tgenabled IN ('O', 'A')"
            " AND tgrelid = ANY(%s::text[]::regclass[])",
            [TRIGGER, [*TABLES, SEALS]],
        )
        return int(cursor.fetchone()[0]) == len(TABLES) + 1


def unlike_when_sealed(number: int | None = None) -> Iterator[Unlike]:
    """Of one batch, or of all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, place, (found->>0)::bigint, (found->>1)::bigint, (found->>2)::bigint"
            f" FROM {SCHEMA}.sealed, jsonb_each(unlike) AS each_of(place, found)"
            " WHERE %s::bigint IS NULL OR number = %s ORDER BY at, place",
            [number, number],
        )
        for row in cursor.fetchall():
            yield Unlike(*row)


def unlike_now() -> Iterator[Unlike]:
    """Of the rows that are not sealed yet, at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {SCHEMA}.unlike((SELECT coalesce(max(to_tx), 0) FROM {SEALS}), %s)", [NEVER])
        for row in cursor.fetchall():
            yield Unlike(0, *row)


def gaps() -> Iterator[Gap]:
    """Seals that one of both books lacks, since the witness began; at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT coalesce(s.number, w.number) FROM {SEALS} s FULL JOIN {SCHEMA}.sealed w"
            " ON (w.number, w.mac) = (s.number, s.mac) WHERE w.number IS NULL AND s.to_tx >"
            f" (SELECT min(since::text::bigint) FROM {SCHEMA}.begun) OR s.number IS NULL ORDER BY 1"
        )
        for (number,) in cursor.fetchall():
            yield Gap(number)
