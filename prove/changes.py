"""Do 1,000 saves of one record by two devices at once leave one line of versions? (R4.4)

    python -m prove.changes [--edits 500]

On a throw-away server; each device saves what it saw last, and looks again when it is told that it is behind. Prints
one JSON line; the exit status is 1 when a save was lost, doubled, out of order, or a book tells another story.
"""

import argparse
import json
import sys
import time

from prove.support.inside import fresh_database, platform_inside


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=500)
    edits = parser.parse_args().edits
    begin = time.perf_counter()
    with platform_inside() as server, fresh_database(server, "changes"):
        from people.records.concurrent_changes import rival_edits

        found = rival_edits(edits)
    right = {"saves": 2 * edits, "versions": 2 * edits, "lost": 0, "out_of_order": 0, "broken_links": 0}
    wrong = [name for name, count in right.items() if found[name] != count] + found["inconsistencies"]
    seconds = round(time.perf_counter() - begin, 1)
    print(json.dumps({"prove": "changes", **found, "seconds": seconds, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
