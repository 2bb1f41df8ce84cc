"""What a limit is, how long to wait for it, and how an operator writes one."""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
LONGEST = DAY  # acts are kept a little longer than this, so no window may be wider
MOST = 100_000  # rows that one question may have to read


MEANT_FOR = 1_000_000  # people of a platform, for whom the totals of everybody together are written down


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """At most ``most`` times in any ``seconds`` in a row."""

    seconds: int
    most: int


class BadNumbers(Exception):
    """An entry of KUAIJI_LIMITS cannot stand; names the limit, what was given and what may be."""


def parse(text: str) -> Mapping[str, tuple[Window, ...]]:
    """``code_to_phone=60:1,3600:5;code_from_address.total=86400:5000`` as windows by the name of the limit.

    Raises BadNumbers. Whether there is such a limit is not known here.
    """
    found: dict[str, tuple[Window, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        name, _, windows = entry.partition("=")
        if name in found:
            raise BadNumbers(f"{name}: given twice")
        found[name] = tuple(_window(name, window) for window in windows.split(","))
    return found


def by_people(most: int, people: int) -> int:
    """A total that holds for up to a million people, for a platform of ``people``: as many times as much."""
    return -(-most * max(people, MEANT_FOR) // MEANT_FOR)


def seconds_to_wait(newest_first: Sequence[dt.datetime], windows: Sequence[Window], now: dt.datetime) -> int:
    """How long until an act is allowed again after acts at these times; 0 when it is."""
    waits = [
        window.seconds - int((now - newest_first[window.most - 1]).total_seconds())
        for window in windows
        if len(newest_first) >= window.most
    ]
    return max([0, *waits])


def in_words(seconds: int) -> str:
    """A wait in Chinese, rounded up: ``40 秒``, ``5 分钟``, ``3 小时``."""
    if seconds <= MINUTE:
        return f"{seconds} 秒"
    return f"{-(-seconds // MINUTE)} 分钟" if seconds <= HOUR else f"{-(-seconds // HOUR)} 小时"


def _window(name: str, text: str) -> Window:
    given = f"{name}={text}"
    numbers = re.fullmatch(r"\s*([0-9]{1,9}):([0-9]{1,9})\s*", text)
    if not numbers:
        raise BadNumbers(f"{given}: a window is written seconds:most, such as 3600:5")
    window = Window(int(numbers[1]), int(numbers[2]))
    if not 1 <= window.seconds <= LONGEST:
        raise BadNumbers(f"{given}: a window has 1 to {LONGEST} seconds")
    if not 1 <= window.most <= MOST:
        raise BadNumbers(f"{given}: at least once and at most {MOST} times")
    return window
