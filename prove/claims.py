"""Does anybody get the archive of somebody else, and does every owner get theirs? (docs/adr/0052)

    python -m prove.claims [--claims 10000]

Two platforms and the hub between them. For each person under transfer twenty claims at the same moment: strangers who
know name and number, with phones of their own, guess places and codes and leave claims that wait; the owner comes with
the bound phone, with the code from another phone, or with neither. Every third wave is told in version 1 of the wire.
Two people of the bureau let owners through whom nothing else proves, and refuse the strangers. Prints one JSON line;
the exit status is 1 when an archive went to a stranger, or an owner was stopped.
"""

import argparse
import json
import sys
import time

from kuaiji.house.development import open_development
from kuaiji_hub.rules import QUOTA_FLOOR
from people.houses.hub import Hub
from people.houses.prepared import TEMPLATE
from people.houses.standins import environment, migrate, served
from prove.support.inside import platform_inside

DESTINATION = "440300"


def announce(hub: Hub, claims: int) -> None:
    """Everybody asks on one day: more than a hub of so few people answers unannounced (docs/adr/0056)."""
    most = claims + QUOTA_FLOOR
    said = hub.operate(f"quotas announce {DESTINATION} questions {most} --until 2999-12-31 --reason proof")
    assert said == [""], said


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=10_000)
    chosen = parser.parse_args()
    begin = time.perf_counter()
    with platform_inside() as server:
        from people.houses.two_platforms import two_platforms
        from prove.support.claiming import claim_all
        from prove.support.national import national_hub

        server.ensure_database("standins")
        partners = environment(server.url(server.app, "standins"), server.url(server.owner, "standins"))
        migrate(partners)
        with served(partners) as standins, national_hub(server, "hub_claims") as national:
            announce(national.hub, chosen.claims)
            development = open_development(durable=False)
            with two_platforms(server, TEMPLATE, development, national.hub, standins) as platforms:
                found, wrong = claim_all(*platforms.values(), claims=chosen.claims)
    seconds = round(time.perf_counter() - begin)
    print(json.dumps({"prove": "claims", **found, "wrong": wrong, "seconds": seconds}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
