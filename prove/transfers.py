"""Does everybody who moves belong to one platform, whatever fails on the way? (R-5)

    python -m prove.transfers [--people 100] [--races 1000]

Two platforms and the hub between them, over a network that loses, doubles, reorders, delays and cuts, while platforms,
workers and hub are killed; of four people one takes the transfer back while it is claimed and one while the claim is
reviewed. Then 1,000 withdrawals against claims and receipts at the hub alone. Prints one JSON line; the exit status is
1 when somebody belongs to two platforms or to none, something was done twice, a history cannot be read, or the books
differ.
"""

import argparse
import json
import sys
import time

from kuaiji.house.development import open_development
from people.houses.prepared import TEMPLATE
from people.houses.standins import environment, migrate, served
from prove.support.chaos import ROUGH
from prove.support.inside import platform_inside

PATIENCE = 240.0


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--races", type=int, default=1000)
    chosen = parser.parse_args()
    begin = time.perf_counter()
    with platform_inside() as server:
        from people.houses.two_platforms import two_platforms
        from prove.support.moved import move_people
        from prove.support.national import national_hub
        from prove.support.racing import race

        server.ensure_database("standins")
        partners = environment(server.url(server.app, "standins"), server.url(server.owner, "standins"))
        migrate(partners)
        with served(partners) as standins, national_hub(server, "hub_transfers", rates=ROUGH) as national:
            development = open_development(durable=False)
            with two_platforms(server, TEMPLATE, development, national.hub, standins) as platforms:
                origin, destination = platforms.values()
                found, wrong = move_people(
                    origin, destination, national, people=chosen.people, every=15, patience=PATIENCE
                )
        with national_hub(server, "hub_races") as alone:
            races, torn = race(alone, chosen.races)
    figures = {"prove": "transfers", **found, "network": national.faults, **races, "wrong": wrong + torn}
    print(json.dumps(figures | {"part_seconds": round(time.perf_counter() - begin)}, ensure_ascii=False))
    return 1 if wrong or torn else 0


if __name__ == "__main__":
    sys.exit(main())
