"""Are keys changed while people work without a failed read, and is everybody one person? (S-13, S-14)

    python -m prove.rotation [--people 100000] [--rivals 1000] [--kills 20]

On a throw-away server: people stand under the first keys; processes that do not agree on the current ones read them and
register the same persons at the same time, while ``kuaiji rotate-keys`` is killed and run again. Then the old keys
retire. Prints one JSON line; the exit status is 1 when a read failed, somebody is two people, or a row is left behind.
"""

import argparse
import json
import sys

from prove.support.inside import fresh_database, platform_inside


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rivals", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    chosen = parser.parse_args()
    with platform_inside() as server, fresh_database(server, "rotation"):
        from prove.support.rotating import rotate

        figures, wrong = rotate(server, people=chosen.people, rivals=chosen.rivals, kills=chosen.kills)
    print(json.dumps({"prove": "rotation", **figures, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
