"""Moves between two platforms, step by step."""

import itertools
from typing import Any

from people.houses.two_platforms import Platform

HERE, THERE = "440000", "440300"
FUTIAN, TIANHE = "440304", "440106"  # 深圳市福田区, 广州市天河区
SEEDS = itertools.count(31)
LATER = 20  # days: past every review, whatever holidays are near


def released(
    origin: Platform, *, to: str = THERE, division: str = FUTIAN, sent: bool = True, **kind: Any
) -> dict[str, Any]:
    """A collected person whom ``origin`` lets go; the hub has heard of it if it was ``sent``."""
    made: dict[str, Any] = origin.do("collect", seed=next(SEEDS), **kind)
    made["transfer"] = origin.do("apply", user=made["user"], destination=to, division=division)
    origin.do("review", days=LATER)
    if sent:
        origin.do("work")
    return made


def claimed(origin: Platform, destination: Platform) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same, claimed at ``destination``."""
    made = released(origin)
    destination.do("work")
    return made, destination.do("claim", details=made["details"], division=FUTIAN)


def moved(origin: Platform, destination: Platform, made: dict[str, Any], division: str) -> dict[str, Any]:
    """The claim, its review and what comes of it, on both sides."""
    destination.do("work")
    claim: dict[str, Any] = destination.do("claim", details=made["details"], division=division)
    destination.do("review", days=LATER)
    destination.do("work")
    origin.do("work")
    return claim


def claims_told(platform: Platform) -> int:
    """How often a bound phone was told that somebody confirmed the transfer."""
    count: int = platform.do("messages").get("transfer_claimed", 0)
    return count
