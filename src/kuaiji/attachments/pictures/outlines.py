"""What a file's own table of parts says, and the parts that a decoder has to see (docs/adr/0067).

Words, thumbnails, frames and other people's blocks ride in pictures, often cut or miscounted; browsers pass over them.
They are left out here, before any decoder reads, so that they neither break nor burden it. Only bytes are moved.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_PARTS = 20_000
MAX_SCANS = 32
MAX_FILL = 1 << 16
"""Segments, scans and fill bytes of one file: far more than cameras write, yet soon read."""

MAX_PROFILE = 4 << 20
"""Bytes of an unpacked colour profile. Those of printers have one or two million."""

PIECE = 1 << 14
"""Bytes unpacked at once where pixels are only counted."""

MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What begins a segment: stuffed zeros and restarts, which stand among the pixels, do not."""

START, END, SCAN = 0xD8, 0xD9, 0xDA
APP0, EXIF, PROFILE, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
TABLES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD})  # frames, Huffman and quantisation tables, restarts
LEAST_OF = {APP0: (b"JFIF\0", 14), PROFILE: (b"ICC_PROFILE\0", 15), ADOBE: (b"Adobe", 12)}
"""How segments begin that change colours, and the fewest bytes of content that say something."""

ORIENTATION, SHORT = 0x0112, 3
"""Name and type of the value in EXIF that says how a camera was held."""

JPEG_END = b"\xff\xd9"
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\0\0\0\0IEND\xae\x42\x60\x82"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of a PNG, by colour type."""


class Outline(NamedTuple):
    """The parts of a file that matter.

    ``complete``: its end is there. ``profile``: what its colours mean, where the file says so apart from its pixels
    (PNG). ``scans``: how many there are, and ``final``: whether they bring every coefficient to its last bit (JPEG).
    ``orientation``: of EXIF, 1 to 8; 1 where it says none.
    """

    needed: bytes
    complete: bool
    scans: int = 0
    final: bool = True
    profile: bytes | None = None
    orientation: int = 1


def jpeg_outline(data: bytes) -> Outline | None:
    """Of the first picture. None for a flood of parts, which would only burn time, and where no segment can begin."""
    at, fill, kept, scans, exif = 2, 0, [data[:2]], list[bytes](), b""
    pixels = 0  # where the first scan begins; from there on everything is needed
    for _ in range(MAX_PARTS):
        marker = MARKER.search(data, at)
        kind = data[marker.start() + 1] if marker else None
        if marker is None or kind == END:
            ends = marker.start() if marker else len(data.rstrip(b"\0\xff"))
            needed = b"".join((*kept, data[pixels or ends : ends], JPEG_END))
            final = _reach_the_last_bit(scans)
            return Outline(needed, marker is not None, len(scans), final, orientation=_orientation(exif))
        begins = marker.start()
        if not pixels and (kind == START or data[at:begins].strip(b"\xff")):
            return None
        fill += 0 if pixels else begins - at
        at = marker.end() + (0 if kind == 0x01 else max(2, int.from_bytes(data[begins + 2 : begins + 4])))
        content = data[begins + 4 : at]
        if kind == SCAN:
            pixels = pixels or begins
            scans.append(content)
        elif kind == EXIF and content.startswith(b"Exif\0\0"):
            exif = exif or content[6:]
        elif not pixels and _is_needed(kind, content):
            kept.append(data[begins:at])
        if len(scans) > MAX_SCANS or fill > MAX_FILL:
            break
    return None


def png_outline(data: bytes) -> Outline | None:
    """None for a flood of parts, which would only burn time, and for parts that a reader would have to know."""
    kept, profile, exif, complete = [PNG_START], None, b"", False
    for count, (kind, content, whole) in enumerate(_chunks(data)):
        if count > MAX_PARTS:
            return None
        if kind == b"IEND":
            complete = True
            break
        if not kind[0] & 0x20:
            if (kind == b"IHDR") != (count == 0) or kind not in (b"IHDR", b"PLTE", b"IDAT"):
                return None
            if kind == b"IDAT" and kept[1][17] == 3 and not any(one[4:8] == b"PLTE" for one in kept):
                return None
            kept.append(whole)
        elif not _sum_fits(whole):
            continue
        elif kind == b"iCCP":
            profile = profile or _unpacked(content)
        elif kind == b"eXIf":
            exif = exif or content
        elif kind == b"tRNS" and _holes_fit(content, kept):
            kept.append(whole)
    return Outline(b"".join((*kept, PNG_END)), complete, profile=profile, orientation=_orientation(exif))


