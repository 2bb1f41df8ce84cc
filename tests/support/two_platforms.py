"""Two platforms of the country and the hub between them: databases, keys and processes of their own, real HTTP."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kuaiji.common.keyring import generate_keyring
from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from tests.support.hub import Hub, public, seed
from tests.support.standins import Standins

# Logs go where errors go: the answers have the first output for themselves.
SERVE = """
import os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
import django
django.setup()
from tests.support.movers import serve
serve(answers)
"""
ROOT = Path(__file__).resolve().parents[2]
PROFILES = {"440000": "guangdong", "440300": "shenzhen"}


class Refused(Exception):
    """The platform said no; the code says why."""


@dataclass(frozen=True)
class Platform:
    """A process of one platform that does what ``movers`` can."""

    code: str
    process: "subprocess.Popen[str]"
    env: Mapping[str, str] = field(repr=False)

    def do(self, function: str, /, **arguments: Any) -> Any:
        """Call a function of ``movers`` there. Raises Refused; fails the test when the process breaks."""
        assert self.process.stdin and self.process.stdout
        self.start(function, **arguments)
        return self.finish()

    def start(self, function: str, /, **arguments: Any) -> None:
        """Begin without waiting, so that both platforms may be at it."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": function, "with": arguments}) + "\n")
        self.process.stdin.flush()

    def finish(self) -> Any:
        """What came of what was begun."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"{self.code} broke: see its output"
        said = json.loads(line)
        assert "broke" not in said, said
        if "refused" in said:
            raise Refused(said["refused"])
        return said["result"]


@contextlib.contextmanager
def running(code: str, env: dict[str, str]) -> Iterator[Platform]:
    """The platform for the length of the block."""
    command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-W", "error", "-c", SERVE]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Platform(code, process, env)
        finally:
            process.kill()


@contextlib.contextmanager
def two_platforms(
    server: Server, template: str, development: Development, hub: Hub, standins: Standins
) -> Iterator[dict[str, Platform]]:
    """广东 and 深圳 on empty databases, by code."""
    with contextlib.ExitStack() as stack:
        made = {}
        for code, profile in PROFILES.items():
            database = f"kuaiji_moving_{profile}_{os.urandom(3).hex()}"
            server.clone(template, database)
            stack.callback(server.drop, database)
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="kuaiji-moving-"))
            env = development.platform_env(database) | {
                "KUAIJI_HOME": home,
                "KUAIJI_PROFILE": profile,
                "KUAIJI_KEYRING": generate_keyring(os.environ.get("TEST_SUITE", "sm")),
                "KUAIJI_HUB_URL": hub.url,
                "KUAIJI_HUB_KEYS": f"hub:t={public('hub')}",
                "KUAIJI_WIRE_KEY_ID": f"{code}:t",
                "KUAIJI_WIRE_KEY": seed(f"{code}:t"),
                "KUAIJI_IDENTITY_URL": standins.url,
                "KUAIJI_IDENTITY_TOKEN": standins.token,
                "KUAIJI_DEMO": "0",
            }
            made[code] = stack.enter_context(running(code, env))
        yield made
