"""Many people, made after 32 who were registered and collected by the services: their rows written by COPY.

    python -m bench.populate [--people 300000] [--kind looked-up|everything] [--exam-rows 10000000]
        [--processes 2] [--remove]

Kept in ``var/bench/<kind>`` and used again by the other benches; made anew once migrations or the generator are others.
``looked-up`` is what look-ups, lists and figures read: keys, fingerprints, users, agreements, records with their
sections, the newest version, exam rows. ``everything`` adds audit rows, the closed draft, checks, browsers, rows of
pictures without files and the outbox (all told). ``--exam-rows`` grows what the exam check finds (fingerprints, bare
records, exam rows) of people who are not there otherwise. Everybody has a resident ID card, the password of
``personas.PASSWORD``, and the work and schooling of one of 32. The national hub knows none of them. Prints one JSON
line: seconds, people a second, bytes each.
"""

import argparse
import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import psycopg

from bench.population import homes
from bench.population.spans import AT_ONCE
from kuaiji.house.run import platform_service, prepare
from people.houses.stack import opened_home

SAID_EVERY = 20_000


def main() -> int:
    """Read the arguments and fill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--kind", choices=("looked-up", "everything"), default="looked-up")
    parser.add_argument("--exam-rows", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--remove", action="store_true")
    args = parser.parse_args()
    if args.remove:
        homes.remove(homes.FOLDER / args.kind)
        return 0
    figures = populated(args.kind, args.people, exam_rows=args.exam_rows, processes=args.processes)
    print(json.dumps({"bench": "populate", "kind": args.kind, **figures}))
    return 0


def populated(kind: str, people: int, *, exam_rows: int = 0, processes: int = 2) -> dict[str, Any]:
    """See to it that there are as many; what it took. Django is set up afterwards, on a server that has stopped."""
    home = homes.home_of(kind)
    with _alone(home), opened_home(home) as development:
        cluster = development.cluster
        assert cluster is not None
        with cluster.running():
            development.server.ensure_roles()
            prepare(development, [platform_service(development)])
            env = development.platform_env()
            os.environ |= env
            django.setup()
            address = cluster.admin_url.replace("/postgres?", f"/{development.platform_database}?")
            return {
                "people": _grow(home, kind, people, address, env, processes),
                "exam_rows": _grow(home, "exam-only", exam_rows, address, env, processes),
            }


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Raises BlockingIOError while another one fills this home."""
    with (home / "populate.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _grow(home: Path, kind: str, people: int, address: str, env: Mapping[str, str], processes: int) -> dict[str, Any]:
    from bench.population.filling import fill, settle
    from bench.population.templates import Kind

    begin, size = time.monotonic(), _size(address)
    counts = []
    if people:
        for count in fill(home, Kind(kind), people=people, address=address, env=env, processes=processes):
            counts.append(count)
            if count % SAID_EVERY == 0:
                print(f"{count} after {time.monotonic() - begin:.0f} s", file=sys.stderr)
    written = counts[-1] - max(0, counts[0] - AT_ONCE) if counts else 0
    seconds = time.monotonic() - begin
    if written:
        settle(address)
    return {
        "there": homes.read_state(home).exam_rows if kind == "exam-only" else homes.read_state(home).people,
        "seconds": round(seconds, 1),
        "settled_after": round(time.monotonic() - begin, 1),
        "per_second": round(written / seconds),
        "bytes_each": round((_size(address) - size) / written) if written else 0,
    }


def _size(address: str) -> int:
    with psycopg.connect(address) as superuser:
        row = superuser.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
