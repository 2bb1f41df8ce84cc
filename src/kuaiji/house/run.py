"""``make run``: from a clean checkout to the running system on one machine, and again in seconds."""

import contextlib
import datetime as dt
import fcntl
import hashlib
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kuaiji.common import environment
from kuaiji.common.profile import load
from kuaiji.house import HouseError, handouts
from kuaiji.house.development import (
    HUB_DATABASE,
    PROFILES,
    STANDINS_DATABASE,
    Development,
    open_development,
)
from kuaiji.house.ports import HOST, is_ready, require_free
from kuaiji.house.supervisor import Child, Supervisor, say
from kuaiji.house.welcome import words

PACKAGES = ("kuaiji", "kuaiji_standins", "kuaiji_hub", "kuaiji_signed", "kuaiji_wire")
WIRE_VERSION = "2"  # of one home, hub and platforms are of one code
READY_SECONDS = 120
REVIEW_SECONDS = "10"  # nobody who tries it out waits for working days
Commands = Sequence[Sequence[str]]
KNOWN_PEOPLE, WORK = ["demo_people"], ["demo_work"]
CALL_COMMANDS = """
import json, sys, django
from django.core.management import call_command
django.setup()
for words in json.loads(sys.argv[1]):
    call_command(*words)
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A Django service of the house: what makes its database ready, and on which port it answers."""

    name: str
    database: str
    port: int
    env: Mapping[str, str] = field(repr=False)
    owner_env: Mapping[str, str] = field(repr=False)
    as_owner: Commands
    as_app: Commands
    is_witnessed: bool = False  # its audit tables have a witness (docs/adr/0058)


def run(profiles: Sequence[str] = (), *, empty: bool = False) -> None:
    """Start the platforms of ``profiles`` (all of the home's) and what is around them, until a signal. An ``empty``
    house is without the known people of the demonstration.

    Raises HouseError when something cannot be started.
    """
    if environment.ENV.text() == "production":
        raise HouseError(
            "kuaiji run 带有演示页面，不能用于生产环境；请用 kuaiji serve 和 kuaiji worker。\n"
            "kuaiji run shows demo pages and is not for production: use kuaiji serve and kuaiji worker."
        )
    clock = _Clock()
    if environment.DEMO.get() or not environment.DEMO.is_said():
        environment.set_default(environment.REVIEW_SECONDS.name, REVIEW_SECONDS)
    development = open_development()
    if unknown := set(profiles) - set(development.platforms):
        known = "、".join(development.platforms)
        raise HouseError(
            f"没有平台 {'、'.join(unknown)}，只有 {known}。\nThere is no such platform here, only {known}."
        )
    platforms = [platform_service(development.of(slug), empty=empty) for slug in profiles or development.platforms]
    services = [*platforms, standins_service(development), hub_service(development)]
    with _only_one(development.home), Supervisor(development.home / "log") as supervisor:
        require_free(service.port for service in services)
        if development.cluster:
            _start_postgres(development, supervisor)
            clock.say(f"PostgreSQL  {development.cluster.folder}")
        development.server.ensure_roles()
        if updated := prepare(development, services):
            clock.say(f"数据库已更新 databases prepared  {' '.join(service.database for service in updated)}")
        handouts.hand_out(development.home, [_of(development, each.name) for each in platforms])
        for child in _children(services):
            supervisor.start(child)
        over = threading.Event()
        threading.Thread(target=_announce, args=(development, services, clock, over), daemon=True).start()
        supervisor.watch()
        over.set()
        say("正在停止 / stopping …")
    say("已停止，数据已保留 / stopped, data kept")


def platform_service(development: Development, database: str | None = None, *, empty: bool = True) -> Service:
    """The platform of the profile; with the known people and the bureau's work of a demonstration unless it is
    to be ``empty``."""
    env = development.platform_env(database)
    of_all, of_full = [["demo_exam_client"], ["demo_staff"]], [] if empty else [KNOWN_PEOPLE, WORK]
    demo = [*of_all, *of_full] if env["KUAIJI_DEMO"] == "1" else []
    return Service(
        name=development.profile,
        database=database or development.platform_database,
        port=development.port(development.profile),
        env=env | {"KUAIJI_WIRE_VERSION": WIRE_VERSION},
        owner_env=development.platform_owner_env(database),
        as_owner=(["migrate"], ["ensure_partitions"]),
        is_witnessed=True,
        as_app=(["load_reference"], ["collectstatic", "--no-input"], *demo),
    )


def standins_service(development: Development) -> Service:
    """The stand-ins for other people's systems."""
    return Service(
        name="standins",
        database=STANDINS_DATABASE,
        port=development.port("standins"),
        env=development.standins_env(),
        owner_env=development.standins_owner_env(),
        as_owner=(["migrate"],),
        as_app=(["loademployers"],),
    )


def hub_service(development: Development) -> Service:
    """The national hub, which knows the keys of this home's platforms."""
    from kuaiji_wire.keys import dump_public_key, load_private_key  # loads the ciphers, needed at a start only

    keys = {
        keyid: dump_public_key(load_private_key(seed).public_key()) for keyid, seed in development.wire_keys.items()
    }
    return Service(
        name="hub",
        database=HUB_DATABASE,
        port=development.port("hub"),
        env=development.hub_env(),
        owner_env=development.hub_owner_env(),
        as_owner=(["migrate"],),
        as_app=(
            ["platforms", "load"],
            ["rotate", "--if-none"],
            *(["keys", "add", keyid, public] for keyid, public in keys.items()),
            *(["platforms", "reads", each.code, WIRE_VERSION] for each in development.platforms.values()),
        ),
    )


