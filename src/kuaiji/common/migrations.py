"""Steps that migrations share: what the database itself must refuse or keep apart."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def insert_only(table: str) -> migrations.RunPython:
    """The application's role may add and read rows of ``table``, and nobody may change one."""

    def apply(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{settings.APP_ROLE}"')
        editor.execute(
            f'CREATE TRIGGER "{table}_insert_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION kuaiji_refuse_change()"
        )
        editor.execute(
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION kuaiji_refuse_change()"
        )

    return migrations.RunPython(apply, migrations.RunPython.noop)


def drop_index(name: str) -> migrations.RunSQL:
    """Take an index away while others read and write; for a migration that is not atomic."""
    return migrations.RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"', migrations.RunSQL.noop)


def index_partitions(table: str, name: str, columns: str, condition: str) -> migrations.RunPython:
    """An index of a split ``table``, each part while others read and write; for a migration that is not atomic.

    PostgreSQL makes none of a whole split table so. Broken off and run again it goes on: a part that was left half made
    is made anew.
    """

    def apply(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        on = f"({columns}) WHERE {condition}"
        editor.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON ONLY "{table}" {on}')
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
            parts = [part for (part,) in cursor.fetchall()]
            cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [name])
            attached = {part for (part,) in cursor.fetchall()}
        for part in parts:
            own = f"{name}_{part.rpartition('_')[2]}"
            if own not in attached:
                editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{own}"')
                editor.execute(f'CREATE INDEX CONCURRENTLY "{own}" ON "{part}" {on}')
                editor.execute(f'ALTER INDEX "{name}" ATTACH PARTITION "{own}"')

    def undo(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(f'DROP INDEX IF EXISTS "{name}"')

    return migrations.RunPython(apply, undo)


def partition_by_month(table: str) -> migrations.RunPython:
    """Turn a fresh, empty ``table`` into one that is split by the month in its UUIDv7 ``id``."""

    def apply(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(f'CREATE TABLE "{table}_split" (LIKE "{table}" INCLUDING ALL) PARTITION BY RANGE (id)')
        editor.execute(f'DROP TABLE "{table}"')
        editor.execute(f'ALTER TABLE "{table}_split" RENAME TO "{table}"')
        editor.execute(f'ALTER TABLE "{table}" ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()')
        editor.execute(f"COMMENT ON COLUMN \"{table}\".tx IS 'internal: the writing transaction, for sealing'")
        editor.execute(f"SELECT kuaiji_ensure_partitions('{table}', '{settings.APP_ROLE}', 24)")

    return migrations.RunPython(apply, migrations.RunPython.noop)


def sealable(table: str) -> migrations.RunPython:
    """What the sealing loop needs of a table that ``partition_by_month`` split: its rows found by transaction, and
    ``tx`` said by the database alone, never by the application's role."""

    def apply(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        with editor.connection.cursor() as cursor:
            columns = [column.name for column in editor.connection.introspection.get_table_description(cursor, table)]
        said = ", ".join(editor.quote_name(column) for column in columns if column != "tx")
        editor.execute(f'CREATE INDEX "{table}_tx" ON "{table}" (tx)')
        editor.execute(f'REVOKE INSERT ON "{table}" FROM "{settings.APP_ROLE}"')
        editor.execute(f'GRANT INSERT ({said}) ON "{table}" TO "{settings.APP_ROLE}"')

    return migrations.RunPython(apply, migrations.RunPython.noop)


FUNCTIONS = """
CREATE FUNCTION kuaiji_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- The smallest UUIDv7 of a moment.
CREATE FUNCTION kuaiji_uuid7_floor(moment timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Partitions from last month to `ahead` months from now; run as owner, harmless to run again.
CREATE FUNCTION kuaiji_ensure_partitions(parent text, app_role text, ahead int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    month timestamptz;
    part text;
    made int := 0;
BEGIN
    FOR step IN -1..ahead LOOP
        month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + make_interval(months => step);
        part := parent || '_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM');
        IF to_regclass(quote_ident(part)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent,
                kuaiji_uuid7_floor(month), kuaiji_uuid7_floor(month + interval '1 month'));
            EXECUTE format('REVOKE ALL ON %I FROM %I', part, app_role);
            EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I '
                'FOR EACH STATEMENT EXECUTE FUNCTION kuaiji_refuse_change()', part);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
"""
