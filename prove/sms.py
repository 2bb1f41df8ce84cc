"""Do the limits on messages hold under attack, and do honest people get theirs meanwhile? (S-20 to S-25, R-9)

    python -m prove.sms [--part storm|crowd|hanging]
        [--requests 100000] [--addresses 10000] [--honest 1000] [--parallel 50]

On a throw-away server, in four processes with real transactions, behind one trusted proxy, address limits on. ``storm``
asks for codes to one phone for ten minutes and then on in every hour of the day; the first request of each address goes
through the pages, its others through the services. ``crowd`` are people who share one address and register through the
pages. ``hanging`` hands messages over while the first of two providers says nothing. Prints one JSON line; the exit
status is 1 when a count is off. Codes to many phones: ``python -m prove.budgets``.
"""

import argparse
import functools
import json
import sys
import time
from typing import Any

from prove.support.inside import fresh_database, platform_inside

PARTS = ("storm", "crowd", "hanging")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"requests": 100_000, "addresses": 10_000, "honest": 1000, "parallel": 50}
    for name, number in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--part", choices=PARTS)
    chosen = parser.parse_args()
    figures: dict[str, Any] = {"prove": "sms"}
    wrong = []
    with platform_inside(KUAIJI_TRUSTED_PROXIES="1") as server:
        from prove.support import crowds, hanging, storm

        acts = {
            "storm": functools.partial(storm.figures, chosen.requests, chosen.addresses),
            "crowd": functools.partial(crowds.behind_one_address, chosen.honest),
            "hanging": functools.partial(hanging.figures, chosen.parallel),
        }
        for name in [chosen.part] if chosen.part else PARTS:
            with fresh_database(server, name):
                begin = time.perf_counter()
                figures[name], faults = acts[name]()
                figures[name]["seconds"] = round(time.perf_counter() - begin, 1)
                wrong += [f"{name}: {fault}" for fault in faults]
    print(json.dumps(figures | {"wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
