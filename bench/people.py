"""Different people go through the pages over HTTP, from the first question to 信息已采集.

    python -m bench.people [--people 300] [--clients 4] [--url http://127.0.0.1:8000] [--seed 1]

Prints one JSON line: how many were collected, how long a journey took, and on standard error the first failures.
Without ``--url`` it starts a house of its own; a platform given by address must run in demo with
``KUAIJI_ADDRESS_LIMITS=off``, as one machine acts for everybody.
"""

import argparse
import collections
import concurrent.futures
import json
import random
import statistics
import sys
import time

from bench.support.house import bench_house
from kuaiji.common.documents import DocumentType
from people.http_visitor import HttpVisitor, Stuck
from people.persons import RARE_NAMES, STATUSES, Person, make_person


def people(count: int, seed: int) -> list[Person]:
    """``count`` people: every pair of status and document type in turn, rare and long names among them."""
    rng = random.Random(seed)
    kinds = [(status, kind.value) for kind in DocumentType for status in STATUSES]
    made = []
    for at in range(count):
        status, kind = kinds[at % len(kinds)]
        name = RARE_NAMES[at // 5 % len(RARE_NAMES)] if at % 5 == 0 else None
        made.append(make_person(rng, status=status, document_type=kind, name=name))
    return made


def go(url: str, person: Person) -> tuple[str, float]:
    """One person's whole journey: the reference number, or the fault; and seconds."""
    start = time.perf_counter()
    try:
        with HttpVisitor(url) as visitor:
            visitor.register(person)
            return visitor.collect(person), time.perf_counter() - start
    except Stuck as stuck:
        return f"FAILED status={person.status} document={person.document_type}: {stuck}", time.perf_counter() - start


def main() -> int:
    """Read the arguments and drive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--url")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    if args.url:
        return drive(args.url, args.people, args.clients, args.seed)
    with bench_house() as house:
        return drive(house.platform, args.people, args.clients, args.seed)


def drive(url: str, count: int, clients: int, seed: int) -> int:
    """Send ``count`` people through the pages; 1 when somebody was not collected."""
    everybody, start = people(count, seed), time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        results = list(pool.map(lambda person: go(url, person), everybody))
    seconds = time.perf_counter() - start
    failed = [result for result, _ in results if result.startswith("FAILED")]
    numbers = {result for result, _ in results} - set(failed)
    figures = {
        "bench": "people",
        "people": len(everybody),
        "collected": len(numbers),
        "failed": len(failed),
        "statuses": dict(collections.Counter(person.status for person in everybody)),
        "document_types": len({person.document_type for person in everybody}),
        "seconds": round(seconds, 1),
        "people_per_second": round(len(everybody) / seconds, 2),
        "median_journey_seconds": round(statistics.median(taken for _, taken in results), 2),
    }
    print(json.dumps(figures, ensure_ascii=False))
    for failure in failed[:10]:
        print(failure, file=sys.stderr)
    return 1 if failed or len(numbers) != len(everybody) else 0


if __name__ == "__main__":
    sys.exit(main())
