"""Does every field of every form refuse or normalise every hostile value, and do rare names and all numbers survive?

    python -m prove.fields

On a throw-away server, through the pages, nothing of it committed. ``fields`` tries every value on every field.
``names`` and ``numbers`` carry people from the registration form to database, search, sign-in, pages, JSON and history;
``tried`` are numbers on the form alone, most of them wrong. Prints one JSON line; the exit status is 1 when anything
was amiss.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction

from people.houses.prepared import TEMPLATE
from prove.support.inside import in_processes, platform_inside

LEAST_NAMES, NUMBERS, EVERY = 200, 520, 2  # every second name goes the whole way

Outcome = tuple[dict[str, int], list[str]]  # figures; every fault in words


def main() -> int:
    """Run and print."""
    start = time.perf_counter()
    figures: dict[str, Any] = {"prove": "fields"}
    faults: list[str] = []
    with platform_inside() as server:
        from django.test.utils import setup_test_environment

        setup_test_environment()
        for part in PARTS:
            server.clone(TEMPLATE, part)
        for found, amiss in in_processes(act, PARTS):
            figures |= found
            faults += amiss
    figures |= {"faults": len(faults), "seconds": round(time.perf_counter() - start)}
    print(json.dumps(figures))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if faults or figures["names_carried"] < LEAST_NAMES else 0


def act(part: str) -> Outcome:
    """One part, in a database and a transaction of its own that is given up in the end."""
    connections.settings["default"]["NAME"] = part
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # what must be outermost may begin inside
    with whole:
        outcome = PARTS[part]()
        transaction.set_rollback(True)
    return outcome


def fields() -> Outcome:
    """Every value into every field."""
    from people.hostile.attempts import attempt, cases, standing_at
    from people.hostile.doors import DOORS

    attempts, faults = 0, []
    for door in DOORS:
        with standing_at(door) as scene:
            for name in door.names:
                for case, value in cases(door, name).items():
                    attempts += 1
                    if fault := attempt(door, scene, name, value):
                        faults.append(f"{door.title} {name}, {case}: {fault}")
    return {"fields": sum(len(door.names) for door in DOORS), "attempts": attempts}, faults


def names() -> Outcome:
    """Rare names the whole way."""
    from people.hostile.names import names
    from people.hostile.walking import walk_name

    walked = list(names().items())[::EVERY]
    faults = [f"name {what}: {lost}" for what, (raw, kept) in walked if (lost := walk_name(raw, kept))]
    return {"names_carried": len(walked)}, faults


def numbers() -> Outcome:
    """Numbers of every type in every spelling the whole way, and many on the form."""
    from people.hostile.document_numbers import people, typed, verdict
    from people.hostile.walking import walk

    faults = []
    for person, raw in itertools.islice(people(), NUMBERS):
        faults += [f"number of type {person.document_type}: {lost}" for lost in walk(person, document_number=raw)]
    tried = typed()
    faults += [f"number {number.what}: {wrong}" for number in tried if (wrong := verdict(number))]
    return {"numbers_carried": NUMBERS, "numbers_tried": len(tried)}, faults


PARTS: dict[str, Callable[[], Outcome]] = {"fields": fields, "names": names, "numbers": numbers}

if __name__ == "__main__":
    sys.exit(main())
