"""What the gateway costs: requests a second through the platform's server, against granian alone, as it was before.

    python -m bench.serving [--pairs 12] [--requests 240] [--clients 8]

Both serve the same application on the same database with as many workers and threads; short rounds in turn, so that
what others do on the machine meanwhile meets both. For each path the rates, the CPU of the workers for a request, and
of both the median of the pairs' ratios (over 1: the gateway is better); then the memory of the workers (PSS). ``fixed``
is a page of 1.5 ms that is no platform's: what it costs beyond that is the server's. Starts a house of its own; prints
one JSON line. The exit status is 1 when a rate's median is below 0.95 or an answer was wrong.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.support.house import bench_house, served
from bench.support.load import Round, run_round, wait_for_calm
from people.houses.processes import children, descendants

TARGET = "kuaiji.config.wsgi:application"
FIXED = "bench.peers.fixed_page:application"
OURS, ALONE = "kuaiji.house.serving", "bench.peers.granian_alone"
PATHS = {"/": 200, "/healthz": 200, "/directory/": 200, "/login/": 403}  # the last is posted, and refused
FORM = "a=" + "b" * 2000
LEAST = 0.95


@dataclass
class Server:
    """A server under load: its address, and the processes that work for it."""

    address: str
    processes: set[int]

    def cpu_seconds(self) -> float:
        """What the processes have used so far."""
        ticks = 0
        for process in self.processes:
            columns = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(columns[11]) + int(columns[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> int:
        """Their memory, what they share counted once."""
        texts = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in self.processes]
        return sum(int(found) for text in texts for found in re.findall(r"^Pss: +(\d+) kB", text, re.MULTILINE)) // 1024


@contextlib.contextmanager
def watched(target: str, server: str) -> Iterator[Server]:
    """The application served by the ``serve`` of that module."""
    before = children(os.getpid())
    with served(target, server) as address:
        (process,) = children(os.getpid()) - before
        yield Server(address, descendants(process))


def ask(address: str, path: str) -> bool:
    """Whether the answer is what it has to be, over a connection of its own."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        if path == "/login/":
            connection.request("POST", path, FORM, {"Content-Type": "application/x-www-form-urlencoded"})
        else:
            connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status == PATHS[path]
    finally:
        connection.close()


def one_round(server: Server, path: str, requests: int, clients: int) -> tuple[Round, float]:
    """What it came to, and the milliseconds of CPU a request."""
    before = server.cpu_seconds()
    done = run_round(lambda _: ask(server.address, path), range(requests), clients)
    return done, 1000 * (server.cpu_seconds() - before) / requests


def compare(ours: Server, alone: Server, path: str, pairs: int, requests: int, clients: int) -> dict[str, Any]:
    """The two in turn."""
    wait_for_calm()
    failed, rates, costs = 0, [], []
    for place in range(pairs + 1):
        order = (ours, alone) if place % 2 else (alone, ours)
        done = {server.address: one_round(server, path, requests, clients) for server in order}
        failed += sum(each.failed for each, _ in done.values())
        if place:  # the first warms up
            rates.append([done[server.address][0].rate for server in (ours, alone)])
            costs.append([done[server.address][1] for server in (ours, alone)])
    return {
        **_medians("per_second", rates),
        "ratio": round(statistics.median(ours / alone for ours, alone in rates), 3),
        **_medians("cpu_ms", costs),
        "cpu_ratio": round(statistics.median(alone / ours for ours, alone in costs), 3),
        "failed": failed,
    }


def _medians(name: str, pairs: list[list[float]]) -> dict[str, float]:
    ours, alone = (round(statistics.median(pair[at] for pair in pairs), 2) for at in (0, 1))
    return {name: ours, f"alone_{name}": alone}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--requests", type=int, default=240)
    parser.add_argument("--clients", type=int, default=8)
    args = parser.parse_args()
    with watched(FIXED, OURS) as ours, watched(FIXED, ALONE) as alone:
        fixed = compare(ours, alone, "/", 2 * args.pairs, 2 * args.requests, args.clients)
    with bench_house(), watched(TARGET, OURS) as ours, watched(TARGET, ALONE) as alone:
        figures = {"fixed": fixed} | {
            path: compare(ours, alone, path, args.pairs, args.requests, args.clients) for path in PATHS
        }
        memory = {"memory_mb": ours.megabytes(), "alone_memory_mb": alone.megabytes()}
    print(json.dumps({"bench": "serving", **figures, **memory}))
    return 1 if any(each["failed"] or each["ratio"] < LEAST for each in figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