def prepare(development: Development, services: Sequence[Service]) -> list[Service]:
    """Bring the services' databases to this code, side by side; those for which that was not done before."""
    server, code = development.server, code_digest()
    stamps = {service.database: _stamp(code, service) for service in services}
    for service in services:
        server.ensure_database(service.database)
        if service.is_witnessed:
            server.ensure_witness(service.database)
    due = [service for service in services if server.stamp(service.database) != stamps[service.database]]
    _django([(each, each.as_owner, {**each.owner_env, "KUAIJI_DATABASE_ROLE": "owner"}) for each in due])
    _django([(each, each.as_app, each.env) for each in due])
    for service in due:
        server.set_stamp(service.database, stamps[service.database])
    return due


def _of(development: Development, slug: str) -> tuple[str, Path, str]:
    return slug, development.of(slug).platform_home, development.address(slug)


class _Clock:
    """Says how many seconds the start has taken so far."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, text: str) -> None:
        say(f"[{time.monotonic() - self._start:5.1f} s] {text}")


def _stamp(code: str, service: Service) -> str:
    """Changes with our code, what the service is prepared with, its profile, and the month (new partitions)."""
    digest = hashlib.sha256(json.dumps([code, service.as_owner, service.as_app]).encode())
    named = service.env.get("KUAIJI_PROFILE", "")
    if named.endswith(".toml"):
        for file in (Path(named), load(named).logo):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{dt.datetime.now(dt.UTC):%Y-%m} {digest.hexdigest()}"


def code_digest() -> str:
    """A digest of our code, its data and the libraries that bring tables."""
    digest = hashlib.sha256()
    source = Path(__file__).resolve().parents[2]
    for package in PACKAGES:
        for path in sorted((source / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(source)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in ("django", "procrastinate"):
        digest.update(importlib.metadata.version(library).encode())
    return digest.hexdigest()


def _django(work: Sequence[tuple[Service, Commands, Mapping[str, str]]]) -> None:
    """Run management commands, each service's in one process. Raises HouseError with the output when one fails."""
    started = [
        subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-c", CALL_COMMANDS, json.dumps(commands)],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _, commands, env in work
    ]
    try:
        for (service, _, _), process in zip(work, started, strict=True):
            output, _ = process.communicate()
            if process.returncode:
                raise HouseError(
                    f"{service.name}：数据库没有准备好。\n"
                    f"{service.name}: its database could not be prepared.\n{output.strip()}"
                )
    finally:
        for process in started:
            process.kill()


def _start_postgres(development: Development, supervisor: Supervisor) -> None:
    cluster = development.cluster
    assert cluster is not None
    cluster.stop_running()
    cluster.prepare()
    child = Child("postgres", cluster.argv, cluster.env, stage=0, stop_signal=signal.SIGINT, patience=60.0, echo=False)
    cluster.wait_ready(supervisor.start(child))


def _children(services: Sequence[Service]) -> list[Child]:
    kuaiji = [sys.executable, "-m", "kuaiji.cli"]
    *platforms, standins, hub = services
    return [
        Child("standins", [*kuaiji, "standins-serve", "--port", str(standins.port)], standins.env),
        Child("hub", [*kuaiji, "hub-serve", "--port", str(hub.port), "--workers", "1"], hub.env),
        Child("hub-expiry", [*kuaiji, "hub", "expire", "--every", "60"], hub.env),
        *(Child(each.name, [*kuaiji, "serve", "--port", str(each.port)], each.env) for each in platforms),
        *(Child(f"{each.name}-worker", [*kuaiji, "worker"], each.env) for each in platforms),
    ]


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """One start per home: the lock goes with the process that holds it."""
    with (home / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            raise HouseError(
                f"{home} 已经在运行（进程 {holder}）；请先用 Ctrl-C 停止它，或用 KUAIJI_HOME 换一个数据文件夹。\n"
                f"{home} is already running (pid {holder}): stop it first, or choose another KUAIJI_HOME."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _announce(development: Development, services: Sequence[Service], clock: _Clock, over: threading.Event) -> None:
    """Wait until every service is ready, then say where everything is; nothing when it is over before."""
    deadline = time.monotonic() + READY_SECONDS
    for service in services:
        while not is_ready(service.port):
            if time.monotonic() > deadline:
                clock.say(f"{service.name} 还没有就绪，请看 {development.home}/log / not ready, see its log")
                return
            if over.wait(0.1):
                return
    clock.say("就绪 ready")
    *platforms, standins, hub = services
    shown = []
    for service in platforms:
        profile = load(service.env["KUAIJI_PROFILE"])
        shown.append((profile.title, profile.region, f"http://{HOST}:{service.port}"))
    say(
        words(
            shown,
            hub=f"http://{HOST}:{hub.port}",
            standins=f"http://{HOST}:{standins.port}",
            home=development.home,
            seconds=environment.REVIEW_SECONDS.text(),
            known=KNOWN_PEOPLE in platforms[0].as_app and platforms[0].name == PROFILES[0],
        )
    )
