"""Does everybody at the desk find exactly whom the oracle says, in every page that finds people? (R9.1, ADR 0120)

    python -m prove.scope [--actions 10000] [--people 16] [--seed 1]

On a throw-away server, through the pages: members of random bureaux look at lists with and without a filter, search by
name, number, phone and reference number, and open somebody on the phone, while records move from place to place. The
oracle (``people/records/scope_oracle.py``) walks up from a place, row by row. Then the same with each filter taken away
on purpose, which has to be found. Prints one JSON line; the exit status is 1 when a page showed anybody too many or too
few, or a filter that was gone was not missed.
"""

import argparse
import collections
import json
import random
import sys
import time
from typing import Any

from prove.support.inside import fresh_database, platform_inside


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in {"actions": 10_000, "people": 16, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    chosen = parser.parse_args()
    with platform_inside() as server, fresh_database(server, "scope"):
        from people.records.scope_oracle import ACTIONS, differences, without_filters
        from people.records.versioned_records import make_record

        begin = time.perf_counter()
        records = [make_record(seed=seed) for seed in range(chosen.people)]
        found = list(differences(random.Random(chosen.seed), records, rounds=chosen.actions))
        wrong = collections.Counter(one.action for one in found if one)
        missed: dict[str, Any] = {}
        for what in ("records", "rows", "scope"):
            with without_filters(what) as pages:
                tried = differences(random.Random(chosen.seed), records, rounds=max(200, chosen.actions // 20))
                missed[what] = sorted(pages - {one.action for one in tried if one})
    figures = {"actions": len(found), "pages": len(ACTIONS), "wrong": dict(wrong), "filters_not_missed": missed}
    print(json.dumps({"prove": "scope", **figures, "seconds": round(time.perf_counter() - begin, 1)}))
    return 1 if wrong or any(missed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
