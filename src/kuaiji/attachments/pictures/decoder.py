"""The process that opens one picture and ends: ``python -I -m kuaiji.attachments.pictures.decoder``.

It reads one request from standard input and writes one answer to standard output. Both are a length (4 bytes,
big endian), that many bytes of JSON, and a picture. Before it reads, it gives up files, sockets, children, core dumps
and all but a little memory and time: a picture that breaks a decoder breaks this process only (S-31).

Only Pillow's JPEG and PNG readers are loaded; nothing of Django. A font file may be named on the command line, for
words that are drawn into a picture: it is opened before anything is given up, and before anything is read.
"""

import hashlib
import io
import json
import os
import resource
import struct
import sys
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from kuaiji.attachments.pictures.cropping import CropFrame, box
from kuaiji.attachments.pictures.marking import draw_words, open_font
from kuaiji.attachments.pictures.outlines import (
    JPEG_END,
    Outline,
    bytes_of_pixels,
    bytes_of_row,
    jpeg_outline,
    png_outline,
)

NICE = 10
"""Pages go first: people wait for a page more often than for a picture."""

MAX_MEMORY = 300_000_000
MAX_CPU_SECONDS = 10
MAX_PIXELS = {"JPEG": 50 << 20, "PNG": 20_000_000}
"""S-31. Phones sold as 50 megapixels take 8192 × 6144, a little more than 50 million."""

MAX_COEFFICIENTS = 205_000_000
"""Bytes libjpeg holds for a picture sent in several scans, which it cannot shrink while loading."""

MAX_LOST = 20
"""Rows at the lower edge that may never have come: one row of blocks and what is smoothed into it. A file that lost its
last bytes on the way loses no more, and every browser shows it; a larger gap can be seen."""

SEEN = 24
"""Levels of 255 by which two decodings differ that one can tell apart."""

NOISE = bytes(range(1, 250)) * 40
"""What stands for pixels that never came."""

LIGHTER = (92, 85, 75, 60, 40)
"""Qualities tried in turn until a photo is light enough."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation."""


class Refused(Exception):
    """The picture is not taken: ``code`` and the figures the message will name."""

    def __init__(self, code: str, **figures: int) -> None:
        super().__init__(code)
        self.answer: dict[str, Any] = {"error": code, **figures}


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """The re-encoded picture with its size and the digest of its pixels, or why it is refused.

    A ``frame`` asks for that part of the picture at the size ``target`` and at most ``max_bytes``; ``words`` are drawn
    over the whole of one that was received before.
    """
    outline = png_outline(data) if request["format"] == "PNG" else jpeg_outline(data)
    if outline is None:
        return {"error": "damaged"}, b""
    try:
        if "frame" in request:
            picture = cropped(data, CropFrame(*request["frame"]), tuple(request["target"]))
            made = light(picture, request["max_bytes"])
        elif "words" in request:
            picture = draw_words(opened_rgb(data), request["words"])
            made = encoded(picture, request["quality"])
        else:
            picture = upright(request, outline)
            made = encoded(picture, request["quality"])
    except Refused as refusal:
        return refusal.answer, b""
    except Exception:  # noqa: BLE001 - a hostile file can provoke any of them, and each means: cannot be opened
        return {"error": "damaged" if outline.complete else "truncated"}, b""
    pixels = hashlib.sha256(picture.tobytes()).hexdigest()
    return {"width": picture.width, "height": picture.height, "pixels": pixels}, made


def upright(request: dict[str, Any], outline: Outline) -> Image.Image:
    """The first picture of the file, turned upright, at most ``max_side`` long, as plain sRGB."""
    opened = PngImageFile(io.BytesIO(outline.needed)) if request["format"] == "PNG" else jpeg(outline.needed)
    check_pixels(opened, request["format"], outline)
    scale = min(1, request["max_side"] / max(opened.size))
    received, size = opened.size, (max(1, round(opened.width * scale)), max(1, round(opened.height * scale)))
    turned = outline.orientation
    check_sides(
        received[::-1] if 5 <= turned <= 8 else received, min(size), request["min_width"], request["min_height"]
    )
    opened = loaded_png(opened, outline) if isinstance(opened, PngImageFile) else loaded_jpeg(opened, size, outline)
    profile = outline.profile or opened.info.get("icc_profile")
    picture = plain(opened)
    del opened  # 20 megapixels at a time, not 40
    picture = to_srgb(flattened(picture.resize(size, Image.Resampling.LANCZOS)), profile)
    return picture.transpose(UPRIGHT[turned]) if turned in UPRIGHT else picture


def jpeg(data: bytes) -> JpegImageFile:
    """The picture, not yet unpacked."""
    return JpegImageFile(io.BytesIO(data))


