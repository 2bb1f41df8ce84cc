"""Words drawn into the pixels of a picture: who opened it, for whom, and when.

A mark of their own is what is left of a picture that somebody photographs off a screen. Runs in the decoder's process
(:mod:`kuaiji.attachments.pictures.decoder`); nothing of Django.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ANGLE = 24
"""Degrees by which the words rise, so that no straight cut takes all of them away."""

SHARE = 32
"""The words are a 32nd of the picture's longer side high: read on a screen and on a photograph of one."""

SMALLEST = 11  # px
STRENGTH = 96
"""Of 255: the picture is read through it, and it is read through the picture."""

_opened: list[tuple[bytes, int]] = []


def open_font(path: str) -> None:
    """Read the font whose file this is; ``#`` and a number behind it name one of the faces of a collection.

    Before the process gives up its files. Raises OSError.
    """
    name, _, face = path.partition("#")
    _opened[:] = [(Path(name).read_bytes(), int(face or 0))]


def draw_words(picture: Image.Image, words: Sequence[str]) -> Image.Image:
    """``picture``, which must be RGB, with ``words`` all over it, line under line; needs ``open_font``."""
    [(font, face)] = _opened
    size = max(SMALLEST, max(picture.size) // SHARE)
    engine = ImageFont.Layout.BASIC
    tile = _tile(words, ImageFont.truetype(io.BytesIO(font), size, index=face, layout_engine=engine))
    layer = Image.new("L", picture.size)
    across, down = max(1, tile.width), max(1, tile.height)
    for row, top in enumerate(range(-down // 2, picture.height, down)):
        for left in range(-across // 2 * (row % 2), picture.width, across):
            layer.paste(tile, (left, top))
    for colour, (right, lower) in (("white", (1, 1)), ("black", (0, 0))):  # read on dark and on light
        shifted = Image.new("L", picture.size)
        shifted.paste(layer, (right, lower))
        picture.paste(colour, mask=shifted)
    return picture


def _tile(words: Sequence[str], font: ImageFont.FreeTypeFont) -> Image.Image:
    text = "\n".join(words)
    left, top, right, lower = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font=font)
    margin = int(font.size)
    tile = Image.new("L", (int(right - left) + 2 * margin, int(lower - top) + 2 * margin))
    ImageDraw.Draw(tile).multiline_text((margin - left, margin - top), text, font=font, fill=STRENGTH)
    return tile.rotate(ANGLE, resample=Image.Resampling.BICUBIC, expand=True)
