"""Two platforms of the country and the hub between them: databases, keys and processes of their own, real HTTP."""

import contextlib
import json
import os
import select
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
from people.houses.hub import Hub, public, seed
from people.houses.standins import Standins

# Logs go where errors go: the answers have the first output for themselves.
SERVE = """
import os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
import django
django.setup()
from people.houses.platform_commands import serve
serve(answers)
"""
ROOT = Path(__file__).resolve().parents[2]
PROFILES = {"440000": "guangdong", "440300": "shenzhen"}


class Refused(Exception):
    """The platform said no; the code says why."""


class Gone(Exception):
    """The process was killed before it answered."""


@dataclass
class Platform:
    """A process of one platform that does what ``platform_commands`` can."""

    code: str
    env: Mapping[str, str] = field(repr=False)
    process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    def do(self, function: str, /, **arguments: Any) -> Any:
        """Call a function of ``platform_commands`` there. Raises Refused; fails the test when the process breaks."""
        self.start(function, **arguments)
        return self.finish()

    def start(self, function: str, /, **arguments: Any) -> None:
        """Begin without waiting, so that both platforms may be at it; one that was killed is there again."""
        process = self._alive()
        assert process.stdin
        process.stdin.write(json.dumps({"do": function, "with": arguments}) + "\n")
        process.stdin.flush()

    def has_answered(self, *, within: float) -> bool:
        """Whether ``finish`` need not wait; waits so many seconds to see."""
        output = self.process and self.process.stdout
        return not output or bool(select.select([output], [], [], within)[0])

    def finish(self) -> Any:
        """What came of what was begun. Raises Refused, Gone."""
        line = self.process.stdout.readline() if self.process and self.process.stdout else ""
        if not line.endswith("\n"):
            raise Gone(f"{self.code} broke: see its output")
        said = json.loads(line)
        assert "broke" not in said, said
        if "refused" in said:
            raise Refused(said["refused"])
        return said["result"]

    def kill(self) -> None:
        """Kill -9, if it runs."""
        if self.process:
            with self.process as process:  # closes the pipes
                process.kill()
            self.process = None

    def stop(self) -> None:
        """Let it end by itself, so that what it did is measured; kill what does not."""
        if self.process and self.process.stdin:
            self.process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()

    def _alive(self) -> "subprocess.Popen[str]":
        command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-W", "error", "-c", SERVE]
        self.process = self.process or subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self.process


@contextlib.contextmanager
def two_platforms(
    server: Server, template: str, development: Development, hub: Hub, standins: Standins
) -> Iterator[dict[str, Platform]]:
    """广东 and 深圳 on empty databases, by code; both speak and read version 2 of the wire."""
    hub.operate(*(f"platforms reads {code} 2" for code in PROFILES))
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
                "KUAIJI_WIRE_VERSION": "2",
                "KUAIJI_DEMO": "0",
            }
            made[code] = Platform(code, env)
            stack.callback(made[code].stop)
        yield made
