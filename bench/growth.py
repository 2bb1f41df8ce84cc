"""What takes longer when there are more people: every page, a save, a submission, and the worker with nothing to do.

    python -m bench.growth [--sizes 1000,300000,700000] [--rounds 12]

At each size, smallest first, on the same kind of population (``bench.populate --kind everything``, kept and grown),
each act is done some times inside one process, in turns; its median in milliseconds, and what the largest is of the
smallest. Then the tables about people that PostgreSQL read whole meanwhile, of which there should be none. Without hub,
worker and stand-ins. Prints one JSON line; the exit status is 1 when an act takes over 1.2 times as long and over 2 ms
longer at the largest size, or a table about people was read whole there.
"""

import argparse
import collections
import json
import os
import random
import statistics
import subprocess
import sys
import time
from typing import Any

import django

from bench.population import homes
from bench.population.personas import persona
from people.houses.stack import opened_home

KIND = "everything"
MOST_RATIO, FELT_MS = 1.2, 2.0


def measure(people: int, rounds: int) -> dict[str, Any]:
    """Medians by act, and the tables that were read whole, in the home as it is."""
    home = homes.home_of(KIND)
    state = homes.read_state(home)
    with opened_home(home) as development:
        assert development.cluster is not None
        with development.cluster.running():
            os.environ |= development.platform_env() | {"KUAIJI_HUB_URL": "", "KUAIJI_ADDRESS_LIMITS": "off"}
            django.setup()
            from django.db import connection

            from bench.support.everyday import acts
            from people.houses.scans import whole_reads_in

            rng, taken = random.Random(people), collections.defaultdict(list)
            with whole_reads_in() as read:
                for nth in range(rounds + 1):
                    someone = persona(state.patterns, rng.randrange(people))
                    for name, act in acts([someone], rng):
                        begin = time.perf_counter()
                        act()
                        if nth:  # the first warms up
                            taken[name].append((time.perf_counter() - begin) * 1000)
            size = _size(connection)
    from people.houses.scans import ABOUT_PEOPLE

    return {
        "people": people,
        "database_mb": size,
        "ms": {name: round(statistics.median(values), 2) for name, values in taken.items()},
        "read_whole": {name: count for name, count in read.items() if name in ABOUT_PEOPLE},
    }


def _size(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) >> 20")
        return int(cursor.fetchone()[0])


def main() -> int:
    """Grow, measure in a process of its own at each size, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,300000,700000")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--measure", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.measure, args.rounds)))
        return 0
    found = []
    for size in sorted(map(int, args.sizes.split(","))):
        fill = ["bench.populate", "--kind", KIND, "--people", str(size)]
        look = ["bench.growth", "--measure", str(size), "--rounds", str(args.rounds)]
        subprocess.run([sys.executable, "-m", *fill], check=True, cwd=homes.ROOT, stdout=sys.stderr)
        done = subprocess.run([sys.executable, "-m", *look], check=True, cwd=homes.ROOT, stdout=subprocess.PIPE)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    least, most = found[0]["ms"], found[-1]["ms"]
    ratios = {name: round(most[name] / least[name], 2) for name in least}
    grown = [name for name, ratio in ratios.items() if ratio > MOST_RATIO and most[name] - least[name] > FELT_MS]
    print(json.dumps({"bench": "growth", "sizes": found, "ratios": ratios, "grown": grown}, ensure_ascii=False))
    return 1 if grown or found[-1]["read_whole"] else 0


if __name__ == "__main__":
    sys.exit(main())
