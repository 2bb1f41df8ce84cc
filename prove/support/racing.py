"""Withdrawals against claims and receipts at the hub, each pair at the very same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kuaiji_wire.answers import Answer, TransferResult
from kuaiji_wire.client import HubClient
from people.houses.hub import send
from people.hub_stories import Story
from prove.support.national import National

SIDES = ("440000", "440300")
AT_ONCE = 4


def race(national: National, count: int) -> tuple[dict[str, Any], list[str]]:
    """So many transfers, each taken back while it is claimed or received; who won, and what is wrong about it."""
    origin, destination = (national.hub.client(code) for code in SIDES)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        ends = list(threads.map(lambda number: _one(origin, destination, number % 2 == 0), range(count)))
    [[torn]] = national.hub.sql(
        "SELECT count(*) FROM kuaiji_hub_transfer t JOIN kuaiji_hub_person p ON p.id = t.person_id"
        " WHERE (t.state = 'received') <> (p.holder_id = t.destination_id) OR t.state NOT IN ('received', 'withdrawn')"
    )
    counts = Counter(ends)
    wrong = [f"{count} × {end}" for end, count in counts.items() if end not in RIGHT]
    return {"races": count, "won_by": dict(counts), "torn": torn}, wrong + (["torn"] if torn else [])


# What the withdrawal and the other message were answered, and where the transfer ended.
RIGHT = {
    "claim: ok, ok: withdrawn",
    "claim: ok, already_withdrawn: withdrawn",
    "receipt: ok, already_withdrawn: withdrawn",
    "receipt: already_received, ok: received",
}


def _one(origin: HubClient, destination: HubClient, receives: bool) -> str:
    story = Story()
    for message in (story.reported(), story.released()):
        assert send(origin, message).code == "ok"
    if receives:
        assert send(destination, story.claimed()).code == "ok"
    other = story.received() if receives else story.claimed()
    back, forth = _both(lambda: send(origin, story.withdrawn()), lambda: send(destination, other))
    held = origin.look_up(story.person).held_by
    result = send(origin, story.withdrawn()).result  # refused by now, with the state
    assert isinstance(result, TransferResult) and held
    assert (held.code == SIDES[1]) == (result.state == "received")
    return f"{'receipt' if receives else 'claim'}: {back.code}, {forth.code}: {result.state}"


def _both(*works: Callable[[], Answer]) -> list[Answer]:
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))
