"""Libraries and fonts that printing needs, and which characters the fonts have.

Noto Sans CJK SC carries the page; Hanazono Mincho has the rare characters of names (extensions B to F). What neither
has is printed as its code point: with an empty box nobody could tell one name from another.
"""

import ctypes
import subprocess
import unicodedata
from collections.abc import Mapping

FAMILIES = {"Noto Sans CJK SC": "fonts-noto-cjk", "HanaMinA": "fonts-hanazono", "HanaMinB": "fonts-hanazono"}
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


Fonts = Mapping[str, frozenset[int]]
"""The code points of each family that is installed."""


def installed_fonts() -> Fonts:
    """Of FAMILIES, those that are there now, as fontconfig knows them: asked anew each time, as fonts are installed
    while a worker runs. Takes a fraction of the second that a print takes."""
    try:
        listed = subprocess.run(
            ["fc-list", "--format", "%{family}|%{charset}\n"], check=True, capture_output=True, timeout=10, text=True
        ).stdout
    except (OSError, subprocess.SubprocessError):  # comes with Pango
        return {}
    covered: dict[str, frozenset[int]] = {}
    for line in listed.splitlines():
        names, _, ranges = line.partition("|")
        for family in FAMILIES.keys() & names.split(","):
            covered[family] = covered.get(family, frozenset()) | _code_points(ranges)
    return covered


def lacking(fonts: Fonts) -> list[str]:
    """Debian packages that must be installed before anything can be printed; none when all is well."""
    packages = [package for library, package in LIBRARIES.items() if not _loads(library)]
    packages += [package for family, package in FAMILIES.items() if family not in fonts]
    return sorted(set(packages))


def spelled(text: str, fonts: Fonts) -> tuple[str, int]:
    """``text`` with every character that no font has as ``[U+XXXXX]``, and how many there were."""
    missing = [character for character in text if not _is_printed(character, fonts)]
    replaced = text.translate({ord(character): f"[U+{ord(character):04X}]" for character in missing})
    return replaced, len(missing)


def runs(text: str, fonts: Fonts) -> list[list[str]]:
    """``text``, which ``spelled`` made, in parts of one font each: (part, family). For who draws; a PDF finds its fonts
    itself."""
    parts: list[list[str]] = []
    first = next(iter(FAMILIES))
    for character in text:
        family = next((family for family in FAMILIES if ord(character) in fonts.get(family, ())), first)
        if parts and parts[-1][1] == family:
            parts[-1][0] += character
        else:
            parts.append([character, family])
    return parts


def _is_printed(character: str, fonts: Fonts) -> bool:
    code = ord(character)
    if code in _SELECTORS or unicodedata.category(character) in ("Cc", "Cf"):
        return True
    return any(code in characters for characters in fonts.values())


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _code_points(ranges: str) -> frozenset[int]:
    """``20-7e a0`` in hexadecimal."""
    points: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)
