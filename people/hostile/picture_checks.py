"""What may be left of a received picture, which way up it must stand, and how much memory decoding took."""

import functools
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageCms

from kuaiji.attachments.pictures import decoder
from people.hostile.pictures import SMALL, encoded, raw_png, segment, speckled, with_segments

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 60), (40, 60, 210), (250, 250, 250)
ORIENTATIONS = range(1, 9)
BARE = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA}  # start, JFIF, tables, frame, scan: all that a picture needs
RUN = 24  # bytes in a row that are no coincidence


def close(found: object, wanted: tuple[int, int, int], by: int = 25) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def quarters() -> Image.Image:
    """Red, green above; blue, white below."""
    picture = Image.new("RGB", (400, 600), WHITE)
    for corner, colour in (((0, 0), RED), ((200, 0), GREEN), ((0, 300), BLUE)):
        picture.paste(colour, (*corner, corner[0] + 200, corner[1] + 300))
    return picture


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """The quarters as a phone stores them that was held so, with a word on how it was held."""
    back = {6: 8, 8: 6}.get(orientation, orientation)
    stored = quarters() if orientation == 1 else quarters().transpose(decoder.UPRIGHT[back])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(stored, kind, exif=exif)


def is_upright(picture: Image.Image) -> bool:
    """Whether the quarters stand as they should."""
    corners = [picture.getpixel(at) for at in ((20, 20), (380, 20), (20, 580), (380, 580))]
    wanted = (RED, GREEN, BLUE, WHITE)
    return picture.size == (400, 600) and all(close(one, other) for one, other in zip(corners, wanted, strict=True))


def segments_of(jpeg: bytes) -> set[int]:
    """The markers before the pixels; nothing may follow the end marker."""
    at, found = 2, {0xD8}
    while 0xDA not in found:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    assert jpeg.index(b"\xff\xd9", at) == len(jpeg) - 2
    return found


def is_clean(jpeg: bytes, payload: bytes = b"") -> bool:
    """Nothing but pixels, and nothing of what was carried along."""
    return segments_of(jpeg) <= BARE and not any(payload[at : at + RUN] in jpeg for at in range(len(payload) - RUN + 1))


def swapped_profile() -> bytes:
    """sRGB in which red and green mean each other."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")


def with_canaries() -> bytes:
    """A picture with a word in every place for metadata."""
    exif = Image.Exif()
    exif[0x010F] = "CANARY-maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 44.0), 29: "CANARY-gps"})
    return with_segments(
        encoded(SMALL, exif=exif, comment=b"CANARY-comment", icc_profile=swapped_profile() + b"CANARY-icc"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>CANARY-xmp</x:xmpmeta>"),
        segment(0xED, b"Photoshop 3.0\x008BIM\4\4CANARY-iptc"),
        segment(0xE1, b"Exif\0\0CANARY-second"),
    )


@functools.cache
def largest() -> bytes:
    return encoded(speckled(8064, 6048, "L").convert("RGB"), quality=50, progressive=True)


HEAVY: dict[str, Callable[[], bytes]] = {
    "png-20-megapixels": lambda: raw_png(5000, 4000, 8, 6, bytes(20_000)),
    "png-20-megapixels-16-bit": lambda: raw_png(5000, 4000, 16, 6, bytes(40_000)),
    "png-20-megapixels-grey": lambda: raw_png(5000, 4000, 16, 0, bytes(10_000)),
    "jpeg-48-megapixels": largest,
    "jpeg-48-megapixels-end-missing": lambda: largest()[:-2],
}
# From a small process: a child's peak starts from that of its parent.
_MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-I", "-m", "kuaiji.attachments.pictures.decoder"],
                      stdin=open(sys.argv[1], "rb"), stdout=subprocess.PIPE, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, int(b"error" in done.stdout[:60]))
"""


def peak_of_decoding(data: bytes, kind: str, asked: Path) -> tuple[int, bool]:
    """The most memory the decoder held, in bytes, and whether it refused. ``asked`` is a file to be made."""
    header = json.dumps({"format": kind, "max_side": 2000, "min_width": 1, "min_height": 1, "quality": 85}).encode()
    asked.write_bytes(struct.pack(">I", len(header)) + header + data)
    measured = subprocess.run([sys.executable, "-c", _MEASURE, asked], capture_output=True, text=True, check=True)
    peak, refused = map(int, measured.stdout.split())
    return peak * 1024, bool(refused)
