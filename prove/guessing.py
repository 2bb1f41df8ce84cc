"""How many guesses at one person's password are really checked in a day, and does the owner still get in? (ASVS 6.3.1)

    python -m prove.guessing [--guesses 10000] [--addresses 1000]

On a throw-away server, in four processes, behind one trusted proxy, address limits on. The guesses go through the
sign-in page, evenly over a day of a moved clock; what Argon2 really computed is counted at the hasher. In the middle of
it the owner signs in with the password in a browser used before, and recovers it by code elsewhere. Prints one JSON
line; the exit status is 1 when a count is off.
"""

import argparse
import json
import sys
import time

from prove.support.inside import fresh_database, platform_inside

MOST_CHECKED = 60  # a day, ASVS 6.3.1


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--addresses", type=int, default=1000)
    chosen = parser.parse_args()
    begin = time.perf_counter()
    with platform_inside(KUAIJI_TRUSTED_PROXIES="1") as server, fresh_database(server, "guessing"):
        from prove.support import guesses

        found = guesses.figures(chosen.guesses, chosen.addresses)
    checks = {
        "hashes": 0 < found["hashes"] <= MOST_CHECKED and found["hashes"] == found["answers"]["refused"],
        "somebody got in": set(found["answers"]) == {"refused", "limited"},
        "owner": found["owner_by_code_meanwhile"] and found["owner_by_new_password_afterwards"],
        "own browser": found["owner_by_password_in_an_own_browser_meanwhile"],
        "message of the change": found["messages_of_the_change"] == 1,
    }
    wrong = [name for name, well in checks.items() if not well]
    seconds = round(time.perf_counter() - begin, 1)
    print(json.dumps({"prove": "guessing", **found, "seconds": seconds, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
