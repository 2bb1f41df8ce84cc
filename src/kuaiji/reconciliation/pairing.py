"""Two books in one order, read side by side: a page of theirs at a time, and ours in the same stretch after it.

Ours is always read later than theirs, so whatever theirs knows of us is there, unless it was lost.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

Place = TypeVar("Place", uuid.UUID, int)
Our = TypeVar("Our")
Their = TypeVar("Their")

CHUNK = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Pair(Generic[Place, Our, Their]):
    """One thing and what each book says of it."""

    place: Place
    ours: Our | None
    theirs: Their | None


# After a place: a page of theirs, and whether there is more. After a place, up to another: at most CHUNK of ours.
Theirs = Callable[[Place], tuple[Mapping[Place, Their], bool]]
Ours = Callable[[Place, Place | None], Mapping[Place, Our]]


def pairs(
    first: Place, theirs: Theirs[Place, Their], ours: Ours[Place, Our]
) -> Iterator[list[Pair[Place, Our, Their]]]:
    """Everything that stands in one of the books, in order, a handful at a time."""
    after, more = first, True
    while more:
        page, more = theirs(after)
        until = max(page) if more else None
        done = False
        while not done:
            rows = ours(after, until)
            done = len(rows) < CHUNK
            end = until if done else max(rows)
            there = {place: entry for place, entry in page.items() if after < place and (end is None or place <= end)}
            yield [Pair(place, rows.get(place), there.get(place)) for place in sorted(rows.keys() | there.keys())]
            if end is not None:
                after = end
