"""``kuaiji run`` as a whole: first start, refusal of a second one, a crash, a start after it, and the way by hand."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuaiji.house.development import PROFILES
from kuaiji.house.ports import is_ready
from people.houses.processes import children, descendants, is_alive, wait_for
from people.houses.stack import Stack, free_base_port, running_stack

WRITE = "from django.contrib.auth.models import Group; Group.objects.create(name='kept')"
READ = "from django.contrib.auth.models import Group; print(Group.objects.filter(name='kept').count(), 'kept')"


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kuaiji-house-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.timeout(300)
def test_the_house_starts_survives_a_crash_and_stops_cleanly(home: Path) -> None:
    port = free_base_port()
    with running_stack(home, {}, port, PROFILES) as stack:
        _refuses_a_second_start(home, port)
        _by_hand(home, "manage", "shell", "-c", WRITE)
        assert _by_hand(home, "hub", "keys", "list").stdout.count(":house\t") == 3
        _nobody_is_left_after(stack, signal.SIGKILL)

    assert "1 kept" in _by_hand(home, "manage", "shell", "-c", READ).stdout

    with running_stack(home, {}, port, PROFILES) as stack:
        assert "1 kept" in _by_hand(home, "manage", "shell", "-c", READ).stdout
        _everyone_comes_back(stack, port)
        _nobody_is_left_after(stack, signal.SIGTERM)
        assert stack.process.returncode == 0


def _refuses_a_second_start(home: Path, port: int) -> None:
    same_home = _by_hand(home, "run", KUAIJI_BASE_PORT=str(port))
    assert (same_home.returncode, "已经在运行" in same_home.stderr) == (1, True)
    with tempfile.TemporaryDirectory(prefix="kuaiji-house-") as other:
        Path(other).chmod(0o711)
        same_port = _by_hand(Path(other), "run", KUAIJI_BASE_PORT=str(port))
    assert (same_port.returncode, f"端口 {port} " in same_port.stderr) == (1, True)


def _nobody_is_left_after(stack: Stack, number: signal.Signals) -> None:
    everyone = descendants(stack.process.pid)
    stack.process.send_signal(number)
    stack.process.wait(30)
    wait_for(lambda: not any(map(is_alive, everyone)))


def _everyone_comes_back(stack: Stack, port: int) -> None:
    """Database, both platforms with their workers, hub with its timer, and stand-ins are killed at once."""
    before = children(stack.process.pid)
    assert len(before) == 8
    for child in before:
        os.kill(child, signal.SIGKILL)
    wait_for(lambda: len(children(stack.process.pid) - before) == 8)
    wait_for(lambda: all(map(is_ready, (port, port + 1, port + 2, port + 3))))


def _by_hand(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command line as a person uses it in a checkout: nothing set but the home."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KUAIJI_", "DATABASE_"))}
    command = [sys.executable, "-m", "kuaiji.cli", *words]
    return subprocess.run(
        command, env={**clean, "KUAIJI_HOME": str(home), **env}, capture_output=True, text=True, timeout=60, check=False
    )
