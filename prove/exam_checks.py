"""Is every answer to the exam system fresh, written down, sealed, and given once?

    python -m prove.exam_checks [--part adapters|freshness|keys|seals|web|database|control] [--scale 1.0]

- adapters: 5,000 fuzzed requests to Django's view and to the front before it: none is answered otherwise.
- freshness: 10,000 saves and the question after each, from two processes: none is answered by what was before.
- keys: 16 clients ask while their key is changed and the old one taken back, five times: nobody is refused but who
  signs by a key that was taken back a second ago.
- seals: a million answers are sealed and verified.
- web: 16 clients ask while the web's processes are killed; every 200 has its row, and no signature is taken again.
- database: the same while all processes of the database server are killed.
- control: the same with ``synchronous_commit=off``; here the proof must see loss, or it could not see any.

Prints one JSON line; the exit status is 1 when a count is off.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from people.houses.own_house import own_house
from prove.support import exam_askers
from prove.support.inside import fresh_database, platform_inside

Figures = dict[str, Any]
CANDIDATES = 1000  # of a batch
CONTROL_TRIES = 4


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    figures: Figures = {"prove": "exam_checks"}
    faults = []
    for name in [chosen.part] if chosen.part else PARTS:
        begin = time.perf_counter()
        part = figures[name] = PARTS[name](chosen.scale)
        part["seconds"] = round(time.perf_counter() - begin, 1)
        faults += [f"{name}: {what} {part[what]}" for what in NONE_OF if part.get(what)] if name != "control" else []
    if "control" in figures and not figures["control"]["lost"]:
        faults.append("control: no loss was seen")
    print(json.dumps(figures | {"faults": faults}, ensure_ascii=False))
    return 1 if faults else 0


def adapters(scale: float) -> Figures:
    """Each request to both, undone in between."""
    count = max(10, round(5000 * scale))
    with platform_inside() as server, fresh_database(server, "adapters"):
        from people.hostile.exam_adapters import differing

        return {"requests": count, "differing": differing(count)}


def freshness(scale: float) -> Figures:
    """Saves and questions in two processes."""
    pairs = max(10, round(10_000 * scale))
    with platform_inside() as server, fresh_database(server, "freshness"):
        from people.records.fresh_answers import stale_answers

        return {"pairs": pairs, "stale": stale_answers(pairs, people=50)}


def keys(scale: float) -> Figures:
    """Questions while the client's key is rotated."""
    with own_house() as house:
        return exam_askers.while_keys_are_rotated(house, times=max(2, round(5 * scale)))


def seals(scale: float) -> Figures:
    """Answers about strangers, in batches, then seals and what verification says of them."""
    batches = max(2, round(1000 * scale))
    with platform_inside() as server, fresh_database(server, "seals"):
        from kuaiji.audit import seals as sealing
        from kuaiji.audit.proving.verification import verify
        from kuaiji.examchecks.models import ExamCheck
        from kuaiji.examchecks.services.lookups import Candidate, look_up
        from people.records.asked import asked, signed
        from people.records.audit_writers import wait_until_over

        begin = time.perf_counter()
        for _ in range(batches):
            look_up(signed(), asked(), [Candidate((os.urandom(32),), "x", str(n)) for n in range(CANDIDATES)])
        asked_seconds = time.perf_counter() - begin
        wait_until_over()
        sealing.seal_waiting()
        begin = time.perf_counter()
        result = verify()
        return {
            "rows": ExamCheck.objects.count(),
            "candidates_a_second": round(batches * CANDIDATES / asked_seconds),
            "verify_seconds": round(time.perf_counter() - begin, 1),
            "not_verified": result.waiting + max(0, batches * CANDIDATES - result.rows),
            "differences": len(result.differences),
        }


def web(scale: float) -> Figures:
    """Questions while processes of the site are killed."""
    with own_house() as house:
        return exam_askers.while_web_is_killed(house, seconds=max(8, 120 * scale), rng=random.Random(1))


def database(scale: float) -> Figures:
    """Questions while the database server is killed."""
    with own_house() as house:
        return exam_askers.while_database_is_killed(house, kills=max(1, round(10 * scale)))


def control(scale: float) -> Figures:
    """The same on a server that says done before it is; again until loss is seen."""
    with own_house() as house:
        exam_askers.commit_later(house)
        tries, figures = 0, Figures()
        while not figures.get("lost") and tries < CONTROL_TRIES:
            tries += 1
            figures = exam_askers.while_database_is_killed(house, kills=max(1, round(3 * scale)))
        return figures | {"tries": tries}


NONE_OF = (
    "differing",
    "refused",
    "taken_back_too_late",
    "stale",
    "not_verified",
    "differences",
    "lost",
    "taken_again",
    "doubled",
    "nothing_answered",
)
PARTS: dict[str, Callable[[float], Figures]] = {
    "adapters": adapters,
    "freshness": freshness,
    "keys": keys,
    "seals": seals,
    "web": web,
    "database": database,
    "control": control,
}

if __name__ == "__main__":
    sys.exit(main())
