"""PNG files as screenshots, editors, phones and converters write them."""

import functools
import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image, ImageCms

from people.hostile.picture_checks import WHITE, quarters, swapped_profile, turned
from people.hostile.pictures import chunk, encoded, with_chunks
from people.odd_pictures.jpegs import DATA

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
WHOLE = quarters()
BASE = encoded(WHOLE, "PNG")
FEW = WHOLE.quantize(4)
COLOURS = bytes(FEW.getpalette() or ())[:12]
PLTE = chunk(b"PLTE", COLOURS)


def pngs() -> dict[str, bytes]:
    """Every odd PNG by name."""
    made = dict(_pixels()) | dict(_holes()) | dict(_colours()) | dict(_texts()) | dict(_streams()) | dict(_others())
    return made | {f"png-{path.stem}": path.read_bytes() for path in sorted(DATA.glob("*.png"))}


def drawn(
    colour: int, depth: int, *, interlaced: bool = False, before: Sequence[bytes] = (), filtered: int = 0
) -> bytes:
    """The quarters as a PNG of this colour type and depth; ``before`` are chunks ahead of the pixels."""
    picture = (
        FEW if colour == PALETTE else WHOLE.convert({GREY: "L", GREY_ALPHA: "LA", RGBA: "RGBA"}.get(colour, "RGB"))
    )
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    body = b"".join(_rows(picture, colour, depth, step, filtered) for step in passes)
    header = struct.pack(">IIBBBBB", *picture.size, depth, colour, 0, 0, interlaced)
    return SIGNATURE + chunk(b"IHDR", header) + b"".join(before) + chunk(b"IDAT", zlib.compress(body)) + END


def _rows(picture: Image.Image, colour: int, depth: int, grid: tuple[int, int, int, int], kind: int) -> bytes:
    """The pixels of one pass; of ``kind`` 1 (Sub) or 2 (Up) they are told as differences."""
    (left, top, across, down), channels, width = grid, CHANNELS[colour], picture.width
    pixels = picture.tobytes()
    step = max(1, channels * depth // 8)
    out, above = [], b""
    for y in range(top, picture.height, down):
        row = pixels[y * width * channels : (y + 1) * width * channels]
        packed = _packed(_every(row, channels, left, across), depth, scaled=colour != PALETTE)
        above = above or bytes(len(packed))
        before = {0: bytes(len(packed)), 1: bytes(step) + packed, 2: above}[kind]
        out.append(bytes((kind,)) + _less(packed, before))
        above = packed
    return b"".join(out)


# The rows of a quarter are alike: each is made once.
@functools.lru_cache(maxsize=64)
def _every(row: bytes, channels: int, left: int, across: int) -> bytes:
    """The pixels of a row from ``left`` on, one of ``across``."""
    return b"".join(row[x : x + channels] for x in range(left * channels, len(row), across * channels))


@functools.lru_cache(maxsize=64)
def _less(packed: bytes, before: bytes) -> bytes:
    """The row as differences from what stands before."""
    return bytes((one - other) % 256 for one, other in zip(packed, before, strict=False))


@functools.lru_cache(maxsize=64)
def _packed(values: bytes, depth: int, *, scaled: bool) -> bytes:
    if depth == 8:
        return values
    if depth == 16:
        return b"".join(bytes((value, value)) for value in values)
    shown = [value >> (8 - depth) if scaled else value for value in values]
    per = 8 // depth
    shown += [0] * (-len(shown) % per)
    return bytes(
        sum(value << (8 - depth * (place + 1)) for place, value in enumerate(shown[at : at + per]))
        for at in range(0, len(shown), per)
    )


def _pixels() -> Iterator[tuple[str, bytes]]:
    """Every colour type and depth, plain and interlaced."""
    for colour, depths in {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), GREY_ALPHA: (8, 16), RGBA: (8, 16)}.items():
        for depth in depths:
            yield f"png-colour-{colour}-depth-{depth}", drawn(colour, depth)
    for depth in (2, 4, 8):
        yield f"png-palette-depth-{depth}", drawn(PALETTE, depth, before=[PLTE])
    for colour, depth in ((GREY, 1), (GREY, 16), (RGB, 8), (RGB, 16), (RGBA, 8)):
        yield f"png-interlaced-colour-{colour}-depth-{depth}", drawn(colour, depth, interlaced=True)
    yield "png-interlaced-palette", drawn(PALETTE, 4, interlaced=True, before=[PLTE])
    yield "png-filter-sub", drawn(RGB, 8, filtered=1)
    yield "png-filter-up", drawn(RGB, 8, filtered=2)