def bytes_of_pixels(png: bytes) -> tuple[int, int]:
    """How many bytes of pixels a PNG brings, and how many it should, at least; read in pieces, nothing is kept."""
    unpack, found, head = zlib.decompressobj(-zlib.MAX_WBITS), 0, 2  # without the sum at the end
    for kind, content, _ in _chunks(png):
        packed = content[head:] if kind == b"IDAT" else b""
        head -= min(head, len(content)) if kind == b"IDAT" else 0
        try:
            while packed and not unpack.eof:
                found += len(unpack.decompress(packed, PIECE))
                packed = unpack.unconsumed_tail
        except zlib.error:
            break
    return found, bytes_of_row(png) * int.from_bytes(png[20:24])


def bytes_of_row(png: bytes) -> int:
    """Of one row of pixels, with the byte that names its filter."""
    return 1 + (int.from_bytes(png[16:20]) * png[24] * CHANNELS.get(png[25], 4) + 7) // 8


def _is_needed(kind: int | None, content: bytes) -> bool:
    """Whether a segment before the pixels changes them."""
    begins, least = LEAST_OF.get(kind, (b"", 0)) if kind else (b"", 0)
    return kind in TABLES or (bool(begins) and content.startswith(begins) and len(content) >= least)


def _orientation(exif: bytes) -> int:
    """What the first table of a TIFF block says; 1 where it cannot be read."""
    order: Literal["little", "big"] = "little" if exif[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    table = number(4, 4)
    for at in range(table + 2, min(table + 2 + 12 * number(table, 2), len(exif)), 12):
        if number(at, 2) == ORIENTATION and number(at + 2, 2) == SHORT:
            return value if 1 <= (value := number(at + 8, 2)) <= 8 else 1
    return 1


def _reach_the_last_bit(scans: list[bytes]) -> bool:
    """Whether the heads of scans, taken together, name the last bit of every coefficient of every component."""
    last: dict[int, set[int]] = {}
    for head in scans:
        count = head[0] if head else 0
        if len(head) < 4 + 2 * count:
            continue
        first, until, bits = head[1 + 2 * count : 4 + 2 * count]
        for component in head[1 : 1 + 2 * count : 2]:
            reached = last.setdefault(component, set())
            if not bits & 0x0F:
                reached.update(range(first, min(until, 63) + 1))
    return bool(last) and all(len(reached) == 64 for reached in last.values())


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, content, and the chunk as it stands. The last may be cut."""
    at = len(PNG_START)
    while at + 8 <= len(png):
        ends = at + 12 + int.from_bytes(png[at : at + 4])
        whole = png[at:ends]
        yield whole[4:8], whole[8 : ends - at - 4], whole
        at = ends


def _sum_fits(chunk: bytes) -> bool:
    return zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:])


def _holes_fit(content: bytes, kept: list[bytes]) -> bool:
    """Whether transparency is told in the way of the picture's colours."""
    colour = kept[1][17]
    if colour == 3:
        palettes = [(len(one) - 12) // 3 for one in kept if one[4:8] == b"PLTE"]
        return bool(palettes) and 0 < len(content) <= palettes[0]
    return len(content) == {0: 2, 2: 6}.get(colour)


def _unpacked(content: bytes) -> bytes | None:
    """The colour profile of an iCCP chunk; None where it cannot be had, or is larger than profiles are."""
    name, found, packed = content.partition(b"\0")
    if not found or not name or packed[:1] != b"\0":
        return None
    unpack = zlib.decompressobj()
    try:
        profile = unpack.decompress(packed[1:], MAX_PROFILE)
    except zlib.error:
        return None
    return profile if unpack.eof else None
