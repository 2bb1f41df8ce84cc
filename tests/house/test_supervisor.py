"""The supervisor restarts the dead, forwards signals, and leaves nobody behind, however it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from people.houses.processes import children, descendants, is_alive, wait_for
from people.houses.stack import free_base_port

KEEPER = """
import json, os, signal, sys
from pathlib import Path
from kuaiji.house.supervisor import Child, Supervisor
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[3] else signal.SIG_DFL)
with Supervisor(Path(sys.argv[1])) as supervisor:
    for child in json.loads(sys.argv[2]):
        supervisor.start(Child(env=os.environ, **child))
    supervisor.watch()
"""
SLEEPER = ["sh", "-c", 'echo $$ >> "$0"; sleep 1000 & wait']
STUBBORN = ["sh", "-c", 'trap "" TERM; echo $$ >> "$0"; while :; do sleep 1; done']
NOTES_ITS_END = ["sh", "-c", 'trap "echo $1 >> $2; exit" TERM; echo $$ >> "$0"; while :; do sleep 0.1; done']

Keep = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """Start a supervisor over the given children; stopped at the end if the test has not ended it.

    Whatever this run inherited (``nohup make test``), it ignores SIGHUP only when it is started ``under_nohup``.
    """
    started: list[subprocess.Popen[str]] = []

    def start(children: list[dict[str, Any]], *, under_nohup: bool = False) -> subprocess.Popen[str]:
        ignoring = "nohup" if under_nohup else ""
        command = [sys.executable, "-c", KEEPER, str(tmp_path / "log"), json.dumps(children), ignoring]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.communicate()


def test_a_dead_child_is_started_again(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    keep([{"name": "sleeper", "argv": [*SLEEPER, str(pids)]}])
    wait_for(lambda: len(_lines(pids)) == 1)
    first = int(_lines(pids)[0])
    below = descendants(first)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(_lines(pids)) == 2)
    wait_for(lambda: not any(map(is_alive, below)))


def test_a_child_that_keeps_dying_is_started_with_growing_pauses(keep: Keep) -> None:
    supervisor = keep([{"name": "broken", "argv": ["false"]}])
    assert supervisor.stdout is not None
    lines = [supervisor.stdout.readline() for _ in range(3)]
    assert [line.partition("，")[2].partition(" ")[0] for line in lines] == ["0.5", "1", "2"]


def test_a_child_that_is_killed_from_outside_is_missed_at_once(keep: Keep) -> None:
    supervisor = keep([{"name": "victim", "argv": ["sh", "-c", "kill -9 $$"]}])
    assert supervisor.stdout is not None
    lines = [supervisor.stdout.readline() for _ in range(3)]
    assert [line.partition("，")[2].partition(" ")[0] for line in lines] == ["0.5", "0.5", "0.5"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(keep: Keep, tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    supervisor = keep([{"name": "sleeper", "argv": [*SLEEPER, str(pids)]}])
    wait_for(lambda: _lines(pids))
    below = descendants(supervisor.pid)
    supervisor.send_signal(number)
    assert supervisor.wait(30) == 0
    assert not any(map(is_alive, below))


def test_under_nohup_it_outlives_the_terminal(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor = keep([{"name": "sleeper", "argv": [*SLEEPER, str(pids)]}], under_nohup=True)
    wait_for(lambda: len(_lines(pids)) == 1)
    supervisor.send_signal(signal.SIGHUP)
    os.kill(int(_lines(pids)[0]), signal.SIGKILL)
    wait_for(lambda: len(_lines(pids)) == 2)
    supervisor.terminate()
    assert supervisor.wait(30) == 0
    assert not is_alive(int(_lines(pids)[1]))


def test_no_orphan_after_the_supervisor_is_killed(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor = keep([{"name": "stubborn", "argv": [*STUBBORN, str(pids)]}])
    wait_for(lambda: _lines(pids))
    child = int(_lines(pids)[0])
    supervisor.kill()
    wait_for(lambda: not is_alive(child))


def test_a_child_that_will_not_stop_is_killed(keep: Keep, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor = keep([{"name": "stubborn", "argv": [*STUBBORN, str(pids)], "patience": 0.5}])
    wait_for(lambda: _lines(pids))
    supervisor.terminate()
    output, _ = supervisor.communicate(timeout=30)
    assert "stubborn 没有按时结束" in output
    assert not is_alive(int(_lines(pids)[0]))


def test_a_signal_while_a_child_starts_leaves_no_child_that_nobody_knows(tmp_path: Path) -> None:
    """The signal comes when the child runs already and its start has not returned."""
    pids, ends = tmp_path / "pids", tmp_path / "ends"
    code = (
        KEEPER.replace("supervisor.watch()", "")
        .replace(
            "    for child",
            """    spawn = supervisor._spawn
    def slow(child):
        process = spawn(child)
        while not Path(child.argv[3]).exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        return process
    supervisor._spawn = slow
    for child""",
        )
        .replace("import json", "import time, json")
    )
    child = {"name": "web", "argv": [*NOTES_ITS_END, str(pids), "web", str(ends)]}
    command = [sys.executable, "-c", code, str(tmp_path), json.dumps([child]), ""]
    ended = subprocess.run(command, check=False, timeout=60)
    assert ended.returncode == 128 + signal.SIGTERM
    assert _lines(ends) == ["web"]


def test_later_stages_stop_first(keep: Keep, tmp_path: Path) -> None:
    pids, ends = tmp_path / "pids", tmp_path / "ends"
    children = [
        {"name": name, "argv": [*NOTES_ITS_END, str(pids), name, str(ends)], "stage": stage}
        for stage, name in enumerate(["database", "web"])
    ]
    supervisor = keep(children)
    wait_for(lambda: len(_lines(pids)) == 2)
    supervisor.terminate()
    supervisor.wait(30)
    assert _lines(ends) == ["web", "database"]


def test_what_a_child_says_is_shown_with_its_name_and_kept(keep: Keep, tmp_path: Path) -> None:
    supervisor = keep([{"name": "speaker", "argv": ["sh", "-c", "echo 你好; sleep 1000"]}])
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "         speaker | 你好\n"
    assert _lines(tmp_path / "log" / "speaker.log") == ["你好"]


def test_workers_of_the_web_server_die_with_it_and_are_replaced(keep: Keep, tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(
        "def application(environ, start):\n    start('200 OK', [])\n    return [b'hello']\n"
    )
    serve = "import sys; sys.path.insert(0, sys.argv[1]); from kuaiji.house.serving import serve; "
    serve += "serve('hello:application', host='127.0.0.1', port=int(sys.argv[2]), workers=2, threads=1)"
    port = free_base_port()
    supervisor = keep([{"name": "web", "argv": [sys.executable, "-c", serve, str(tmp_path), str(port)]}])
    wait_for(lambda: len(descendants(supervisor.pid)) == 3)
    (server,) = children(supervisor.pid)
    workers = descendants(server)

    one = workers.pop()
    os.kill(one, signal.SIGKILL)
    wait_for(lambda: len(descendants(server)) == 2)

    workers = descendants(server)
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, workers)))
    wait_for(lambda: len(descendants(supervisor.pid)) == 3)

    everyone = descendants(supervisor.pid)
    supervisor.kill()
    wait_for(lambda: not any(map(is_alive, everyone)))


def _lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []
