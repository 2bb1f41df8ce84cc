"""Can strangers keep owners out, by what they know of them? (ADR 0060)

    python -m prove.lockouts [--owners 1000] [--newcomers 250]

On a throw-away server, in four processes with real transactions, pools of codes set so wide that they blunt no attack.
Strangers do to each number, and to each phone, all that these are good for: codes with phones and numbers of their own,
wrong passwords. A moment later the owner takes the password back through the pages, by the bound phone in a browser
never seen; who is not registered yet registers. Prints one JSON line; the exit status is 1 when anybody is kept out.
"""

import argparse
import json
import sys
import time

from prove.support.inside import fresh_database, platform_inside

WIDE = ";".join(f"{pool}=3600:100000,86400:100000" for pool in ("code_known_networks", "code_new_networks"))


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owners", type=int, default=1000)
    parser.add_argument("--newcomers", type=int, default=250)
    chosen = parser.parse_args()
    begin = time.perf_counter()
    with (
        platform_inside(KUAIJI_TRUSTED_PROXIES="1", KUAIJI_LIMITS=WIDE) as server,
        fresh_database(server, "lockouts"),
    ):
        from prove.support import besieged

        found, wrong = besieged.figures(chosen.owners, chosen.newcomers)
    seconds = round(time.perf_counter() - begin, 1)
    print(json.dumps({"prove": "lockouts", **found, "seconds": seconds, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
