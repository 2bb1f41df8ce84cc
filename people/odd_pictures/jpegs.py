"""JPEG files as scanners, cameras, chat programs and editors write them."""

from collections.abc import Iterator
from pathlib import Path

from PIL import ImageCms

from people.hostile.picture_checks import ORIENTATIONS, quarters, swapped_profile, turned
from people.hostile.pictures import encoded, segment, with_segments

DATA = Path(__file__).parent / "data"
START, END = b"\xff\xd8", b"\xff\xd9"
APP0, APP1, APP2, APP13, APP14, APP15, COMMENT = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE
WHOLE = quarters()
BASE = encoded(WHOLE)
PROGRESSIVE = encoded(WHOLE, progressive=True)
CMYK = encoded(WHOLE.convert("CMYK"))


def jpegs() -> dict[str, bytes]:
    """Every odd JPEG by name."""
    made = dict(_ends()) | dict(_colours()) | dict(_orientations()) | dict(_segments()) | dict(_profiles())
    # By `cjpeg` 2.1.5 of libjpeg-turbo-progs, with the options that the names say; no_eoi.jpg was sent in.
    return made | {f"jpeg-{path.stem}": path.read_bytes() for path in sorted(DATA.glob("*.jpg"))}


def _ends() -> Iterator[tuple[str, bytes]]:
    """How files end that were cut, padded or joined."""
    yield "jpeg-end-missing", BASE[:-2]
    yield "jpeg-half-of-end-missing", BASE[:-1]
    yield "jpeg-last-6-bytes-missing", BASE[:-6]
    yield "jpeg-last-12-bytes-missing", BASE[:-12]
    yield "jpeg-end-is-zeros", BASE[:-2] + bytes(64)
    yield "jpeg-progressive-end-missing", PROGRESSIVE[:-2]
    yield "jpeg-progressive-last-12-bytes-missing", PROGRESSIVE[:-12]
    yield "jpeg-half-is-zeros", BASE[: len(BASE) // 2].ljust(len(BASE), b"\0")
    yield "jpeg-end-twice", BASE + END
    yield "jpeg-trailing-zeros", BASE + bytes(4096)
    yield "jpeg-trailing-line", BASE + b"\r\n"
    yield "jpeg-trailing-picture", BASE + encoded(WHOLE.resize((300, 300)))
    yield "jpeg-trailing-film", BASE + b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
    yield "jpeg-bytes-before-end", BASE[:-2] + b"\0\0\x12\x34" + END
    yield "jpeg-line-before-start", b"\r\n" + BASE
    yield "jpeg-half-missing", BASE[: len(BASE) // 2]
    yield "jpeg-progressive-half-missing", PROGRESSIVE[: len(PROGRESSIVE) // 2]
    yield "jpeg-mpo", encoded(WHOLE, "MPO", save_all=True, append_images=[WHOLE.resize((200, 300))])


def _colours() -> Iterator[tuple[str, bytes]]:
    """Colour models, coding processes and sampling."""
    rgb = encoded(WHOLE, keep_rgb=True)
    yield "jpeg-progressive", PROGRESSIVE
    yield "jpeg-optimised", encoded(WHOLE, optimize=True)
    yield "jpeg-4-4-4", encoded(WHOLE, subsampling=0)
    yield "jpeg-4-2-2", encoded(WHOLE, subsampling=1)
    yield "jpeg-quality-1", encoded(WHOLE, quality=1)
    yield "jpeg-quality-100", encoded(WHOLE, quality=100)
    yield "jpeg-grey", encoded(WHOLE.convert("L"))
    yield "jpeg-grey-progressive", encoded(WHOLE.convert("L"), progressive=True)
    yield "jpeg-cmyk-adobe", CMYK
    yield "jpeg-cmyk-plain", without(CMYK, APP14)
    yield "jpeg-ycck-adobe", with_transform(CMYK, 2)
    yield "jpeg-cmyk-progressive", encoded(WHOLE.convert("CMYK"), progressive=True)
    yield "jpeg-rgb-adobe", rgb
    yield "jpeg-rgb-by-component-names", without(rgb, APP14)
    yield "jpeg-restarts-each-row", encoded(WHOLE, restart_marker_rows=1)
    yield "jpeg-restarts-each-block", encoded(WHOLE, restart_marker_blocks=1)
    yield "jpeg-restart-lost", encoded(WHOLE, restart_marker_rows=1).replace(b"\xff\xd3", b"", 1)
    yield "jpeg-restart-repeated", encoded(WHOLE, restart_marker_rows=4).replace(b"\xff\xd1", b"\xff\xd1\xff\xd1", 1)
    yield "jpeg-extended-sequential", BASE.replace(b"\xff\xc0\0\x11", b"\xff\xc1\0\x11", 1)
    yield "jpeg-12-bits", BASE.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c", 1)
    yield "jpeg-lossless", BASE.replace(b"\xff\xc0", b"\xff\xc3", 1)
    yield "jpeg-height-by-dnl", _height_later(BASE)


def _orientations() -> Iterator[tuple[str, bytes]]:
    """EXIF orientations, the eight that there are and some that there are not."""
    for number in ORIENTATIONS:
        yield f"jpeg-orientation-{number}", turned(number)
    yield "jpeg-orientation-0", with_segments(BASE, _exif(b"II", 0))
    yield "jpeg-orientation-9", with_segments(BASE, _exif(b"II", 9))
    yield "jpeg-orientation-big-endian", with_segments(without(turned(3), APP1), _exif(b"MM", 3))
    yield "jpeg-orientation-as-long", with_segments(without(turned(3), APP1), _exif(b"II", 3, long=True))
    yield "jpeg-orientation-twice", with_segments(without(turned(3), APP1), _exif(b"II", 3), _exif(b"II", 6))
    yield "jpeg-exif-empty", with_segments(BASE, segment(APP1, b"Exif\0\0"))
    yield "jpeg-exif-cut", with_segments(BASE, _exif(b"II", 6, cut=4))
    yield "jpeg-exif-noise", with_segments(BASE, segment(APP1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\2"))
    yield "jpeg-exif-after-jfif", BASE[:20] + _exif(b"II", 1) + BASE[20:]


def _segments() -> Iterator[tuple[str, bytes]]:
    """What may stand before the pixels."""
    thumbnail = encoded(WHOLE.resize((64, 96)))
    many = [segment(COMMENT, f"comment {number}".encode()) for number in range(200)]
    extended_xmp = [segment(APP1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(60_000)) for _ in range(5)]
    yield "jpeg-no-jfif", without(BASE, APP0)
    yield "jpeg-jfif-version-9", BASE.replace(b"JFIF\0\1\1", b"JFIF\0\x09\x09", 1)
    yield "jpeg-jfif-cut", with_segments(without(BASE, APP0), segment(APP0, b"JFIF\0"))
    yield "jpeg-jfif-thumbnail", with_segments(BASE, segment(APP0, b"JFXX\0\x10" + thumbnail))
    yield "jpeg-exif-thumbnail", with_segments(BASE, segment(APP1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + thumbnail))
    yield "jpeg-comment-empty", with_segments(BASE, segment(COMMENT, b""))
    yield "jpeg-comment-longest", with_segments(BASE, segment(COMMENT, b"A" * 65_533))
    yield "jpeg-comments-200", with_segments(BASE, *many)
    yield "jpeg-comment-before-end", BASE[:-2] + segment(COMMENT, b"late") + END
    yield "jpeg-comment-in-progressive", PROGRESSIVE[:-2] + segment(COMMENT, b"late") + END
    yield "jpeg-every-app", with_segments(BASE, *[segment(marker, b"own data") for marker in range(APP2, APP15 + 1)])
    yield "jpeg-photoshop-cut", with_segments(BASE, segment(APP13, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\xff\xff"))
    yield (
        "jpeg-photoshop-resolution-cut",
        with_segments(BASE, segment(APP13, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\0\2\0\1")),
    )
    yield "jpeg-photoshop-name-cut", with_segments(BASE, segment(APP13, b"Photoshop 3.0\x008BIM\x03\xed"))
    yield "jpeg-adobe-cut", with_segments(BASE, segment(APP14, b"Adobe\0"))
    yield "jpeg-adobe-transform-9", with_segments(BASE, segment(APP14, b"Adobe\0\x64\0\0\0\0\x09"))
    yield "jpeg-mpf-noise", with_segments(BASE, segment(APP2, b"MPF\0II*\0\xff\xff\xff\xff"))
    yield "jpeg-xmp-long", with_segments(BASE, *extended_xmp)
    yield "jpeg-fill-before-markers", with_segments(BASE, b"\xff" * 300)
    yield "jpeg-bytes-between-segments", with_segments(BASE, b"\x01\x02\x03")
    yield "jpeg-segment-without-content", with_segments(BASE, b"\xff\xe5\0\2")
    yield "jpeg-segment-length-0", with_segments(BASE, b"\xff\xe5\0\0")
    yield "jpeg-start-twice", START + BASE
    yield "jpeg-tables-twice", with_segments(BASE, BASE[20:89], BASE[20:89])


def _profiles() -> Iterator[tuple[str, bytes]]:
    """Colour profiles that are large, of something else, or broken."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    large = srgb[:-4] + bytes(600_000)
    large = len(large).to_bytes(4) + large[4:]
    yield "jpeg-profile", encoded(WHOLE, icc_profile=srgb)
    yield "jpeg-profile-swapped", encoded(WHOLE, icc_profile=swapped_profile())
    yield "jpeg-profile-600-kilobytes", encoded(WHOLE, icc_profile=large)
    yield "jpeg-profile-of-lab", encoded(WHOLE, icc_profile=lab)
    yield "jpeg-profile-on-grey", encoded(WHOLE.convert("L"), icc_profile=srgb)
    yield "jpeg-profile-on-cmyk", encoded(WHOLE.convert("CMYK"), icc_profile=srgb)
    yield "jpeg-profile-cut", encoded(WHOLE, icc_profile=srgb[:200])
    yield "jpeg-profile-noise", encoded(WHOLE, icc_profile=bytes(range(256)) * 4)
    yield "jpeg-profile-part-missing", with_segments(BASE, segment(APP2, b"ICC_PROFILE\0\1\2" + srgb))
    yield "jpeg-profile-part-0", with_segments(BASE, segment(APP2, b"ICC_PROFILE\0\0\0" + srgb))
    yield "jpeg-profile-head-only", with_segments(BASE, segment(APP2, b"ICC_PROFILE\0"))


def without(jpeg: bytes, marker: int) -> bytes:
    """The same file without its first segment of this kind."""
    at = jpeg.index(bytes((0xFF, marker)))
    return jpeg[:at] + jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4]) :]


def with_transform(jpeg: bytes, transform: int) -> bytes:
    """The same file with another colour transform in its Adobe segment."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + bytes((transform,)) + jpeg[at + 1 :]


def _exif(order: bytes, orientation: int, *, long: bool = False, cut: int = 0) -> bytes:
    """An EXIF segment with an orientation and nothing else, ``cut`` bytes short."""
    name = "little" if order == b"II" else "big"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, name)  # type: ignore[arg-type]

    value = number(orientation, 4) if long else number(orientation, 2) + bytes(2)
    entry = number(0x0112, 2) + number(4 if long else 3, 2) + number(1, 4) + value
    content = order + number(42, 2) + number(8, 4) + number(1, 2) + entry + bytes(4)
    return segment(APP1, b"Exif\0\0" + content[: len(content) - cut])


def _height_later(jpeg: bytes) -> bytes:
    """Height 0 in the frame, told by DNL after the scan, as some old scanners do."""
    at = jpeg.index(b"\xff\xc0") + 5
    height = jpeg[at : at + 2]
    return jpeg[:at] + b"\0\0" + jpeg[at + 2 : -2] + b"\xff\xdc\0\4" + height + END
