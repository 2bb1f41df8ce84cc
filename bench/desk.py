"""What the desk's lists and searches ask of PostgreSQL, for a county, a city and the province; beside Django's admin.

    python -m bench.desk [--people 300000] [--rounds 40]

On the population of ``bench.populate --kind looked-up``, kept and grown. Each act runs ``--rounds`` times in one
process, for random people and from random places of the list: milliseconds of SQL as the process waits for it, the
median and the 95th percentile, and how many statements. ``admin`` is Django admin's own change list over the same rows
(its search by the beginning of a name, its pages by number, its totals) with the same rows in scope. Without a house.
Prints one JSON line.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from bench.population import homes
from bench.population.personas import persona
from people.houses.stack import opened_home

KIND = "looked-up"


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=40)
    args = parser.parse_args()
    fill = ["bench.populate", "--kind", KIND, "--people", str(args.people)]
    subprocess.run([sys.executable, "-m", *fill], check=True, cwd=homes.ROOT, stdout=sys.stderr)
    with opened_home(homes.home_of(KIND)) as development:
        assert development.cluster is not None
        with development.cluster.running():
            os.environ |= development.platform_env() | {"KUAIJI_HUB_URL": "", "KUAIJI_ADDRESS_LIMITS": "off"}
            django.setup()
            found = measured(args.people, args.rounds)
    print(json.dumps({"bench": "desk", "people": args.people, **found}, ensure_ascii=False))
    return 0


def measured(people: int, rounds: int) -> dict[str, Any]:
    """Every act for every scope; where Django is set up."""
    from bench.support.desk_acts import acts, scopes

    state = homes.read_state(homes.home_of(KIND))
    rng = random.Random(people)
    figures: dict[str, Any] = {}
    for scope, places in scopes().items():
        somebody = lambda: persona(state.patterns, rng.randrange(people))  # noqa: E731
        figures[scope] = {name: timed(act, rounds) for name, act in acts(places, somebody, rng).items()}
    return figures


def timed(act: Callable[[], object], rounds: int) -> dict[str, Any]:
    """Milliseconds in the database, and statements."""
    from django.db import connection

    taken: list[float] = []
    asked = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken[-1] += (time.perf_counter() - begin) * 1000
            asked += 1

    with connection.execute_wrapper(wrapper):
        for _ in range(rounds + 1):  # the first warms up
            taken.append(0.0)
            act()
    last = sorted(taken[1:])
    return {
        "ms": round(statistics.median(last), 2),
        "p95": round(last[int(len(last) * 0.95)], 2),
        "statements": round(asked / (rounds + 1), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
