"""Which notices stand now, as people read them."""

import dataclasses
import datetime as dt
import time
import uuid
from collections.abc import Sequence

from kuaiji.common import clock
from kuaiji.notices.models import Notice
from kuaiji.regions.services import full_name, places

FRESH_SECONDS = 2.0
MOST = 200  # of the newest, in lists


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A notice in a list."""

    id: uuid.UUID
    title: str
    area: str
    published_at: dt.datetime
    pinned: bool

    @property
    def area_name(self) -> str:
        """Whom it is for; empty for the whole platform."""
        return full_name(self.area) if self.area else ""


class _Kept:
    """What this process read last."""

    read: tuple[float, Sequence[Line]] | None = None


def lines(*, place: str = "") -> list[Line]:
    """Those for the whole platform, and for who belongs to ``place`` those of its area; no older than two seconds."""
    areas = {"", place, *((places()[place][0].code,) if place in places() else ())}
    return [line for line in _all() if line.area in areas]


def forget_notices() -> None:
    """Read anew at the next question."""
    _Kept.read = None


def _all() -> Sequence[Line]:
    kept = _Kept.read
    if kept and time.monotonic() - kept[0] < FRESH_SECONDS:
        return kept[1]
    begun = time.monotonic()
    rows = Notice.objects.standing(clock.now()).values_list("id", "title", "area", "published_at", "pinned")
    found = tuple(Line(id, title, area, at, pinned) for id, title, area, at, pinned in rows[:MOST] if at)
    _Kept.read = (begun, found)
    return found
