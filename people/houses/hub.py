"""The real national hub, served as ``make run`` serves it, on a database of its own; and platforms that talk to it."""

import base64
import contextlib
import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import generate_keyring
from kuaiji.house.run import CALL_COMMANDS
from kuaiji_wire.answers import Answer
from kuaiji_wire.client import HubClient
from kuaiji_wire.keys import KeyBook, dump_public_key, load_private_key
from kuaiji_wire.messages import Message
from kuaiji_wire.signing import Signer
from people import wire_samples
from people.houses.loopback import free_port
from people.houses.processes import inherited

MakeDatabase = Callable[[str], tuple[str, str]]
START_SECONDS = 60
TOKEN = "made-up-0123456789-token-of-the-hub-s-figures"
# Each order is carried out by a process of its own, which has only what was read before it began.
OPERATE = """
import contextlib, datetime as dt, io, json, os, sys, time_machine, traceback, django
from django.core.management import CommandError, call_command
django.setup()
def carry_out(days, commands):
    said = []
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days)):
        for words in commands:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                try:
                    call_command(*words.split())
                except CommandError as error:
                    out.write(f"refused: {error}")
                except SystemExit as error:
                    out.write(f"status {error.code}")
            said.append(out.getvalue().strip())
    return said
for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            answer = {"said": carry_out(**json.loads(line))}
        except BaseException:
            answer = {"broke": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(json.dumps({"broke": "it ended without an answer"}), flush=True)
"""
# Who talks in the tests; the others of the 40 have no key.
CODES = (
    "440000", "440300", "430000", "660000", "110000", "120000", "130000", "140000", "150000", "210000", "220000",
    "230000", "310000", "320000", "330000", "340000", "350000", "360000", "370000", "410000",
)  # fmt: skip


def seed(keyid: str) -> str:
    """The private key of a test's platform, or of its hub."""
    return base64.b64encode(hashlib.sha256(f"test key {keyid}".encode()).digest()).decode()


def public(keyid: str) -> str:
    """Its public part."""
    return dump_public_key(load_private_key(seed(keyid)).public_key())


@dataclass(frozen=True)
class Hub:
    """A hub: where it answers, what its processes are told, the owner's way into its database."""

    url: str
    env: Mapping[str, str]
    owner_url: str

    def client(self, code: str, *, key: str = "t", hub_keys: Mapping[str, str] | None = None) -> HubClient:
        """A platform's client."""
        keyid = f"{code}:{key}"
        book = KeyBook(hub_keys or self.public_keys())
        return HubClient(self.url, signer=Signer(keyid, load_private_key(seed(keyid))), hub_keys=book)

    def public_keys(self) -> dict[str, str]:
        """The hub's own."""
        rows = self.sql("SELECT id, public_key FROM kuaiji_hub_signingkey WHERE platform_id IS NULL")
        return {str(keyid): str(key) for keyid, key in rows}

    def sql(self, statement: str, *values: Any, untriggered: bool = False) -> list[tuple[Any, ...]]:
        """Do it as the owner; ``untriggered`` is what only the owner can do: change what only grows, from then on."""
        with psycopg.connect(self.owner_url) as connection:
            if untriggered:
                connection.execute("ALTER TABLE kuaiji_hub_message DISABLE TRIGGER USER")
                connection.execute("ALTER TABLE kuaiji_hub_feedentry DISABLE TRIGGER USER")
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def operate(self, *commands: str, days: int = 0) -> list[str]:
        """What each ``kuaiji hub …`` prints so many days from now, with its exit status or refusal at the end.

        Warnings are errors. Fails the test when one breaks.
        """
        assert self._operator.stdin and self._operator.stdout
        self._operator.stdin.write(json.dumps({"days": days, "commands": commands}) + "\n")
        self._operator.stdin.flush()
        answer = json.loads(self._operator.stdout.readline())
        assert "broke" not in answer, answer["broke"]
        said: list[str] = answer["said"]
        return said

    @functools.cached_property
    def _operator(self) -> "subprocess.Popen[str]":
        words = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-W", "error", "-c", OPERATE]
        process = subprocess.Popen(words, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        weakref.finalize(self, _end, process)
        return process


def _end(process: "subprocess.Popen[str]") -> None:
    with process:  # closes its input, whereupon it ends
        pass


def send(client: HubClient, message: Message) -> Answer:
    """Tell the hub, as a new message."""
    return client.send(message, id=uuid7(), sent_at=wire_samples.NOW)


def environment(app_url: str, owner_url: str, url: str) -> dict[str, str]:
    """What the processes of a hub are told."""
    return {
        **inherited(),
        "KUAIJI_ENV": "development",  # its first key is given to it
        "KUAIJI_HUB_URL": url,
        "KUAIJI_HUB_DATABASE_URL": app_url,
        "KUAIJI_HUB_OWNER_URL": owner_url,
        "KUAIJI_HUB_KEYRING": generate_keyring(os.environ.get("TEST_SUITE", "sm")),
        "KUAIJI_METRICS_TOKEN": TOKEN,
        "KUAIJI_HUB_FIRST_KEY": f"hub:t={seed('hub')}",
        "DJANGO_SETTINGS_MODULE": "kuaiji_hub.settings",
    }


def prepare(env: Mapping[str, str]) -> None:
    """Tables, platforms, keys."""
    _call([["migrate", "--verbosity=0"]], {**env, "KUAIJI_DATABASE_ROLE": "owner"})
    keys = [["keys", "add", f"{code}:t", public(f"{code}:t")] for code in CODES]
    _call([["platforms", "load"], ["rotate", "--if-none"], *keys], env)


def _call(commands: Sequence[Sequence[str]], env: Mapping[str, str]) -> None:
    words = [sys.executable, "-W", "error", "-c", CALL_COMMANDS, json.dumps(commands)]
    done = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout


@contextlib.contextmanager
def served(hub: Hub, *, workers: int = 2) -> Iterator["subprocess.Popen[bytes]"]:
    """The hub's process for the length of the block; it answers when that begins."""
    port = str(httpx.URL(hub.url).port)
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "kuaiji.cli",
        "hub-serve",
        "--port",
        port,
        "--workers",
        str(workers),
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=hub.env, stdout=log, stderr=log)
        try:
            _wait(hub.url, process)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def new_hub(make_database: MakeDatabase, name: str) -> Hub:
    """A hub with nothing in its database yet."""
    app_url, owner_url = make_database(name)
    url = f"http://127.0.0.1:{free_port()}"
    return Hub(url, environment(app_url, owner_url, url), owner_url)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, verify=False) as client:  # reading certificates takes longer than asking
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if client.get(f"{url}/healthz").status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError("the hub did not start")