def _holes() -> Iterator[tuple[str, bytes]]:
    """Transparency, and palettes that are too long or too short."""
    white = struct.pack(">HHH", *WHITE)
    yield "png-hole-in-rgb", drawn(RGB, 8, before=[chunk(b"tRNS", white)])
    yield "png-hole-in-grey", drawn(GREY, 8, before=[chunk(b"tRNS", b"\0\xfa")])
    yield "png-holes-in-palette", drawn(PALETTE, 8, before=[PLTE, chunk(b"tRNS", bytes((255, 255, 255, 0)))])
    yield "png-holes-too-many", drawn(PALETTE, 8, before=[PLTE, chunk(b"tRNS", bytes((255,)) * 300)])
    yield "png-hole-cut", drawn(RGB, 8, before=[chunk(b"tRNS", b"\0\1")])
    yield "png-hole-before-palette", drawn(PALETTE, 8, before=[chunk(b"tRNS", b"\xff"), PLTE])
    yield "png-palette-beside-rgb", drawn(RGB, 8, before=[PLTE])
    yield "png-palette-too-short", drawn(PALETTE, 8, before=[chunk(b"PLTE", COLOURS[:6])])
    yield "png-palette-of-256", drawn(PALETTE, 8, before=[chunk(b"PLTE", COLOURS + bytes(756))])
    yield "png-palette-odd-length", drawn(PALETTE, 8, before=[chunk(b"PLTE", COLOURS + b"\1")])
    yield "png-palette-missing", drawn(PALETTE, 8)
    yield "png-palette-wrong-sum", drawn(PALETTE, 8, before=[spoilt(PLTE)])


