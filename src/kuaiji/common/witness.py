"""The witness: a schema beside the platform's tables that the owner of those tables cannot write (docs/adr/0058).

What each row of an insert-only table was when it was written stands there until the row is sealed, and what every seal
was for good. Its role signs nobody in and has no members; a superuser makes all of it, once for each database.
"""

from psycopg import sql

ROLE = SCHEMA = "kuaiji_witness"
TRIGGER = "kuaiji_witness"


def statements(*, owner: str, app: str) -> sql.Composed:
    """What a superuser runs in a platform's database whose roles are named so; harmless to run again."""
    return sql.SQL(_TEXT).format(owner=sql.Identifier(owner), app=sql.Identifier(app))


_TEXT = """
DO $$ BEGIN
    CREATE ROLE kuaiji_witness NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
CREATE SCHEMA IF NOT EXISTS kuaiji_witness AUTHORIZATION kuaiji_witness;
SET ROLE kuaiji_witness;

-- A row as it was written, until it is sealed.
CREATE TABLE IF NOT EXISTS kuaiji_witness.written (
    tx xid8 NOT NULL, place text NOT NULL, id uuid NOT NULL, columns int NOT NULL, digest bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS written_tx ON kuaiji_witness.written (tx);
-- Every seal that was ever made, with the rows that were not as they had been written: place, missing, changed, extra.
CREATE TABLE IF NOT EXISTS kuaiji_witness.sealed (
    at bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint NOT NULL, mac text NOT NULL, unlike jsonb NOT NULL
);
-- Rows of older transactions had no witness yet.
CREATE TABLE IF NOT EXISTS kuaiji_witness.begun (since xid8 NOT NULL);

CREATE OR REPLACE FUNCTION kuaiji_witness.write_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO kuaiji_witness.written (tx, place, id, columns, digest)
    SELECT pg_catalog.pg_current_xact_id(), TG_TABLE_NAME, said.id, pg_catalog.get_byte(said.sent, 3),
        pg_catalog.sha256(said.sent)
    FROM (SELECT added.id, pg_catalog.record_send(added) AS sent FROM added) AS said;
    RETURN NULL;
END $$;

-- Rows from one transaction up to another that are not as they were written. One statement sees one moment.
CREATE OR REPLACE FUNCTION kuaiji_witness.unlike(from_tx bigint, to_tx bigint)
RETURNS TABLE (place text, missing bigint, changed bigint, extra bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    FOREACH place IN ARRAY ARRAY['audit_operation', 'audit_event', 'audit_accesslog'] LOOP
        EXECUTE pg_catalog.format($q$
            SELECT count(*) FILTER (WHERE r.id IS NULL),
                count(*) FILTER (WHERE w.columns = get_byte(r.sent, 3) AND w.digest <> sha256(r.sent)),
                count(*) FILTER (WHERE w.id IS NULL)
            FROM (SELECT id, columns, digest FROM kuaiji_witness.written WHERE place = %1$L AND tx >= $1 AND tx < $2) w
            FULL JOIN (SELECT id, tx, record_send(t) AS sent FROM public.%1$I t WHERE tx >= $1 AND tx < $2) r
                ON r.id = w.id
            WHERE w.id IS NOT NULL OR r.tx >= (SELECT min(since) FROM kuaiji_witness.begun)
        $q$, place) INTO missing, changed, extra USING from_tx::text::xid8, to_tx::text::xid8;
        IF missing + changed + extra > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION kuaiji_witness.compare() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO kuaiji_witness.sealed (number, mac, unlike)
    SELECT NEW.number, NEW.mac, coalesce(
        (SELECT pg_catalog.jsonb_object_agg(u.place, pg_catalog.jsonb_build_array(u.missing, u.changed, u.extra))
         FROM kuaiji_witness.unlike(NEW.from_tx, NEW.to_tx) u), '{{}}');
    DELETE FROM kuaiji_witness.written WHERE tx < NEW.to_tx::text::xid8;
    RETURN NULL;
END $$;

-- Called by whoever attaches the triggers, in the same transaction: whoever wrote without them has ended by now.
CREATE OR REPLACE FUNCTION kuaiji_witness.begin() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO kuaiji_witness.begun SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
    WHERE NOT EXISTS (SELECT FROM kuaiji_witness.begun)
$$;

-- After an older state was put back, by a superuser alone: what the witness knew of the newer one counts no more.
CREATE OR REPLACE FUNCTION kuaiji_witness.begin_anew() RETURNS void LANGUAGE sql SET search_path = '' AS $$
    DELETE FROM kuaiji_witness.written;
    DELETE FROM kuaiji_witness.sealed;
    DELETE FROM kuaiji_witness.begun;
    INSERT INTO kuaiji_witness.begun SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kuaiji_witness FROM PUBLIC;
GRANT USAGE ON SCHEMA kuaiji_witness TO {owner}, {app};
GRANT EXECUTE ON FUNCTION kuaiji_witness.write_down(), kuaiji_witness.compare(), kuaiji_witness.begin() TO {owner};
GRANT EXECUTE ON FUNCTION kuaiji_witness.unlike(bigint, bigint) TO {app};
GRANT SELECT ON kuaiji_witness.sealed, kuaiji_witness.begun TO {app};
RESET ROLE;
"""
