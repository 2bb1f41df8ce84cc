"""Statements by which the app role might change what happened, or give itself the right to. Every one is refused."""

from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.common import clock

TABLES = sealed_tables()
GROWING = (*TABLES, "audit_seal", "accountants_recordversion")
MONTH = f"{clock.now():%Y%m}"
OF_AN_OLD_TRANSACTION = (
    "INSERT INTO audit_operation (id, kind, actor_kind, at, reason, request_id, tx)"
    " VALUES (gen_random_uuid(), 'draft_saving', 'system', now(), '', '', '1')"
)

ATTACKS = (
    *(f"{verb} {table}" for table in GROWING for verb in ("DELETE FROM", "TRUNCATE")),
    *(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in TABLES),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in GROWING),
    *(f"DROP TABLE {table}" for table in GROWING),
    "UPDATE audit_operation SET reason = 'x'",
    "UPDATE audit_event SET kind = 'x'",
    "UPDATE audit_accesslog SET outcome = 'x'",
    "UPDATE audit_seal SET mac = 'x'",
    "UPDATE accountants_recordversion SET number = 9",
    "SELECT * FROM audit_event FOR UPDATE",
    "INSERT INTO audit_event SELECT * FROM audit_event ON CONFLICT (id) DO UPDATE SET kind = 'x'",
    "MERGE INTO audit_event e USING audit_event o ON e.id = o.id WHEN MATCHED THEN DELETE",
    OF_AN_OLD_TRANSACTION,
    "INSERT INTO audit_event SELECT * FROM audit_event",
    "COPY audit_accesslog FROM STDIN",
    f"ALTER TABLE audit_event DETACH PARTITION audit_event_{MONTH}",
    f"SELECT * FROM audit_event_{MONTH}",
    f"DELETE FROM audit_event_{MONTH}",
    f"INSERT INTO audit_event_{MONTH} SELECT * FROM audit_event",
    f"DROP TABLE audit_event_{MONTH}",
    "ALTER TABLE audit_event ALTER COLUMN tx SET DEFAULT '1'",
    "ALTER TABLE audit_event RENAME TO mine",
    "ALTER TABLE audit_event OWNER TO CURRENT_USER",
    "DROP INDEX audit_event_tx",
    "CREATE RULE quiet AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    "CREATE TRIGGER quiet BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION kuaiji_refuse_change()",
    "DROP TRIGGER audit_event_insert_only ON audit_event",
    "CREATE OR REPLACE FUNCTION kuaiji_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION kuaiji_refuse_change() CASCADE",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "DROP SCHEMA public CASCADE",
    "SET session_replication_role = replica",
    # A grant without the right to grant is only a warning, so its fruit is tried.
    "GRANT UPDATE ON audit_event TO CURRENT_USER; UPDATE audit_event SET kind = 'x'",
    "GRANT kuaiji_owner TO CURRENT_USER",
    "SET ROLE kuaiji_owner",
    "SET SESSION AUTHORIZATION kuaiji_owner",
    "REASSIGN OWNED BY kuaiji_owner TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "UPDATE pg_class SET relowner = 1 WHERE relname = 'audit_event'",
    "COPY audit_event TO PROGRAM 'true'",
)