def _colours() -> Iterator[tuple[str, bytes]]:
    """What says how the numbers are meant."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    primaries = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    packed = zlib.compress(srgb)
    said = {
        "gamma-2.2": [chunk(b"gAMA", struct.pack(">I", 45455))],
        "gamma-0": [chunk(b"gAMA", bytes(4))],
        "gamma-cut": [chunk(b"gAMA", b"\1")],
        "gamma-twice": [chunk(b"gAMA", struct.pack(">I", 45455))] * 2,
        "gamma-wrong-sum": [spoilt(chunk(b"gAMA", struct.pack(">I", 45455)))],
        "primaries": [chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"cHRM", primaries)],
        "primaries-0": [chunk(b"cHRM", bytes(32))],
        "srgb": [chunk(b"sRGB", b"\0")],
        "srgb-9": [chunk(b"sRGB", b"\x09")],
        "srgb-and-profile": [chunk(b"sRGB", b"\0"), chunk(b"iCCP", b"p\0\0" + packed)],
        "cicp": [chunk(b"cICP", bytes((1, 13, 0, 1)))],
        "profile": [chunk(b"iCCP", b"p\0\0" + packed)],
        "profile-swapped": [chunk(b"iCCP", b"p\0\0" + zlib.compress(swapped_profile()))],
        "profile-cut": [chunk(b"iCCP", b"p\0\0" + packed[:300])],
        "profile-noise": [chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(range(256)) * 8))],
        "profile-not-packed": [chunk(b"iCCP", b"p\0\0" + srgb)],
        "profile-other-method": [chunk(b"iCCP", b"p\0\7" + packed)],
        "profile-name-only": [chunk(b"iCCP", b"p")],
        "profile-wrong-sum": [spoilt(chunk(b"iCCP", b"p\0\0" + packed))],
        "profile-2-megabytes": [chunk(b"iCCP", b"p\0\0" + zlib.compress(srgb[:-4] + bytes(2_000_000)))],
        "background": [chunk(b"bKGD", bytes(6))],
        "background-cut": [chunk(b"bKGD", b"\0")],
        "significant-bits-9": [chunk(b"sBIT", b"\x09\x09\x09")],
    }
    for name, chunks in said.items():
        yield f"png-{name}", with_chunks(BASE, *chunks)
    yield "png-profile-on-grey", with_chunks(encoded(WHOLE.convert("L"), "PNG"), *said["profile"])


def _texts() -> Iterator[tuple[str, bytes]]:
    """Words that ride along."""
    large = zlib.compress(b"A" * 3_000_000, 9)
    said = {
        "text-2-megabytes": chunk(b"tEXt", b"Comment\0" + b"A" * 2_000_000),
        "text-wrong-sum": spoilt(chunk(b"tEXt", b"Comment\0made by an editor")),
        "text-without-key": chunk(b"tEXt", b""),
        "text-chinese": chunk(b"tEXt", b"Title\0" + "证件照".encode()),
        "ztxt-3-megabytes": chunk(b"zTXt", b"Comment\0\0" + large),
        "ztxt-not-packed": chunk(b"zTXt", b"Comment\0\0plain"),
        "ztxt-other-method": chunk(b"zTXt", b"Comment\0\7" + large),
        "itxt-3-megabytes": chunk(b"iTXt", b"Comment\0\1\0zh\0\0" + large),
        "itxt-cut": chunk(b"iTXt", b"Comment\0\1"),
        "itxt-not-packed": chunk(b"iTXt", b"Comment\0\1\0zh\0\0plain"),
        "itxt-wrong-utf-8": chunk(b"iTXt", b"Comment\0\0\0zh\0\0\xff\xfe"),
    }
    for name, one in said.items():
        yield f"png-{name}", with_chunks(BASE, one)
    yield "png-texts-of-70-megabytes", with_chunks(BASE, *[said["ztxt-3-megabytes"]] * 24)
    yield "png-text-behind-pixels", BASE[: -len(END)] + said["ztxt-3-megabytes"] + END
    yield "png-text-behind-pixels-wrong-sum", BASE[: -len(END)] + said["text-wrong-sum"] + END


def _streams() -> Iterator[tuple[str, bytes]]:
    """How pixels are packed, and how files end."""
    header, pixels = BASE[8:33], BASE[41 : -len(END) - 4]
    assert SIGNATURE + header + chunk(b"IDAT", pixels) + END == BASE
    raw = zlib.decompress(pixels)

    def of(*chunks: bytes) -> bytes:
        return SIGNATURE + header + b"".join(chunks)

    def idat(data: bytes) -> bytes:
        return chunk(b"IDAT", data)

    yield "png-end-missing", of(idat(pixels))
    yield "png-pixels-said-too-long", of(b"\x7f\xff\xff\xff" + idat(pixels)[4:], END)
    yield "png-end-wrong-sum", of(idat(pixels), spoilt(END))
    yield "png-end-with-content", of(idat(pixels), chunk(b"IEND", b"tail"))
    yield "png-end-cut", of(idat(pixels), END[:6])
    yield "png-trailing-zeros", BASE + bytes(4096)
    yield "png-trailing-picture", BASE + BASE
    yield "png-pixels-by-bytes", of(*[idat(pixels[at : at + 1]) for at in range(len(pixels))], END)
    yield "png-pixels-empty-first", of(idat(b""), idat(pixels), idat(b""), END)
    yield "png-pixels-not-packed", of(idat(zlib.compress(raw, 0)), END)
    yield "png-pixels-too-many", of(idat(zlib.compress(raw + bytes(500))), END)
    yield "png-pixels-and-more", of(idat(pixels + b"more"), END)
    yield "png-pixels-sum-missing", of(idat(pixels[:-4]), END)
    yield "png-pixels-sum-wrong", of(idat(pixels[:-4] + bytes(4)), END)
    yield "png-pixels-sum-of-chunk-wrong", of(spoilt(idat(pixels)), END)
    yield "png-pixels-last-bytes-missing", of(idat(pixels)[:-12])
    yield "png-half-missing", BASE[: len(BASE) // 2]
    yield "png-text-between-pixels", of(idat(pixels[:200]), chunk(b"tEXt", b"a\0b"), idat(pixels[200:]), END)
    yield "png-window-said-too-small", of(idat(_with_window(pixels, 8)), END)
    yield "png-header-wrong-sum", SIGNATURE + spoilt(header) + idat(pixels) + END
    yield "png-line-before-start", b"\n" + BASE


def _others() -> Iterator[tuple[str, bytes]]:
    """Frames, orientations, and chunks of strangers."""
    other = WHOLE.transpose(Image.Transpose.ROTATE_180)
    exif = Image.Exif()
    exif[0x0112] = 3
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    yield "png-frames", encoded(WHOLE, "PNG", save_all=True, append_images=[other], duration=50)
    yield (
        "png-frames-hidden-first",
        encoded(WHOLE, "PNG", save_all=True, append_images=[other], duration=50, default_image=True),
    )
    yield "png-frames-cut", with_chunks(BASE, chunk(b"acTL", b"\0\0"))
    yield "png-frames-none", with_chunks(BASE, chunk(b"acTL", bytes(8)))
    yield "png-orientation-3", turned(3, "PNG")
    yield "png-orientation-6", turned(6, "PNG")
    yield "png-orientation-behind-pixels", encoded(other, "PNG")[: -len(END)] + chunk(b"eXIf", block) + END
    yield "png-orientation-wrong-sum", with_chunks(BASE, spoilt(chunk(b"eXIf", block)))
    yield "png-orientation-noise", with_chunks(BASE, chunk(b"eXIf", b"MM"))
    yield "png-resolution", with_chunks(BASE, chunk(b"pHYs", struct.pack(">IIB", 2835, 5670, 1)))
    yield "png-resolution-cut", with_chunks(BASE, chunk(b"pHYs", b"\1"))
    yield "png-time-13th-month", with_chunks(BASE, chunk(b"tIME", struct.pack(">HBBBBB", 2024, 13, 40, 25, 61, 61)))
    yield "png-own-chunk", with_chunks(BASE, chunk(b"prVt", bytes(5000)))
    yield "png-own-chunk-named-in-digits", with_chunks(BASE, chunk(b"1234", b"?"))
    yield "png-own-chunk-that-must-be-known", with_chunks(BASE, chunk(b"CrIT", b"?"))
    yield "png-of-xcode", SIGNATURE + chunk(b"CgBI", b"\x50\0\x20\2") + BASE[8:]
    yield "png-header-twice", with_chunks(BASE, BASE[8:33])
    yield "png-screenshot", with_chunks(encoded(WHOLE.convert("RGBA"), "PNG"), chunk(b"sBIT", b"\x08" * 4))


def spoilt(made: bytes) -> bytes:
    """The chunk with another sum."""
    return made[:-1] + bytes((made[-1] ^ 0x55,))


def _with_window(packed: bytes, bits: int) -> bytes:
    """A zlib stream that says it looks back less far than it does, as some old encoders wrote."""
    first = (bits - 8) << 4 | 8
    second = packed[1] & 0xE0
    return bytes((first, second + 31 - (first * 256 + second) % 31)) + packed[2:]
