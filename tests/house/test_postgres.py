"""The embedded server: made once, started again, gone with its parent, and closed to what the app must not do."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from kuaiji.house.databases import Role, Server
from kuaiji.house.postgres import (
    LONGEST_SOCKET_FOLDER,
    MEGABYTE,
    memory_of_this_machine,
    open_cluster,
    sizes_for,
)
from people.houses.processes import is_alive, wait_for

PASSWORD = "for-this-test-only"
DATABASE = "house_roles"
PARENT = """
import sys, time
from pathlib import Path
from kuaiji.house.postgres import open_cluster
with open_cluster(Path(sys.argv[1]), sys.argv[2], durable=False).running():
    print("ready", flush=True)
    time.sleep(1000)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that the system user of the database can pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="kuaiji-house-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "postgres"


def test_data_outlives_the_server(folder: Path) -> None:
    for kept in (0, 1):
        cluster = open_cluster(folder, PASSWORD, durable=False)
        with cluster.running(), psycopg.connect(cluster.admin_url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS visit ()")
            assert _count(connection, "visit") == kept
            connection.execute("INSERT INTO visit DEFAULT VALUES")


@pytest.mark.parametrize(
    ("gigabytes", "shared", "wal"),
    [(0.5, 128, 1024), (1, 128, 1024), (8, 1024, 1024), (24, 3072, 3072), (64, 8192, 4096), (512, 8192, 4096)],
)
def test_the_server_takes_its_share_of_the_machine(gigabytes: float, shared: int, wal: int) -> None:
    sizes = sizes_for(int(gigabytes * 1024) * MEGABYTE)
    assert (sizes["shared_buffers"], sizes["max_wal_size"]) == (f"{shared}MB", f"{wal}MB")


def test_only_a_server_that_stays_is_sized_by_the_machine(folder: Path) -> None:
    """And the real server takes every word of it."""
    for durable, shared in ((False, "128MB"), (True, sizes_for(memory_of_this_machine())["shared_buffers"])):
        cluster = open_cluster(folder, PASSWORD, durable=durable)
        with cluster.running(), psycopg.connect(cluster.admin_url) as connection:
            row = connection.execute(
                "SELECT pg_size_bytes(current_setting('shared_buffers')), pg_size_bytes(%s)", [shared]
            )
            found, wanted = row.fetchone() or (0, -1)
            assert found == wanted
            problem = connection.execute("SELECT error FROM pg_file_settings WHERE error IS NOT NULL").fetchall()
            assert problem == []


def test_the_server_ends_with_its_parent_and_comes_back(folder: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder), PASSWORD], stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        parent.kill()
    with open_cluster(folder, PASSWORD, durable=False).running():
        wait_for(lambda: not is_alive(server))


def test_a_pid_file_whose_number_went_to_another_program_does_not_stop_the_start(folder: Path) -> None:
    cluster = open_cluster(folder, PASSWORD, durable=False)
    cluster.prepare()
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n{cluster.socket}\n\n 0 0\n")
    shutil.chown(pid_file, cluster.data.stat().st_uid)
    with cluster.running():
        psycopg.connect(cluster.admin_url).close()


def test_a_cluster_whose_making_was_cut_short_is_made_anew(folder: Path) -> None:
    cluster = open_cluster(folder, PASSWORD, durable=False)
    (folder / "data.new").mkdir()
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    with cluster.running():
        psycopg.connect(cluster.admin_url).close()


def test_a_running_server_is_used_and_left_running(folder: Path) -> None:
    cluster = open_cluster(folder, PASSWORD, durable=False)
    with cluster.running():
        with cluster.available():
            psycopg.connect(cluster.admin_url).close()
        psycopg.connect(cluster.admin_url).close()
    wait_for(lambda: not (cluster.data / "postmaster.pid").exists())


def test_a_deep_folder_gets_a_short_socket(folder: Path) -> None:
    cluster = open_cluster(folder.parent / ("long" * 30), PASSWORD, durable=False)
    assert len(os.fsencode(cluster.socket)) <= LONGEST_SOCKET_FOLDER
    with cluster.running():
        psycopg.connect(cluster.admin_url).close()
    cluster.socket.rmdir()


def test_a_private_folder_is_not_opened_for_the_server(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cluster = open_cluster(tmp_path / "postgres", PASSWORD, durable=False)
    try:
        with cluster.running():
            psycopg.connect(cluster.admin_url).close()
        assert (tmp_path / "postgres").resolve() == cluster.folder
        assert cluster.folder.is_relative_to("/var/lib") == (cluster.user is not None)
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(cluster.folder)


def test_no_way_in_without_the_password(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url(Role(server.app.name, "wrong"), "postgres"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "ALTER TABLE paper ADD COLUMN more int",
        "DROP TABLE paper",
        "TRUNCATE paper",
        "CREATE SCHEMA more",
        "CREATE DATABASE more",
        "CREATE ROLE more",
        "SET ROLE kuaiji_owner",
    ],
)
def test_the_app_works_on_rows_only(server: Server, statement: str) -> None:
    server.ensure_database(DATABASE)
    with psycopg.connect(server.url(server.owner, DATABASE)) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS paper (id int GENERATED ALWAYS AS IDENTITY, title text)")
    with psycopg.connect(server.url(server.app, DATABASE), autocommit=True) as app:
        app.execute("INSERT INTO paper (title) VALUES ('a')")
        app.execute("UPDATE paper SET title = 'b'")
        app.execute("DELETE FROM paper")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement.encode())


def test_the_app_never_waits_long(server: Server) -> None:
    with psycopg.connect(server.url(server.app, "postgres")) as app:
        limits = [app.execute(f"SHOW {name}".encode()).fetchone() for name in ("statement_timeout", "lock_timeout")]
    assert limits == [("10s",), ("5s",)]


WITNESS_ROLE = """
DO $$ BEGIN CREATE ROLE kuaiji_witness NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$
"""


def test_a_server_you_have_needs_no_superuser(server: Server) -> None:
    """The role of DATABASE_URL may be one that can only create roles and databases."""
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("CREATE ROLE landlord LOGIN CREATEDB CREATEROLE PASSWORD 'let-me-in'")
        # Other tests may have made it on this server; there, whoever made it has this right of its own accord.
        admin.execute(WITNESS_ROLE)
        admin.execute("GRANT kuaiji_witness TO landlord WITH ADMIN OPTION")
    given = Server(
        admin_url=server.url(Role("landlord", "let-me-in"), "postgres"),
        owner=Role("tenant_owner", "one"),
        app=Role("tenant_app", "two"),
    )
    for _ in range(2):
        given.ensure_roles()
        given.ensure_database("tenant")
        given.ensure_witness("tenant")
        given.ensure_witness("tenant")
    given.set_stamp("tenant", "it's here")
    assert given.stamp("tenant") == "it's here"
    with psycopg.connect(given.url(given.owner, "tenant")) as owner:
        owner.execute("CREATE TABLE paper ()")
    with psycopg.connect(given.url(given.app, "tenant")) as app:
        assert _count(app, "paper") == 0
    given.drop("tenant")


def test_a_clone_has_the_rows_and_the_rights_of_its_template(server: Server) -> None:
    server.ensure_database("house_template")
    with psycopg.connect(server.url(server.owner, "house_template")) as owner:
        owner.execute("CREATE TABLE paper AS SELECT 1 AS id")
    server.clone("house_template", "house_clone")
    with psycopg.connect(server.url(server.app, "house_clone")) as app:
        assert _count(app, "paper") == 1
    server.drop("house_clone")


def _count(connection: psycopg.Connection[tuple[int]], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return row[0]
