"""A small supervisor: starts the processes of the house, keeps them alive, and leaves none behind.

Every child leads a session of its own and is killed by the kernel when the supervisor dies, however it dies.
Children are started from the main thread only, because the kernel watches the thread that started them.
"""

import contextlib
import logging
import logging.handlers
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
HEALTHY_AFTER = 5.0  # who worked this long is no broken child, nor who is killed from outside: missed at once
IMPATIENT_AFTER = 1.0  # a second signal within this time is the first one forwarded by make or the terminal
LOG_BYTES, OLD_LOGS = 10_000_000, 2
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep alive. Later stages stop before earlier ones; ``patience`` is in seconds."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    stage: int = 1
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    echo: bool = True


@dataclass(slots=True)
class _Unit:
    child: Child
    log: logging.Logger
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE
    restart_at: float | None = None


class Supervisor:
    """``with Supervisor(logs) as supervisor``: leaving the block stops every child, stage by stage."""

    def __init__(self, log_folder: Path) -> None:
        self._log_folder = log_folder
        self._units: list[_Unit] = []
        self._watching = False
        self._starting = False  # a child that may run already and is not among the units yet
        self._asked_at: float | None = None
        self._signal = 0
        self._hurry = False

    def __enter__(self) -> Self:
        self._log_folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._wake, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOP_SIGNALS:
            # nohup keeps its meaning; a shell that ignores Ctrl-C for what it puts in the background does not.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._asked_to_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watching = True  # from here on a signal no longer interrupts, it only hurries
        for stage in sorted({unit.child.stage for unit in self._units}, reverse=True):
            self._stop([unit for unit in self._units if unit.child.stage == stage])

    def start(self, child: Child) -> subprocess.Popen[bytes]:
        """Start ``child`` and keep it."""
        self._starting = True
        try:
            unit = _Unit(child, self._open_log(child.name), self._spawn(child))
            self._units.append(unit)
        finally:
            self._starting = False
        self._give_up_if_asked()
        self._pump(unit)
        return unit.process

    def watch(self) -> None:
        """Restart what dies, until a signal asks to stop."""
        self._watching = True
        while self._asked_at is None:
            pauses = [self._tend(unit) for unit in self._units]
            readable, _, _ = select.select([self._wake], [], [], min(pauses, default=60.0))
            if readable:
                os.read(self._wake, 512)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        self._asked_at = self._asked_at or now
        self._hurry = now - self._asked_at > IMPATIENT_AFTER
        self._signal = number
        self._give_up_if_asked()

    def _give_up_if_asked(self) -> None:
        """While the house is still prepared, end the step that runs; but no child is left that nobody knows of."""
        if self._asked_at is not None and not self._watching and not self._starting:
            raise SystemExit(128 + self._signal)

    def _tend(self, unit: _Unit) -> float:
        """Restart the child if it is due; the seconds until it wants to be looked at again."""
        now = time.monotonic()
        if unit.restart_at is None:
            code = unit.process.poll()
            if code is None:
                return 60.0
            _kill_group(unit.process)
            if code == -signal.SIGKILL or now - unit.started > HEALTHY_AFTER:
                unit.pause = FIRST_PAUSE
            unit.restart_at = now + unit.pause
            say(f"{unit.child.name} 退出（{code}），{unit.pause:g} 秒后重启 / exited, restarting")
            unit.pause = min(unit.pause * 2, LONGEST_PAUSE)
        if now < unit.restart_at:
            return unit.restart_at - now
        unit.process, unit.started, unit.restart_at = self._spawn(unit.child), now, None
        self._pump(unit)
        return 60.0

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *child.argv],
            env=dict(child.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _stop(self, units: list[_Unit]) -> None:
        """Ask all of them, wait for the most patient, kill what is left. A later signal ends the wait."""
        for unit in units:
            if unit.process.poll() is None:
                unit.process.send_signal(unit.child.stop_signal)
        deadline = time.monotonic() + max(unit.child.patience for unit in units)
        while time.monotonic() < deadline and not self._hurry:
            if all(unit.process.poll() is not None for unit in units):
                break
            time.sleep(0.05)
        for unit in units:
            if unit.process.poll() is None:
                say(f"{unit.child.name} 没有按时结束，强制结束 / did not end in time: killed")
            _kill_group(unit.process)
            unit.process.wait()

    def _open_log(self, name: str) -> logging.Logger:
        log = logging.getLogger(f"{__name__}.{name}")
        log.setLevel(logging.INFO)
        log.propagate = False
        path = self._log_folder / f"{name}.log"
        log.handlers = [logging.handlers.RotatingFileHandler(path, "a", LOG_BYTES, OLD_LOGS, "utf-8")]
        return log

    def _pump(self, unit: _Unit) -> None:
        """Copy the child's lines to its log and, with its name before them, to our own output."""
        stream, prefix = unit.process.stdout, f"{unit.child.name:>16} | "
        assert stream is not None

        def copy() -> None:
            for raw in stream:
                line = raw.decode(errors="replace").rstrip()
                unit.log.info(line)
                if unit.child.echo:
                    say(f"{prefix}{line}")

        threading.Thread(target=copy, name=f"pump-{unit.child.name}", daemon=True).start()


def say(text: str) -> None:
    """A line to our own output, which may be gone: the logs stay."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")  # in one piece, since several threads speak
        sys.stdout.flush()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the child's session: its own children may have outlived it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
