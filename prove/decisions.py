"""Is each case decided once, and each decision carried out once, whatever clerks and kills do (ADR 0113, 0114)?

    python -m prove.decisions [--clerks 64] [--cases 1000] [--after 25] [--patience 1500]

On a throw-away server. All clerks decide all cases at the same time, each on a connection of the own. Then the ten
minutes are over, and workers carry the decisions out; each is killed (-9) once it has done ``after`` of them, and the
next one goes on. Prints one JSON line; the exit status is 1 when a case was decided twice or never, or a decision was
lost or carried out twice.
"""

import argparse
import json
import sys
import time

from prove.support.inside import fresh_database, platform_inside

DATABASE = "decisions"


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in {"clerks": 64, "cases": 1000, "after": 25, "patience": 1500}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    chosen = parser.parse_args()
    with platform_inside(KUAIJI_HUB_URL="") as server, fresh_database(server, DATABASE):
        from people.records import decisions

        decisions.open_cases(chosen.cases)
        begin = time.monotonic()
        told = decisions.all_decide_all(decisions.clerks(chosen.clerks))
        raced = round(time.monotonic() - begin, 1)
        killed = decisions.carried_out_by_killed_workers(
            server.url(server.app, DATABASE), after=chosen.after, patience=chosen.patience
        )
        figures = decisions.counted()
    wrong = [name for name, number in figures.items() if number and name != "cases"]
    if told["decided"] != chosen.cases:
        wrong.append("told")
    line = {"prove": "decisions", **figures, "told": dict(told), "race_seconds": raced, "workers_killed": killed}
    print(json.dumps({**line, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
