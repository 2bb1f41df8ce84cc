"""Making a copy while people work, and taking it back: all of it or nothing."""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from psycopg import sql

from kuaiji.accountants.models import Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.models import Seal
from kuaiji.audit.proving.witness import attach
from kuaiji.backups import copies
from kuaiji.backups.copies import DATABASE, FILES, CopyUnusable, Manifest
from kuaiji.backups.tools import run
from kuaiji.common import clock, witness
from kuaiji.common.keyring import SealBroken
from kuaiji.common.profile import profile

SAMPLE = 100
MARGIN = 1_000_000  # transactions that may have been under way after the newest seal
STEP = 1_000_000  # transactions counted in one statement, some seconds

Say = Callable[[str], object]
_Row = TypeVar("_Row", bound=Model)


class NotEmpty(Exception):
    """There is something here already; says what."""


class NotTheSame(Exception):
    """What was restored differs from what was copied; the message says where."""


def make(folder: Path) -> tuple[Path, Manifest]:
    """A new copy below ``folder``: the database as it was at one moment, then the files. As the owner role.

    Raises ToolFailed, OSError; nothing is left then.
    """
    now = clock.now()
    copy = folder / f"{profile().slug}-{now:%Y%m%dT%H%M%SZ}"
    part = copy.with_name(f"{copy.name}.part")
    part.mkdir(mode=0o700, parents=True)
    try:
        rows, seal = _dump(part / DATABASE)
        files = copies.pack(storage.folder(), part / FILES)
        parts = {name: copies.measure(part / name) for name in (DATABASE, FILES)}
        manifest = Manifest(profile().slug, now.isoformat(), rows, seal, files, parts)
        copies.write(part, manifest)
        part.rename(copy)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return copy, manifest


def restore(copy: Path, *, replace: bool, say: Say) -> Manifest:
    """Take ``copy`` back into the database and the folder of the settings. As the owner role, while nothing else runs.

    With ``replace`` what is there goes, once the copy is in; without it there must be nothing. Raises CopyUnusable,
    NotEmpty, ToolFailed before anything has changed, NotTheSame when all is done and found different.
    """
    _end_what_was_cut_short()
    manifest = copies.read(copy)
    if manifest.profile != profile().slug:
        raise CopyUnusable(f"这是 {manifest.profile} 的备份，本平台是 {profile().slug}（KUAIJI_PROFILE）")
    if not replace:
        _refuse_what_is_there()
    fresh = storage.folder().with_name("files.restored")
    shutil.rmtree(fresh, ignore_errors=True)
    copies.unpack(copy / FILES, fresh)
    say("文件已解出，开始恢复数据库")
    with _set_aside():
        target = f"--dbname={connection.settings_dict['NAME']}"
        run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", target, str(copy / DATABASE))
    shutil.rmtree(storage.folder(), ignore_errors=True)
    fresh.rename(storage.folder())
    _count_on(say)
    attach()
    _compare(manifest)
    return manifest


def _dump(target: Path) -> tuple[dict[str, int], tuple[int, str] | None]:
    """The database at one moment, and what it held then."""
    copies.private(target).close()  # pg_dump writes into what is there, and keeps who may read it
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        rows, seal = _rows(), _newest_seal()
        run(
            "pg_dump",
            "--format=custom",
            f"--exclude-schema={witness.SCHEMA}",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
    return rows, seal


@contextlib.contextmanager
def _set_aside() -> Iterator[None]:
    """What is there keeps another name inside the block, comes back when it fails, and goes when it does not."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public RENAME TO kuaiji_replaced")
        cursor.execute("CREATE SCHEMA public")
    try:
        yield
    finally:
        _end_what_was_cut_short()


def _end_what_was_cut_short() -> None:
    """Tables come in one transaction: where there are any the old ones go, else they come back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'kuaiji_replaced'")
        if cursor.fetchone() is None:
            return
        if _rows():
            cursor.execute("DROP SCHEMA kuaiji_replaced CASCADE")
        else:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("ALTER SCHEMA kuaiji_replaced RENAME TO public")


def _rows() -> dict[str, int]:
    """How many rows each table has, partitions one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        counts = {name: 0 for (name,) in cursor.fetchall()}
        for name in counts:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            [counts[name]] = cursor.fetchone()
    return counts


def _newest_seal() -> tuple[int, str] | None:
    newest = Seal.objects.order_by("-number").first()
    return (newest.number, newest.mac) if newest else None


def _refuse_what_is_there() -> None:
    if _rows():
        raise NotEmpty(f"数据库 {connection.settings_dict['NAME']} 里已经有表")
    if storage.folder().is_dir() and any(storage.folder().iterdir()):
        raise NotEmpty(f"{storage.folder()} 里已经有文件")


def _count_on(say: Say) -> None:
    """Let the server's transaction numbers go on where the seals end: it counts from its own beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(to_tx) FROM audit_seal")
        [sealed] = cursor.fetchone()
        until = sealed + MARGIN if sealed else 0
        cursor.execute("SET synchronous_commit = off")
        while (now := _counter(cursor)) < until:
            say(f"正在推进事务编号：还差 {until - now}")
            cursor.execute("SELECT set_config('kuaiji.count_until', %s, false)", [str(min(until, now + STEP))])
            cursor.execute(
                "DO $$ DECLARE past bigint := current_setting('kuaiji.count_until'); BEGIN"
                " WHILE pg_current_xact_id()::text::bigint < past LOOP COMMIT; END LOOP; END $$"
            )
        cursor.execute("SET synchronous_commit = on")


def _counter(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT pg_current_xact_id()::text::bigint")
    return int(cursor.fetchone()[0])


def _compare(manifest: Manifest) -> None:
    """Rows, the newest seal, and whether people and pictures can be opened."""
    rows, wrong = _rows(), []
    differ = sorted(name for name in rows.keys() | manifest.rows.keys() if rows.get(name) != manifest.rows.get(name))
    if differ:
        wrong.append(f"行数不同：{'、'.join(differ)}")
    seal = _newest_seal()
    if (list(seal) if seal else None) != (list(manifest.seal) if manifest.seal else None):
        wrong.append("最新的封条不同")
    if unreadable := _unreadable():
        wrong.append(f"抽查的 {SAMPLE} 份中有 {unreadable} 份打不开")
    if wrong:
        raise NotTheSame("；".join(wrong))


def _unreadable() -> int:
    """How many of some records and pictures, taken at random, do not open."""
    broken = 0
    for record in _some(Record.objects.select_related("user__person_key", "person_key").filter(version__gt=0)):
        try:
            assert record.user.document_number and current_version(record).content
        except SealBroken:
            broken += 1
    kept = Attachment.objects.select_related("person_key").filter(claimed_at__isnull=False)
    for picture in _some(kept.filter(person_key__destroyed_at=None)):
        try:
            read_attachment(picture)
        except (OSError, SealBroken):
            broken += 1
    return broken


def _some(rows: "QuerySet[_Row]") -> "QuerySet[_Row]":
    ids = list(rows.values_list("pk", flat=True))
    return rows.filter(pk__in=secrets.SystemRandom().sample(ids, min(SAMPLE, len(ids))))
