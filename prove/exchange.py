"""Is what platforms and hub tell each other told once, in order, and believed only when proven? (R-5, R-6, R-8)

    python -m prove.exchange [--part chaos|away|differences|bytes|untrusted] [--scale 1.0]

On a throw-away server with a real hub. ``chaos``: 10,000 reports over a network that loses, doubles, reorders, delays
and cuts, while workers and hub are killed; both books equal afterwards. ``away``: four hours without the hub.
``differences``: 120 planted ones of 23 kinds, each found, no other. ``bytes``: changed bytes of the hub's book found
offline. ``untrusted``: hubs that are none. Prints one JSON line; the exit status is 1 when a count is off.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from kuaiji.house.databases import Server
from prove.support.inside import fresh_database, platform_inside

Found = tuple[dict[str, Any], list[str]]
PATIENCE = 1200.0


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    figures: dict[str, Any] = {"prove": "exchange"}
    wrong: dict[str, list[str]] = {}
    with platform_inside() as server:
        for part in chosen.part or list(PARTS):
            begin = time.perf_counter()
            with fresh_database(server, part):
                found, faults = PARTS[part](server, chosen.scale)
            figures[part] = found | {"part_seconds": round(time.perf_counter() - begin)}
            if faults:
                wrong[part] = faults
    print(json.dumps(figures | {"wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


def chaos(server: Server, scale: float) -> Found:
    """10,000 reports of 2,500 people."""
    from prove.support.chaos import ROUGH
    from prove.support.national import national_hub
    from prove.support.told import through_chaos

    with national_hub(server, "hub_chaos", rates=ROUGH) as national:
        people = max(int(2500 * scale), 5)
        found, wrong = through_chaos(server, national, people=people, versions=4, every=20, patience=PATIENCE)
    return found | {"network": national.faults}, wrong


def away(server: Server, scale: float) -> Found:
    """3,000 reports of 1,500 people in four hours."""
    from prove.support.national import national_hub
    from prove.support.told import while_away

    with national_hub(server, "hub_away") as national:
        people = max(int(1500 * scale), 16)
        return while_away(
            server, national, people=people, versions=2, requests=max(int(800 * scale), 40), patience=PATIENCE
        )


def differences(server: Server, scale: float) -> Found:
    """120 planted differences among 300 records."""
    from prove.support.national import national_hub
    from prove.support.planted import find_planted

    with national_hub(server, "hub_differences") as national:
        return find_planted(national, rounds=max(int(5 * scale), 1), people=max(int(300 * scale), 60))


def changed_bytes(server: Server, scale: float) -> Found:
    """50 changed bytes in the book of the hub."""
    from prove.support.distrust import changed_bytes_found
    from prove.support.national import national_hub

    with national_hub(server, "hub_bytes") as national:
        return changed_bytes_found(national, rounds=max(int(10 * scale), 1))


def untrusted(server: Server, scale: float) -> Found:
    """Everything that answers and is not the hub."""
    from prove.support.distrust import others_believed
    from prove.support.national import national_hub

    with national_hub(server, "hub_untrusted") as national:
        return others_believed(national)


PARTS: dict[str, Callable[[Server, float], Found]] = {
    "chaos": chaos,
    "away": away,
    "differences": differences,
    "bytes": changed_bytes,
    "untrusted": untrusted,
}

if __name__ == "__main__":
    sys.exit(main())
