"""Roles and databases on a PostgreSQL server, embedded or given: the owner migrates, the app reads and writes rows."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from kuaiji.common import witness
from kuaiji.house import HouseError

OLDEST_SERVER = 150000
# The app never waits long: a request that would is better refused than queued.
APP_LIMITS = {"statement_timeout": "10s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """A server where the role of ``admin_url`` may create roles and databases, and the two roles of all of ours."""

    admin_url: str = field(repr=False)
    owner: Role
    app: Role

    def url(self, role: Role, database: str) -> str:
        """The address of ``database`` for ``role``."""
        parts = urlsplit(self.admin_url)
        host = parts.netloc.rpartition("@")[2]
        credentials = f"{quote(role.name, safe='')}:{quote(role.password, safe='')}"
        return parts._replace(netloc=f"{credentials}@{host}", path=f"/{database}").geturl()

    def ensure_roles(self) -> None:
        """Make both roles, or set their passwords and limits anew. Raises HouseError when the server refuses."""
        with self._admin() as connection:
            for role in (self.owner, self.app):
                _ensure_role(connection, role)
            for setting, value in APP_LIMITS.items():
                _run(connection, "ALTER ROLE {} SET {} = {}", self.app.name, setting, sql.Literal(value))

    def ensure_database(self, name: str) -> None:
        """Make ``name`` if it is missing: owned by the owner, open to the app for the rows of its tables only."""
        with self._admin() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            _run(connection, "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'", name, self.owner.name)
            self._open_to_app(connection, name)
        with psycopg.connect(self.url(self.owner, name), autocommit=True) as connection:
            _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
            _run(connection, "GRANT USAGE ON SCHEMA public TO {}", self.app.name)
            for grant in (
                "SELECT, INSERT, UPDATE, DELETE ON TABLES",
                "USAGE, SELECT ON SEQUENCES",
                "EXECUTE ON FUNCTIONS",
            ):
                _run(connection, f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {grant} TO {{}}", self.app.name)

    def ensure_witness(self, name: str) -> None:
        """Make the witness of a platform's database, which only a superuser, or whoever made its role, can undo."""
        with self._admin(name) as connection:
            if not _is_superuser(connection):
                _join(connection, witness.ROLE)
            connection.execute(witness.statements(owner=self.owner.name, app=self.app.name))

    def clone(self, template: str, name: str) -> None:
        """Make ``name`` as a copy of ``template``, to which nobody may be connected."""
        with self._admin() as connection:
            copy: LiteralString = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"  # writes no log
            _run(connection, copy, name, self.owner.name, template)
            self._open_to_app(connection, name)

    def drop(self, name: str) -> None:
        """Remove the database ``name`` if it is there, ending the connections to it."""
        with self._admin() as connection:
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def stamp(self, name: str) -> str:
        """What ``set_stamp`` left on the database ``name``; empty when nothing was left."""
        with self._admin() as connection:
            query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
            row = connection.execute(query, [name]).fetchone()
        return str(row[0]) if row and row[0] else ""

    def set_stamp(self, name: str, text: str) -> None:
        """Leave ``text`` on the database ``name``, as its comment: it goes where the data goes."""
        with self._admin() as connection:
            _run(connection, "COMMENT ON DATABASE {} IS {}", name, sql.Literal(text))

    def _open_to_app(self, connection: Connection, name: str) -> None:
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
        _run(connection, "GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", name, self.app.name)

    @contextlib.contextmanager
    def _admin(self, database: str = "") -> Iterator[Connection]:
        try:
            with psycopg.connect(
                self.admin_url, autocommit=True, connect_timeout=5, dbname=database or None
            ) as connection:
                if connection.info.server_version < OLDEST_SERVER:
                    raise HouseError("PostgreSQL 需要 15 或更新的版本。\nPostgreSQL 15 or newer is needed.")
                yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise HouseError(
                "DATABASE_URL 的角色要能建角色和数据库（CREATEROLE CREATEDB）。\n"
                f"The role of DATABASE_URL must be able to create roles and databases: {error}"
            ) from error
        except psycopg.OperationalError as error:
            raise HouseError(f"连不上数据库，请检查 DATABASE_URL。\nNo connection to the database: {error}") from error


def _ensure_role(connection: Connection, role: Role) -> None:
    """Superuser, database or role creation are never given: CREATE ROLE leaves them out by default."""
    verifier = connection.pgconn.encrypt_password(role.password.encode(), role.name.encode(), b"scram-sha-256")
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    verb: LiteralString = "ALTER" if exists else "CREATE"
    _run(connection, verb + " ROLE {} LOGIN PASSWORD {}", role.name, sql.Literal(verifier.decode()))
    if not _is_superuser(connection):
        _run(connection, "GRANT {} TO CURRENT_USER", role.name)


def _join(connection: Connection, name: str) -> None:
    """Who is no superuser must be a member of a role to make what belongs to it."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        _run(connection, "CREATE ROLE {} NOLOGIN", name)
    _run(connection, "GRANT {} TO CURRENT_USER", name)


def _is_superuser(connection: Connection) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _run(connection: Connection, statement: LiteralString, *parts: str | sql.Composable) -> None:
    """Run ``statement`` with names quoted as identifiers."""
    quoted = [sql.Identifier(part) if isinstance(part, str) else part for part in parts]
    connection.execute(sql.SQL(statement).format(*quoted))
