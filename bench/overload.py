"""Three times as much as the platform can answer, at a pace that does not slow down: what becomes of it.

    python -m bench.overload [--seconds 20] [--times 3] [--clients 16]

``pages`` asks for 采集状态 of signed-in people. First the best rate that ``clients`` reach who wait for each answer,
and how long a page takes while only a trickle of people asks; then ``times`` the best rate, as an open loop. Goals: at
least 80 % of the best is answered, the rest is told to come back (503) within 50 ms, and within 30 s of the end a page
takes what it took before. Starts a house of its own, durable as ``make run`` starts it; prints one JSON line. The exit
status is 1 where a goal was missed. Run it on an idle machine.
"""

import argparse
import asyncio
import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bench.pages import PATHS, PEOPLE, citizen
from bench.support.house import bench_house
from bench.support.load import Kept, run_round, wait_for_calm
from bench.support.open_loop import Told, ask_on, percentile

TRICKLE = 10.0  # pages a second while all is calm
LEAST_GOODPUT, MOST_REFUSED_MS, MOST_RECOVERY_SECONDS = 0.8, 50, 30
NORMAL = 2.0  # a page takes at most so many times what it takes while all is calm


def best_rate(platform: str, requests: Sequence[bytes], clients: int, seconds: float) -> float:
    """Answers a second to ``clients`` who wait for each."""
    wire = Kept(platform)

    def ask(request: bytes) -> bool:
        return wire.ask(request)[0] == 200

    warm = run_round(ask, itertools.islice(itertools.cycle(requests), 200), clients)
    count = int(warm.rate * seconds)
    return run_round(ask, itertools.islice(itertools.cycle(requests), count), clients).rate


def recovery_seconds(after: Told, normal_ms: float) -> float:
    """From the end of the overload to the last second in which pages took longer than normal."""
    last = 0.0
    for second in range(int(after.seconds)):
        there = [answer for answer in after.answers if second <= answer.at < second + 1]
        if percentile(there, 50) > normal_ms or any(answer.status != 200 for answer in there):
            last = second + 1.0
    return last


def measure(platform: str, requests: Sequence[bytes], chosen: argparse.Namespace) -> dict[str, Any]:
    """Best, calm, overload, afterwards."""
    endless: Iterator[bytes] = itertools.cycle(requests)
    wait_for_calm()
    best = best_rate(platform, requests, chosen.clients, chosen.seconds / 2)
    calm = asyncio.run(ask_on(platform, endless, per_second=TRICKLE, seconds=chosen.seconds / 2))
    much = asyncio.run(ask_on(platform, endless, per_second=chosen.times * best, seconds=chosen.seconds))
    after = asyncio.run(ask_on(platform, endless, per_second=TRICKLE, seconds=10))
    normal_ms = NORMAL * percentile(calm.answers, 95)
    figures = {
        "best_per_second": round(best, 1),
        "calm": calm.figures(),
        "overload": much.figures(),
        "goodput": round(len(much.of(200)) / much.seconds / best, 3),
        "after": after.figures(),
        "recovery_seconds": recovery_seconds(after, normal_ms),
    }
    return figures


def missed(figures: dict[str, Any]) -> list[str]:
    """The goals that were not reached."""
    overload = figures["overload"]
    reached = {
        "goodput": figures["goodput"] >= LEAST_GOODPUT,
        "refused_p95_ms": overload["refused_p95_ms"] <= MOST_REFUSED_MS,
        "failed": overload["failed"] == 0,
        "recovery_seconds": figures["recovery_seconds"] <= MOST_RECOVERY_SECONDS,
    }
    return [goal for goal, is_reached in reached.items() if not is_reached]


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--times", type=float, default=3)
    parser.add_argument("--clients", type=int, default=16)
    chosen = parser.parse_args()
    rng = random.Random(1)
    with bench_house(KUAIJI_HUB_URL="") as stack:
        from bench.support.citizens import registered

        people = [citizen(registered(rng, 0)) for _ in range(PEOPLE)]
        wire = Kept(stack.platform)
        requests = [wire.request(PATHS["me"], cookies=each.cookies) for each in people]
        figures = {"pages": measure(stack.platform, requests, chosen)}
    failed = {kind: missed(each) for kind, each in figures.items()}
    print(json.dumps({"bench": "overload", "times": chosen.times, **figures, "missed": failed}))
    return int(any(failed.values()))


if __name__ == "__main__":
    sys.exit(main())
