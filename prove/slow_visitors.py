"""Do pages stay quick while others hold connections? Slow bodies, idle connections, answers that nobody reads.

    python -m prove.slow_visitors [--seconds 40] [--bodies 64] [--idle 500] [--readers 64]

A house of its own, as ``make run`` starts it, nothing in front. Platform and hub in turn: first quiet, then with the
crowd, which comes back as soon as it is cut off. Meanwhile four visitors ask for pages, each over a new connection.
Prints one JSON line; the exit status is 1 when a page failed or, with the crowd, the 95th percentile is over 300 ms.
"""

import argparse
import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from people.houses.own_house import own_house

MOST_MS = 300
VISITORS, PAUSE_SECONDS, PATIENCE_SECONDS = 4, 0.1, 6.0
PLATFORM_PAGES, HUB_PAGES = ("/", "/login/", "/directory/"), ("/healthz", "/readyz")
MESSAGES = "/wire/v1/messages"


def ask_for(address: str, pages: Sequence[str], seconds: float) -> dict[str, Any]:
    """How long pages take, in milliseconds, and how many did not come."""
    taken: list[float] = []
    failed: list[float] = []
    over = time.monotonic() + seconds

    def visit() -> None:
        at = 0
        while time.monotonic() < over:
            begin = time.perf_counter()
            try:
                well = status_of(address, pages[at % len(pages)]) == HTTPStatus.OK
            except (OSError, http.client.HTTPException):
                well = False
            (taken if well else failed).append(1000 * (time.perf_counter() - begin))
            at += 1
            time.sleep(PAUSE_SECONDS)

    threads = [threading.Thread(target=visit) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    parts = statistics.quantiles(taken, n=100, method="inclusive") if len(taken) > 1 else [0.0] * 99
    percentiles = {f"p{percent}_ms": round(parts[percent - 1], 1) for percent in (50, 95, 99)}
    return {"pages": len(taken), **percentiles, "failed": len(failed)}


def status_of(address: str, page: str) -> int:
    """Over a connection of its own. Raises OSError or HTTPException."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", page)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextlib.contextmanager
def crowd(port: int, path: str, page: str, chosen: argparse.Namespace) -> Iterator[dict[str, int]]:
    """The crowd at that port for the length of the block; afterwards what it told last."""
    command = [sys.executable, "-m", "people.hostile.slow_visitors", str(port), "--path", path, "--page", page]
    for kind in ("bodies", "idle", "readers"):
        command += [f"--{kind}", str(getattr(chosen, kind))]
    told: dict[str, int] = {}
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdout=output)
        try:
            time.sleep(3)
            yield told
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        lines = [line for line in output.read().splitlines() if line.endswith("}")]
        told |= json.loads(lines[-1]) if lines else {"open": 0}


def measure(address: str, pages: Sequence[str], path: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Quiet, with the crowd, and after it has gone."""
    port = urlsplit(address).port or 0
    ask_for(address, pages, 2)  # what is read once
    quiet = ask_for(address, pages, chosen.seconds / 4)
    with crowd(port, path, pages[0], chosen) as told:
        crowded = ask_for(address, pages, chosen.seconds)
    return {"quiet": quiet, "crowded": crowded, "crowd": told, "after": ask_for(address, pages, 3)}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--bodies", type=int, default=64)
    parser.add_argument("--idle", type=int, default=500)
    parser.add_argument("--readers", type=int, default=64)
    chosen = parser.parse_args()
    with own_house() as stack:
        figures = {
            "platform": measure(stack.platform, PLATFORM_PAGES, "/login/", chosen),
            "hub": measure(f"http://127.0.0.1:{stack.base_port + 2}", HUB_PAGES, MESSAGES, chosen),
        }
    print(json.dumps({"prove": "slow_visitors", "most_ms": MOST_MS, **figures}))
    crowded = [each["crowded"] for each in figures.values()]
    return 1 if any(each["failed"] or each["p95_ms"] > MOST_MS for each in crowded) else 0


if __name__ == "__main__":
    sys.exit(main())