def loaded_jpeg(opened: JpegImageFile, size: tuple[int, int], outline: Outline) -> JpegImageFile:
    """The pixels, shrunk while they are unpacked. Raises EOFError when more than the last rows never came.

    What never came is grey. Where it begins is seen by unpacking the file once more with noise in its place.
    """
    if not outline.final and not outline.complete:
        raise EOFError
    whole = opened.size
    opened.draft(None, size)
    opened.load()
    if outline.complete:
        return opened
    other = jpeg(outline.needed[: -len(JPEG_END)] + NOISE + JPEG_END)
    other.draft(None, size)
    differs = ImageChops.difference(opened, other).point(lambda level: 255 if level > SEEN else 0).getbbox()
    if differs and (opened.height - differs[1]) * whole[1] > MAX_LOST * opened.height:
        raise EOFError
    return opened


def loaded_png(opened: PngImageFile, outline: Outline) -> PngImageFile:
    """The pixels. Raises EOFError when more than the last rows never came, or any of an interlaced picture's."""
    try:
        opened.load()
    except (OSError, SyntaxError):
        found, wanted = bytes_of_pixels(outline.needed)
        interlaced = outline.needed[28]
        if wanted - found > (0 if interlaced else MAX_LOST * bytes_of_row(outline.needed)):
            raise EOFError from None
    else:
        return opened
    again = PngImageFile(io.BytesIO(outline.needed))
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        again.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return again


def check_pixels(picture: ImageFile.ImageFile, kind: str, outline: Outline) -> None:
    """Refuse, before anything is unpacked, what would not fit: too many pixels, or too many held at once."""
    pixels, limit = picture.width * picture.height, MAX_PIXELS[kind]
    if isinstance(picture, JpegImageFile) and outline.scans > 1:
        shares = [across * down for _, across, down, _ in picture.layer]
        limit = min(limit, int(MAX_COEFFICIENTS * max(shares) / (2 * sum(shares))))
    if pixels > limit:
        raise Refused("pixels", found=pixels, limit=limit)


def check_sides(received: tuple[int, int], kept: int, min_width: int, min_height: int) -> None:
    """Refuse what shows too little: too small as received, or so narrow that its shorter side ``kept`` shrinks away."""
    width, height = received
    if width < min_width or height < min_height:
        raise Refused("small", width=width, height=height)
    if kept < min(min_width, min_height):
        raise Refused("narrow", width=width, height=height)


def plain(picture: Image.Image) -> Image.Image:
    """The same pixels in a mode that can be resized and flattened: L, RGB, RGBA or CMYK."""
    if picture.mode == "I;16":
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if "transparency" in picture.info or picture.mode in ("LA", "PA"):
        return picture.convert("RGBA")
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in ("L", "RGB", "RGBA", "CMYK") else picture.convert("RGB")


def flattened(picture: Image.Image) -> Image.Image:
    """Without transparency: on white, as on paper."""
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours its profile means, in sRGB. A profile that is broken or of another mode is passed over."""
    if profile:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB")


def cropped(data: bytes, frame: CropFrame, target: tuple[int, int]) -> Image.Image:
    """That part of an upright picture, at the size ``target``."""
    picture = opened_rgb(data)
    return picture.resize(target, Image.Resampling.LANCZOS, box=box(frame, picture.width, picture.height))


def opened_rgb(data: bytes) -> Image.Image:
    """A picture as it was received and kept: upright, plain sRGB."""
    with JpegImageFile(io.BytesIO(data)) as opened:
        return opened.convert("RGB")


def light(picture: Image.Image, max_bytes: int) -> bytes:
    """As JPEG in the best quality that stays within ``max_bytes``."""
    for quality in LIGHTER:
        if len(made := encoded(picture, quality)) <= max_bytes:
            break
    return made


def encoded(picture: Image.Image, quality: int) -> bytes:
    """As JPEG with nothing but pixels: comments, EXIF, XMP and profiles ride in ``info``."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def confine() -> None:
    """Give up what opening a picture does not need. Cannot be taken back."""
    os.nice(NICE)
    Image._initialized = 2  # otherwise the first save() looks for every other format
    for limit, value in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),  # standard input, output and error, never another
    ):
        resource.setrlimit(limit, (value, value))


def main() -> None:
    """Open the font that was named, confine, read, answer."""
    if sys.argv[1:]:
        open_font(sys.argv[1])
    confine()
    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    request = json.loads(sys.stdin.buffer.read(length))
    figures, jpeg = answer(request, sys.stdin.buffer.read())
    header = json.dumps(figures).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(header)) + header + jpeg)


if __name__ == "__main__":
    main()
