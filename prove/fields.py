"""Does every field of every form refuse or normalise every hostile value, and does every rare name survive every place?

    python -m prove.fields

On a throw-away server, through the pages. Prints one JSON line; the exit status is 1 when anything was amiss.
"""

import json
import logging
import os
import shutil
import sys
import time
from typing import Any

import django
from django.db import connections, transaction

from tests.support.database import TEMPLATE, make_template, new_home, running_server

LEAST_NAMES, LEAST_NUMBERS, EVERY = 200, 500, 2  # every second name goes the whole way


def main() -> int:
    """Run and print."""
    development, start = new_home("sm"), time.perf_counter()
    os.environ |= development.platform_env("fields") | {"KUAIJI_DEMO": "0"}
    try:
        with running_server(development) as server:
            make_template(development)
            server.clone(TEMPLATE, "fields")
            django.setup()
            logging.disable()
            figures = prove()
            connections.close_all()
    finally:
        shutil.rmtree(development.home)
    faults = figures.pop("faults")
    figures |= {"faults": len(faults), "seconds": round(time.perf_counter() - start)}
    print(json.dumps({"prove": "fields", **figures}))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if faults or figures["names"] < LEAST_NAMES or figures["numbers"] < LEAST_NUMBERS else 0


def prove() -> dict[str, Any]:
    """The figures, and every fault in words."""
    from django.test.utils import setup_test_environment

    from tests.hostile.document_numbers import typed
    from tests.hostile.names import names
    from tests.hostile.test_numbers import verdict
    from tests.hostile.walking import walk

    setup_test_environment()
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # what must be outermost may begin inside
    with whole:
        fields, attempts, faults = cross()
        walked = list(names().items())[::EVERY]
        faults += [f"name {what}: {lost}" for what, (raw, kept) in walked if (lost := walk(raw, kept))]
        numbers = typed()
        faults += [f"number {number.what}: {wrong}" for number in numbers if (wrong := verdict(number))]
        transaction.set_rollback(True)
    return {"fields": fields, "attempts": attempts, "names": len(walked), "numbers": len(numbers), "faults": faults}


def cross() -> tuple[int, int, list[str]]:
    """Every value into every field: how many fields and attempts, and what was amiss."""
    from tests.hostile.attempts import attempt, cases, standing_at
    from tests.hostile.doors import DOORS

    attempts, faults = 0, []
    for door in DOORS:
        with standing_at(door) as scene:
            for name in door.names:
                for case, value in cases(door, name).items():
                    attempts += 1
                    if fault := attempt(door, scene, name, value):
                        faults.append(f"{door.title} {name}, {case}: {fault}")
    return sum(len(door.names) for door in DOORS), attempts, faults


if __name__ == "__main__":
    sys.exit(main())
