"""What a worker does beside its jobs: every loop that an app has registered, until it is to stop."""

import threading
from typing import Any

import pytest

from kuaiji.common.loops import LOOPS
from kuaiji.common.management.commands import work


def test_what_runs_beside_the_jobs() -> None:
    assert set(LOOPS) == {"decisions", "exchange", "notices"}


def test_loops_run_beside_the_jobs_and_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = threading.Barrier(3), []

    def loop(stop: threading.Event) -> None:
        began.wait(5)
        stop.wait(5)
        ended.append(stop.is_set())

    def worker(*words: Any) -> None:
        assert words[:2] == ("procrastinate", "worker")
        began.wait(5)
        assert not ended

    monkeypatch.setattr(LOOPS, "_entries", {"one": loop, "other": loop})
    monkeypatch.setattr(work, "call_command", worker)
    work.Command().handle()
    assert ended == [True, True]
