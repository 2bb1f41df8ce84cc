"""What a house leaves behind, and which canaries are in it: its folder, its database in every shape, its answers."""

import base64
import contextlib
import dataclasses
import json
import re
import subprocess
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict

from kuaiji.common import witness
from kuaiji.house.postgres import Cluster
from people.canaries import Canary, Search
from people.http_visitor import HttpVisitor

COPIED = re.compile(rb"^COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)
TAB = b"\t"
OTHERS = re.compile(rb"^ *standins \|.*\n", re.MULTILINE)
# Registers open to all, searched by words of the person's choice: what is typed there stands in the address.
PUBLIC_SEARCHES = ("/directory/", "/collection/employers/")
DEMO = "/demo/"
ERRORS = (400, 403, 404, 405, 411, 413, 500, 503)  # not 409 and 422: a form that is shown again, to who sent it


# A job is gone as soon as it is done, often before whoever caused it has the answer: each is copied as it is written.
KEEP_JOBS = """
DROP SCHEMA IF EXISTS passing CASCADE;
CREATE SCHEMA passing;
CREATE TABLE passing.kept (row text NOT NULL);
CREATE FUNCTION passing.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS
$$ BEGIN INSERT INTO passing.kept VALUES (row_to_json(NEW)::text); RETURN NULL; END $$;
CREATE TRIGGER passing AFTER INSERT OR UPDATE ON public.procrastinate_jobs
    FOR EACH ROW EXECUTE FUNCTION passing.keep();
CREATE TRIGGER passing AFTER INSERT OR UPDATE ON public.procrastinate_events
    FOR EACH ROW EXECUTE FUNCTION passing.keep();
"""


@dataclasses.dataclass
class Passing:
    """What passed by and may be gone at the end: addresses and headers, error pages, rows of sessions and of jobs."""

    database: str
    pieces: set[tuple[str, bytes]] = dataclasses.field(default_factory=set)
    codes: set[str] = dataclasses.field(default_factory=set)

    @contextlib.contextmanager
    def keeping_jobs(self) -> Iterator["Passing"]:
        """Until the end every row of a job is kept for ``look``, however soon it is gone."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(KEEP_JOBS)
        try:
            yield self
        finally:
            with psycopg.connect(self.database, autocommit=True) as connection:
                connection.execute("DROP SCHEMA passing CASCADE")

    def look(self) -> None:
        """Remember the rows of this moment, and of jobs all since the last look; nothing when there is no database."""
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.database) as connection:
            for (data,) in connection.execute("SELECT session_data FROM identity_session"):
                self.pieces.add(("sessions", decoded_session(data)))
            for (row,) in connection.execute("DELETE FROM passing.kept RETURNING row"):
                self.pieces.add(("jobs", row.encode()))


class WatchedVisitor(HttpVisitor):
    """A visitor whose traffic is remembered, as a proxy on the way would log it."""

    def __init__(self, base_url: str, passing: Passing) -> None:
        super().__init__(base_url)
        self.passing = passing
        self.client.event_hooks = {"response": [self._answered]}

    def code_for(self, phone: str, *, after: Collection[str] = ()) -> str:
        """The newest code, remembered."""
        code = super().code_for(phone, after=after)
        self.passing.codes.add(code)
        return code

    def _answered(self, response: httpx.Response) -> None:
        path = response.request.url.path
        if path.startswith(DEMO):
            return
        self.passing.look()
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        if path not in PUBLIC_SEARCHES:
            self.passing.pieces.add(("addresses", f"{response.request.method} {response.request.url}\n{head}".encode()))
        response.read()
        if response.status_code in ERRORS:
            self.passing.pieces.add(("error pages", response.content))


@dataclasses.dataclass(frozen=True)
class Left:
    """What there is of a house whose database is ``cluster``'s, after people went through it."""

    canaries: list[Canary]
    passing: Passing
    home: Path
    cluster: Cluster

    def hits(self, canaries: list[Canary] | None = None) -> set[str]:
        """Where any of the canaries, or of these, stands; the stand-ins are other people's systems."""
        search = Search(self.canaries if canaries is None else canaries)
        skipped = [self.home / "postgres", self.home / "log" / "standins.log"]
        found = {*in_passing(self.passing, search), *in_folder(self.home, search, without=skipped)}
        server_log = search((self.cluster.folder / "server.log").read_bytes())
        found |= {f"server.log: {hit.canary.what} ({hit.form})" for hit in server_log}
        return found | set(in_dump(self.passing.database, self.cluster.binaries, search))

    @contextlib.contextmanager
    def planted(self, text: str) -> Iterator[None]:
        """``text`` in a line of a log in base64, in a column, and packed in a session; gone again afterwards."""
        log, before = self.home / "log" / "planted.log", set(self.passing.pieces)
        log.write_text(json.dumps({"event": "x", "reason": base64.b64encode(f"to {text}".encode()).decode()}))
        packed = base64.urlsafe_b64encode(zlib.compress(json.dumps({"x": text}).encode())).decode().rstrip("=")
        with psycopg.connect(self.passing.database, autocommit=True) as connection:
            connection.execute("UPDATE exchange_outboxmessage SET last_error = %s", [text])
            connection.execute(
                "INSERT INTO identity_session "
                "(session_key, session_data, expire_date, started_at, last_used_at, browser) "
                "VALUES ('planted', %s, now() + interval '1 minute', now(), now(), '')",
                [f".{packed}:x:x"],
            )
            try:
                self.passing.look()
                yield
            finally:
                connection.execute("UPDATE exchange_outboxmessage SET last_error = ''")
                connection.execute("DELETE FROM identity_session WHERE session_key = 'planted'")
                log.unlink()
                self.passing.pieces = before


def planted_hits(what: str) -> set[str]:
    """What ``hits`` gives for a canary planted by ``Left.planted``."""
    return {
        f"log/planted.log: {what} (base64)",
        f"exchange_outboxmessage.last_error: {what} (plain)",
        f"sessions: {what} (plain)",
    }


def decoded_session(data: str) -> bytes:
    """The JSON in a row of a session."""
    text = data.partition(":")[0]
    packed = text.lstrip(".")
    plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    return zlib.decompress(plain) if text.startswith(".") else plain


def in_passing(passing: Passing, search: Search) -> Iterator[str]:
    """Hits in what passed by."""
    for what, piece in passing.pieces:
        yield from (f"{what}: {hit.canary.what} ({hit.form})" for hit in search(piece))


def in_folder(folder: Path, search: Search, *, without: Collection[Path] = ()) -> Iterator[str]:
    """Hits in the files of ``folder`` and in their names, but for what lies under ``without``."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(other) for other in without):
            place = path.relative_to(folder)
            for hit in (*search(_read(path)), *search(str(place).encode())):
                yield f"{place}: {hit.canary.what} ({hit.form})"


def _read(path: Path) -> bytes:
    """The file; empty when it is gone by now. The supervisor's own output repeats lines of other people's systems."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    return OTHERS.sub(b"", data) if path.name == "run.log" else data


def in_dump(database: str, binaries: Path, search: Search) -> Iterator[str]:
    """Hits in what ``pg_dump`` writes, except where a column's comment allows that canary."""
    dump, comments = dumped(database, binaries), comments_of(database)
    for block in COPIED.finditer(dump):
        table, columns = block[1].decode(), block[2].decode().replace('"', "").split(", ")
        for hit in search(block[3]):
            start = block[3].rfind(b"\n", 0, hit.at) + 1
            place = f"{table}.{columns[block[3].count(TAB, start, hit.at)]}"
            if not is_allowed(hit.canary, comments.get(place, "")):
                yield f"{place}: {hit.canary.what} ({hit.form})"
    yield from (f"the dump: {hit.canary.what} ({hit.form})" for hit in search(COPIED.sub(b"", dump)))


def is_allowed(canary: Canary, comment: str) -> bool:
    """May the canary stand in a column with that comment?"""
    return bool(canary.plain) and comment.startswith(canary.plain)


def dumped(database: str, binaries: Path) -> bytes:
    """The database as text."""
    parts = conninfo_to_dict(database)
    names = {"host": "PGHOST", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    env = {name: str(parts[part]) for part, name in names.items()}
    command = [str(binaries / "pg_dump"), f"--exclude-schema={witness.SCHEMA}"]  # digests, which the owner may not read
    return subprocess.run(command, env=env, check=True, capture_output=True, cwd="/").stdout


def comments_of(database: str) -> dict[str, str]:
    """The comment of every column: ``table.column``."""
    query = (
        "SELECT c.relname || '.' || a.attname, col_description(c.oid, a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid WHERE col_description(c.oid, a.attnum) IS NOT NULL"
    )
    with psycopg.connect(database) as connection:
        return dict(connection.execute(query).fetchall())
