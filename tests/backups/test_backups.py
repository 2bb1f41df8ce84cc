"""A copy is everything at one moment, and comes back whole or not at all; on another server too."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit import seals
from kuaiji.common.keyring import generate_keyring
from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from kuaiji.identity.models import User
from people.houses.platform_commands import draw_pictures
from people.houses.stack import opened_home
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user

pytestmark = pytest.mark.race


class Place:
    """A database and a folder, and what the command line does there."""

    def __init__(self, development: Development, server: Server, database: str, home: Path) -> None:
        server.ensure_database(database)
        server.ensure_witness(database)
        owner_url = server.url(server.owner, database)
        self.home, self.owner_url = home, owner_url
        self.env = {
            **development.platform_env(database),
            "DATABASE_URL": server.url(server.app, database),
            "DATABASE_OWNER_URL": owner_url,
            "KUAIJI_HOME": str(home),
            "KUAIJI_KEYRING": os.environ["KUAIJI_KEYRING"],
            "KUAIJI_SEALS": os.environ["KUAIJI_SEALS"],
            "KUAIJI_DEMO": "0",
        }

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, umask: int = -1
    ) -> "subprocess.CompletedProcess[str]":
        """``umask`` -1: as ours."""
        command = [sys.executable, "-W", "error", "-m", "kuaiji.cli", *words]
        said = {**self.env, **(env or {})}
        return subprocess.run(command, env=said, capture_output=True, text=True, check=False, timeout=100, umask=umask)

    def backup(self, folder: Path, *, umask: int = -1) -> Path:
        done = self.run("backup", str(folder), umask=umask)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(statement).fetchall()


def modes(folder: Path) -> set[str]:
    """Who may read the folder and what is in it."""
    return {oct(path.stat().st_mode)[-3:] for path in (folder, *folder.rglob("*"))}


@pytest.fixture
def place(
    development: Development,
    server: Server,
    cloned_database: str,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    """Two people with records and pictures, whose doings are sealed."""
    seals_folder = tmp_path / "seals"
    seals_folder.mkdir()
    monkeypatch.setenv("KUAIJI_SEALS", str(seals_folder))
    for seed in (1, 2):
        person = make_person(random.Random(seed), status="1")
        user = make_user(person)
        fill_in(user, person)
        submit(user)
        draw_pictures(user)
    assert seals.seal_waiting()
    return Place(development, server, cloned_database, tmp_path)


@pytest.fixture
def other_server(tmp_path: Path) -> Iterator[tuple[Development, Server]]:
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o711)
    tmp_path.chmod(0o711)
    with opened_home(home) as development:
        cluster = development.cluster
    assert cluster
    with cluster.running():
        development.server.ensure_roles()
        yield development, development.server


def test_everything_comes_back_on_another_server(
    place: Place, other_server: tuple[Development, Server], tmp_path: Path
) -> None:
    copy = place.backup(tmp_path / "copies", umask=0)
    assert modes(copy) == {"700", "600"} and {oct(part.stat().st_mode)[-3:] for part in copy.iterdir()} == {"600"}
    development, server = other_server
    there = Place(development, server, "kuaiji_again", tmp_path / "again")
    done = there.run("restore", str(copy), umask=0)
    assert done.returncode == 0, done.stdout + done.stderr
    assert modes(there.home / "files") == {"700", "600"}
    verified = there.run("verify-audit")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    [[number]] = there.sql("SELECT pg_current_xact_id()::text::bigint")
    [[sealed]] = there.sql("SELECT max(to_tx) FROM audit_seal")
    assert isinstance(number, int) and isinstance(sealed, int) and number > sealed
    ours = sorted(str(path.relative_to(place.home / "files")) for path in (place.home / "files").rglob("*"))
    assert ours == sorted(str(path.relative_to(there.home / "files")) for path in (there.home / "files").rglob("*"))
    assert there.run("manage", "migrate", "--check").returncode == 0
    for_later = "SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1"
    assert there.sql(for_later) == place.sql(for_later) != []


def test_with_replace_the_past_takes_the_place_of_the_present(place: Place, tmp_path: Path) -> None:
    copy = place.backup(tmp_path / "copies")
    connections.close_all()
    user = User.objects.first()
    assert user
    User.objects.filter(pk=user.pk).update(name="改了名")
    picture = Attachment.objects.filter(person_key=user.person_key_id).first()
    assert picture
    (place.home / "files" / picture.storage_key).unlink()
    refused = place.run("restore", str(copy))
    assert refused.returncode and "已经有表" in refused.stderr
    assert User.objects.get(pk=user.pk).name == "改了名"
    connections.close_all()
    done = place.run("restore", str(copy), "--replace")
    assert done.returncode == 0, done.stdout + done.stderr
    again = User.objects.select_related("person_key").get(pk=user.pk)
    assert again.name == user.name and again.document_number == user.document_number
    assert read_attachment(Attachment.objects.select_related("person_key").get(pk=picture.pk))


def test_what_is_not_whole_or_not_ours_changes_nothing(place: Place, tmp_path: Path) -> None:
    copy = place.backup(tmp_path / "copies")

    def refusal(**env: str) -> str:
        connections.close_all()
        done = place.run("restore", str(copy), "--replace", env=env)
        assert done.returncode and User.objects.count() == 2
        return done.stderr

    assert "不是用这个钥匙环" in refusal(KUAIJI_KEYRING=generate_keyring())
    other = json.loads(generate_keyring())
    other["fingerprint"] = {"current": "f9", "keys": {"f9": other["fingerprint"]["keys"]["f1"]}}
    assert "钥匙环里没有密钥 f1" in refusal(KUAIJI_KEYRING=json.dumps(other))
    assert "的备份，本平台是" in refusal(KUAIJI_PROFILE="shenzhen")
    assert "数据库未改动" in refusal(KUAIJI_PG_BIN="/nowhere")
    dump, manifest = copy / "database.dump", copy / "manifest.json"
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "database.dump 缺失或被改过" in refusal()
    dump.write_bytes(whole)
    said = manifest.read_text()
    manifest.write_text(said.replace('"identity_user": 2', '"identity_user": 3'))
    assert "manifest.json 被改过" in refusal()
    manifest.unlink()
    assert "没有做完" in refusal()


def test_what_was_cut_short_is_ended_by_the_next_try(place: Place, tmp_path: Path) -> None:
    connections.close_all()
    with psycopg.connect(place.owner_url) as connection:
        connection.execute("ALTER SCHEMA public RENAME TO kuaiji_replaced")
        connection.execute("CREATE SCHEMA public")
    assert place.run("restore", str(tmp_path / "nothing"), "--replace").returncode
    assert User.objects.count() == 2


def test_a_copy_that_fails_leaves_nothing(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    done = place.run("backup", str(folder), env={"KUAIJI_PG_BIN": "/nowhere"})
    assert done.returncode and "没有这个程序" in done.stderr
    assert list(folder.iterdir()) == []
