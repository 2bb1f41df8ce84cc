"""Do the budgets of codes hold against programs, and do honest people get theirs meanwhile? (ADR 0059)

    python -m prove.budgets [--part crowd|room|address|everywhere|at_once]
        [--people 1000] [--requests 20000] [--addresses 10000] [--yuan 0.05]

On a throw-away server with real transactions and a moved clock; a program here answers every question, so it is played
through the services, which ask none. ``crowd``: people behind one address within an hour, some with late messages.
``room``: as many within ten minutes. ``address``: a program at one address for an hour. ``everywhere``: a program for a
day from many addresses in networks where nobody entered a code, and beside it people in known networks, owners with the
bound phone in networks that are not known, and newcomers. ``at_once``: programs in four processes at the very same
moment. Prints one JSON line, with the cost of all messages to programs; the exit status is 1 when a count is off.
"""

import argparse
import functools
import json
import sys
import time
from typing import Any

from prove.support.inside import fresh_database, platform_inside

PARTS = ("crowd", "room", "address", "everywhere", "at_once")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in {"people": 1000, "requests": 20_000, "addresses": 10_000}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--yuan", type=float, default=0.05, help="what one message costs")
    parser.add_argument("--part", choices=PARTS)
    chosen = parser.parse_args()
    figures: dict[str, Any] = {"prove": "budgets"}
    wrong = []
    with platform_inside() as server:
        from prove.support import spending

        acts = {
            "crowd": functools.partial(spending.behind_one_address, chosen.people, minutes=60),
            "room": functools.partial(spending.behind_one_address, chosen.people, minutes=10),
            "address": functools.partial(spending.program_at_one_address, 3600),
            "everywhere": functools.partial(
                spending.program_from_everywhere, chosen.requests, chosen.addresses, chosen.people // 2
            ),
            "at_once": functools.partial(spending.programs_at_once, 400),
        }
        for name in [chosen.part] if chosen.part else PARTS:
            with fresh_database(server, name):
                begin = time.perf_counter()
                figures[name], faults = acts[name]()
                figures[name]["seconds"] = round(time.perf_counter() - begin, 1)
                wrong += [f"{name}: {fault}" for fault in faults]
    for found in figures.values():
        if isinstance(found, dict) and "messages_to_the_program" in found:
            found["yuan"] = round(found["messages_to_the_program"] * chosen.yuan, 2)
    print(json.dumps(figures | {"wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
