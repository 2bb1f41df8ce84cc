"""Prepared once and copied: databases and collected files that every process of a run would else make anew.

They are kept in the checkout under the digest of what they were made from, and made again when that changes
(docs/adr/0128). A start from them prepares nothing: ``kuaiji.house.run.prepare`` finds its stamps, and where one of
them is another it does its work as ever.
"""

import contextlib
import datetime as dt
import enum
import functools
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from kuaiji.common.keyring import generate_keyring, parse_keyring
from kuaiji.house.development import Development
from kuaiji.house.postgres import WHEEL
from kuaiji.house.run import code_digest, hub_service, platform_service, prepare, standins_service
from kuaiji.house.secrets import FILE_NAME
from people.houses.kept import kept
from people.houses.stack import opened_home

KEPT = Path(__file__).resolve().parents[2] / "var" / "prepared"
TEMPLATE = "kuaiji_template"
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes
HOMES = "kuaiji-test-"  # then the process that made one
OWNED = re.compile(rf"{HOMES}(\d+)-\w+")
NOT_COPIED = ("postgres", "log", "lock", FILE_NAME)


class Level(enum.StrEnum):
    """How much is ready: the database that tests copy, or all that ``kuaiji run --empty`` starts."""

    DATABASE = "database"
    HOUSE = "house"


def temporary_home(*, memory: Path = MEMORY, room: int = ROOM) -> Path:
    """A new folder that the system user of a database can pass through: in ``memory`` where a run fits (``room`` bytes
    are free and programs may be started there), else where temporary files go."""
    fits = False
    with contextlib.suppress(OSError):
        found = os.statvfs(memory)
        free, programs_start = found.f_bavail * found.f_frsize, not found.f_flag & os.ST_NOEXEC
        fits = free >= room and programs_start and os.access(memory, os.W_OK)
    folder = memory if fits else Path(tempfile.gettempdir())
    remove_orphans(folder)
    home = Path(tempfile.mkdtemp(prefix=f"{HOMES}{os.getpid()}-", dir=folder))
    home.chmod(0o711)
    return home


def remove_orphans(folder: Path) -> None:
    """Remove from ``folder`` the homes of processes that are gone: a run that was killed leaves some hundred megabytes,
    and a server that finds its data gone ends by itself."""
    for home in folder.glob(f"{HOMES}*"):
        owner = OWNED.fullmatch(home.name)
        if owner and not _lives(int(owner[1])):
            shutil.rmtree(home, ignore_errors=True)  # another run may be removing it too


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def prepare_home(home: Path, suite: str) -> None:
    """Make ``home``, an empty folder, one from which ``kuaiji run --empty`` starts at once."""
    give_secrets(home, suite)
    with opened_home(home) as development:
        fill(development, suite, Level.HOUSE)


def give_secrets(home: Path, suite: str) -> None:
    """Put the secrets of what is prepared for ``suite`` into ``home``. Raises KeyringError for a suite that is none."""
    with kept(KEPT / f"secrets-{suite}", "made", functools.partial(_make_secrets, suite)) as secrets:
        shutil.copy(secrets / FILE_NAME, home / FILE_NAME)


def fill(development: Development, suite: str, level: Level) -> None:
    """Copy what is prepared into a home that has the secrets of ``suite`` and no data of a cluster yet."""
    assert development.cluster is not None
    made_from = code_digest(), importlib.metadata.version(WHEEL), f"{dt.datetime.now(dt.UTC):%Y-%m}"  # has partitions
    digest = hashlib.sha256("\0".join(made_from).encode()).hexdigest()
    with kept(KEPT / f"{level}-{suite}", digest, functools.partial(_make, suite, level)) as ready:
        _copy(ready / "data", development.cluster.data)
        for each in (ready / "home").iterdir():
            _copy(each, development.home)


def _make_secrets(suite: str, folder: Path) -> None:
    keyring = generate_keyring(suite)
    parse_keyring(keyring)  # refuses a suite that is none
    (folder / FILE_NAME).write_text(json.dumps({"keyring": keyring}))
    with opened_home(folder):
        shutil.rmtree(folder / "postgres")  # the cluster is made elsewhere


def _make(suite: str, level: Level, folder: Path) -> None:
    home = temporary_home()
    try:
        give_secrets(home, suite)
        with opened_home(home, False, **_DEMO[level]) as development:
            assert development.cluster is not None
            if level is Level.HOUSE:
                fill(development, suite, Level.DATABASE)
            with development.cluster.running():
                development.server.ensure_roles()
                _PREPARE[level](development)
            _copy(development.cluster.data, folder / "data")
        (folder / "home").mkdir()
        for each in home.iterdir():
            if each.name not in NOT_COPIED:
                _copy(each, folder / "home")
    finally:
        shutil.rmtree(home)


def _prepare_database(development: Development) -> None:
    prepare(development, [platform_service(development, TEMPLATE)])


def _prepare_house(development: Development) -> None:
    platforms = [platform_service(development.of(slug)) for slug in development.platforms]
    development.server.clone(TEMPLATE, platforms[0].database)
    prepare(development, [*platforms, standins_service(development), hub_service(development)])


_DEMO: dict[Level, dict[str, str]] = {Level.DATABASE: {"KUAIJI_DEMO": "0"}, Level.HOUSE: {}}
_PREPARE = {Level.DATABASE: _prepare_database, Level.HOUSE: _prepare_house}


def _copy(source: Path, target: Path) -> None:
    """With owners and rights: a server starts on no data but its user's own."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)
