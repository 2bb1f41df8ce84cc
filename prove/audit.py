"""Is every act behind the application's back found, and does sealing keep up with the writers?

    python -m prove.audit [--planted 1000] [--writers 64] [--seconds 20] [--rows 1000000]

On a throw-away server: acts planted as superuser with all triggers off, one at a time; statements that the app role
tries; writers in parallel while the loop seals; the time to verify many rows. Prints one JSON line; the exit status is
1 when something was missed, or verifying took over a minute.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.db import DatabaseError, connection, connections, transaction

from kuaiji.house.databases import Server
from people.houses.database import make_template, new_home, running_server
from people.houses.prepared import TEMPLATE

MOST_SECONDS = 60  # S-42, for a million rows
OPERATIONS_A_BATCH = 10
ROWS_A_TRANSACTION = 100


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("--planted", 1000), ("--writers", 64), ("--seconds", 20), ("--rows", 1_000_000)):
        parser.add_argument(name, type=int, default=number)
    chosen = parser.parse_args()
    development = new_home("sm")
    (development.home / "seals").mkdir()
    os.environ |= development.platform_env(TEMPLATE) | {"KUAIJI_DEMO": "0"}
    figures: dict[str, Any] = {"prove": "audit"}
    try:
        with running_server(development) as server:
            make_template(development)
            django.setup()
            with database(server, "planted") as name:
                figures["planted"], figures["missed"] = plant(server, name, chosen.planted)
                figures["statements"], figures["not_refused"] = attack()
            with database(server, "writers") as name:
                figures |= write(server, name, chosen.writers, chosen.seconds)
            with database(server, "many"):
                figures |= time_verifying(chosen.rows)
    finally:
        shutil.rmtree(development.home)
    print(json.dumps(figures))
    wrong = figures["missed"] or figures["not_refused"] or figures["queued"] or figures["not_sealed_once"]
    return 1 if wrong or figures["differences"] or figures["verify_seconds"] > MOST_SECONDS else 0


@contextlib.contextmanager
def database(server: Server, name: str) -> Iterator[str]:
    """A fresh database for Django's connection, with a second place of its own."""
    connections.close_all()
    server.clone(TEMPLATE, name)
    connections.settings["default"]["NAME"] = name
    place = Path(os.environ["KUAIJI_HOME"]) / "seals" / name
    place.mkdir()
    os.environ["KUAIJI_SEALS"] = str(place)
    yield name
    connections.close_all()
    server.drop(name)


def plant(server: Server, name: str, count: int) -> tuple[dict[str, int], list[str]]:
    """How many acts of each kind were planted, and which of them verification did not find in their very place."""
    from kuaiji.audit import seals
    from kuaiji.audit.proving.verification import verify
    from people.records.audit_tampering import Planter, connect_as_superuser
    from people.records.audit_writers import wait_until_over, write_operations

    rng = random.Random(7)
    for _ in range(20):
        write_operations(OPERATIONS_A_BATCH, rng)
        wait_until_over()
        seals.seal_waiting()
    planted: Counter[str] = Counter()
    missed = []
    with connect_as_superuser(server, name) as superuser:
        planter = Planter(superuser, rng)
        for number in range(count):
            act = list(planter.acts)[number % len(planter.acts)]
            places = planter.acts[act]()
            planted[act] += 1
            if {(difference.number, difference.table) for difference in verify().differences} != places:
                missed.append(f"{number} {act}")
            planter.heal()
        if verify().differences:
            missed.append("healing")
    return dict(planted), missed


def attack() -> tuple[int, list[str]]:
    """How many statements the app role tried, and which were not refused for want of a right."""
    from psycopg.errors import InsufficientPrivilege

    from people.records.audit_attacks import ATTACKS

    passed = []
    for statement in ATTACKS:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            passed.append(statement)
        except DatabaseError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                passed.append(statement)
    return len(ATTACKS), passed


def write(server: Server, name: str, writers: int, seconds: int) -> dict[str, Any]:
    """Writers at their fastest while the loop seals: who waited for a lock, and whether each row is in one batch."""
    from kuaiji.audit import seals
    from kuaiji.audit.models import Seal
    from kuaiji.audit.proving.verification import verify
    from kuaiji.audit.sealed_tables import sealed_tables
    from kuaiji.keys.models import PersonKey
    from people.records.audit_tampering import connect_as_superuser
    from people.records.audit_writers import locks_waited_for, wait_until_over, write_in_parallel, write_operation

    until = time.monotonic() + seconds
    queued: set[str] = set()

    def each(rng: random.Random) -> None:
        person_key = PersonKey.objects.make()
        while time.monotonic() < until:
            write_operation(rng, person_key)

    with connect_as_superuser(server, name) as superuser:

        def meanwhile() -> None:
            seals.seal_waiting()
            queued.update(locks_waited_for(superuser))

        write_in_parallel(writers, each=each, meanwhile=meanwhile)
    wait_until_over()
    seals.seal_waiting()
    result = verify()
    written = 0
    with connection.cursor() as cursor:
        for table in sealed_tables():
            cursor.execute(f"SELECT count(*) FROM {table}")
            written += cursor.fetchone()[0]
    sealed = sum(batch["rows"] for seal in Seal.objects.all() for batch in seal.tables.values())
    return {
        "writers": writers,
        "rows_written": written,
        "batches": result.batches,
        "queued": sorted(queued),
        "not_sealed_once": abs(written - sealed) + len(result.differences) + result.waiting,
    }


def time_verifying(rows: int) -> dict[str, Any]:
    """Seal many rows of many transactions, and verify them."""
    from kuaiji.audit import seals
    from kuaiji.audit.proving.verification import verify
    from people.records.audit_writers import wait_until_over

    with connection.cursor() as cursor:
        for _ in range(rows // ROWS_A_TRANSACTION):
            cursor.execute(
                "INSERT INTO audit_event (id, operation_id, kind, subject_id, data, personal)"
                " SELECT uuidv7(), uuidv7(), 'AnswersSaved', gen_random_uuid(), '{\"section\": \"personal\"}',"
                " decode(repeat(md5(place::text), 20), 'hex') FROM generate_series(1, %s) AS place",
                [ROWS_A_TRANSACTION],
            )
    wait_until_over()
    start = time.perf_counter()
    seals.seal_waiting()
    sealed, start = time.perf_counter() - start, time.perf_counter()
    result = verify()
    return {
        "rows_verified": result.rows,
        "seal_seconds": round(sealed, 1),
        "verify_seconds": round(time.perf_counter() - start, 1),
        "differences": len(result.differences) + result.waiting,
    }


if __name__ == "__main__":
    sys.exit(main())
