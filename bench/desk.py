"""What the desk's lists and searches ask of PostgreSQL, for a county, a city and the province; beside Django's admin.

    python -m bench.desk [--people 300000] [--cases 50000] [--rounds 40]

On the population of ``bench.populate --kind looked-up``, kept and grown, and so many cases that wait. Each act runs
``--rounds`` times in one process, for random people and from random places of the list: milliseconds of SQL as the
process waits for it, the median and the 95th percentile, how many statements, and the milliseconds of it all at the
95th percentile. ``page`` is a page of the desk with guard, session, template and access log. Goals: home 10 ms of SQL,
lists and searches 5, a record 10; a page 200 ms. ``admin`` is Django admin's own change list over the same rows
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
import psycopg

from bench.population import homes
from bench.population.personas import persona
from kuaiji.house.development import Development
from people.houses.stack import opened_home

KIND = "looked-up"


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=40)
    args = parser.parse_args()
    fill = ["bench.populate", "--kind", KIND, "--people", str(args.people)]
    subprocess.run([sys.executable, "-m", *fill], check=True, cwd=homes.ROOT, stdout=sys.stderr)
    with opened_home(homes.home_of(KIND)) as development:
        assert development.cluster is not None
        with development.cluster.running():
            os.environ |= development.platform_env() | {"KUAIJI_HUB_URL": "", "KUAIJI_ADDRESS_LIMITS": "off"}
            django.setup()
            found = measured(development, args.people, args.cases, args.rounds)
    print(json.dumps({"bench": "desk", "people": args.people, "cases": args.cases, **found}, ensure_ascii=False))
    return 0


def measured(development: Development, people: int, cases: int, rounds: int) -> dict[str, Any]:
    """Every act for every scope; where Django is set up."""
    from bench.population.filling import settle
    from bench.support.desk_acts import acts, scopes
    from bench.support.desk_pages import open_cases, pages

    state = homes.read_state(homes.home_of(KIND))
    rng = random.Random(people)
    figures: dict[str, Any] = {}
    assert development.cluster is not None
    address = development.cluster.admin_url.replace("/postgres?", f"/{development.platform_database}?")
    try:
        open_cases(cases, rng)
        settle(address)
        for scope, (place, places) in scopes().items():
            somebody = lambda: persona(state.patterns, rng.randrange(people))  # noqa: E731
            tried = {**acts(places, somebody, rng), **pages(place, places, somebody, rng)}
            figures[scope] = {name: timed(act, rounds) for name, act in tried.items()}
    finally:
        with psycopg.connect(address) as superuser:  # whoever fills the home next would look for what they stand for
            superuser.execute("TRUNCATE cases_case CASCADE")
    return figures


def timed(act: Callable[[], object], rounds: int) -> dict[str, Any]:
    """Milliseconds in the database and all told, and statements."""
    from django.db import connection

    taken: list[float] = []
    whole: list[float] = []
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
            begin = time.perf_counter()
            act()
            whole.append((time.perf_counter() - begin) * 1000)
    last, whole = sorted(taken[1:]), sorted(whole[1:])
    return {
        "ms": round(statistics.median(last), 2),
        "p95": round(last[int(len(last) * 0.95)], 2),
        "whole_p95": round(whole[int(len(whole) * 0.95)], 2),
        "statements": round(asked / (rounds + 1), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
