"""The process that draws one card and ends: ``python -I -m kuaiji.archives.paper.card_drawer``.

It reads one JSON request from standard input and writes a PNG to standard output. The photo is one that our own decoder
wrote; it is opened here all the same, where a picture that breaks a decoder breaks nothing else. ``fonts`` are path and
index by family; texts are lists of (text, family); ``qr`` is rows of 0 and 1; colours are those of the profile.
"""

import base64
import io
import json
import resource
import sys
from typing import Any

from PIL import Image, ImageDraw, ImageFont

MAX_CPU_SECONDS = 20
MAX_MEMORY = 800_000_000
WIDTH, HEIGHT = 1080, 1540
EDGE, PAD = 48, 64
INK, MUTED, GREEN, PAPER = "#17222e", "#51606f", "#0f6437", "#ffffff"
PHOTO = (264, 370)
QR_SIDE = 264
CHECK_TOP = 1184
Runs = list[list[str]]


class Card:
    """A drawing in progress."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request, self.colours = request, request["colours"]
        self.image = Image.new("RGB", (WIDTH, HEIGHT), self.colours["wash"])
        self.draw = ImageDraw.Draw(self.image)
        self._fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}

    def font(self, family: str, size: int) -> ImageFont.FreeTypeFont:
        """The family's font at ``size`` px, opened once."""
        if (family, size) not in self._fonts:
            path, index = self.request["fonts"][family]
            self._fonts[family, size] = ImageFont.truetype(path, size, index=int(index))
        return self._fonts[family, size]

    def width(self, runs: Runs, size: int) -> float:
        """How wide the text gets, in px."""
        return sum(self.font(family, size).getlength(text) for text, family in runs)

    def text(self, at: tuple[float, float], runs: Runs, size: int, fill: str, *, room: int, bold: int = 0) -> None:
        """Write from the left edge and the middle line ``at``, smaller where there is no ``room`` px for it."""
        while size > 20 and self.width(runs, size) > room:
            size -= 2
        left, middle = at
        for text, family in runs:
            font = self.font(family, size)
            self.draw.text((left, middle), text, fill=fill, font=font, anchor="lm", stroke_width=bold, stroke_fill=fill)
            left += font.getlength(text)

    def rounded(self, box: tuple[int, int, int, int], radius: int, fill: str, **corners: Any) -> None:
        """A box with round corners."""
        self.draw.rounded_rectangle(box, radius, fill=fill, **corners)


def drawn(request: dict[str, Any]) -> bytes:
    """The card as PNG."""
    card = Card(request)
    right, inner = WIDTH - EDGE, WIDTH - 2 * (EDGE + PAD)
    card.rounded((EDGE, EDGE, right, HEIGHT - EDGE), 40, PAPER)
    head = (True, True, False, False)
    card.rounded((EDGE, EDGE, right, EDGE + 130), 40, card.colours["deep"], corners=head)
    card.draw.rectangle((EDGE, EDGE + 130, right, EDGE + 137), fill=card.colours["red"])
    card.text((EDGE + PAD, EDGE + 66), request["title"], 44, PAPER, room=inner)
    _state(card)
    _person(card)
    top = 870
    for label, value in request["facts"]:
        card.text((EDGE + PAD, top), label, 38, MUTED, room=200)
        card.text((EDGE + PAD + 220, top), value, 42, INK, room=inner - 220)
        top += 74
    card.draw.line((EDGE + PAD, 1150, right - PAD, 1150), fill=card.colours["edge"], width=2)
    _check(card)
    out = io.BytesIO()
    card.image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _state(card: Card) -> None:
    """The green tick, and 信息已采集 beside it."""
    middle, radius, left = 310, 62, EDGE + PAD
    side, fine = 2 * radius, 4  # drawn larger, so that the edges come out smooth
    seal = Image.new("RGB", (side * fine, side * fine), PAPER)
    draw = ImageDraw.Draw(seal)
    draw.ellipse((0, 0, side * fine - 1, side * fine - 1), fill="#1b8a50")
    tick = [(34, radius + 2), (56, radius + 24), (94, radius - 22)]
    draw.line([(x * fine, y * fine) for x, y in tick], fill=PAPER, width=14 * fine, joint="curve")
    card.image.paste(seal.resize((side, side), Image.Resampling.LANCZOS), (left, middle - radius))
    card.text((left + 2 * radius + 32, middle), card.request["state"], 84, GREEN, room=640, bold=1)


def _person(card: Card) -> None:
    """The photo, and the name at its right."""
    left, top = EDGE + PAD, 430
    with Image.open(io.BytesIO(base64.b64decode(card.request["photo"])), formats=("JPEG",)) as photo:
        card.image.paste(photo.convert("RGB").resize(PHOTO, Image.Resampling.LANCZOS), (left, top))
    frame = (left - 1, top - 1, left + PHOTO[0], top + PHOTO[1])
    card.draw.rectangle(frame, outline=card.colours["edge"], width=2)
    beside = left + PHOTO[0] + 48
    card.text((beside, top + PHOTO[1] / 2), card.request["name"], 92, INK, room=WIDTH - EDGE - PAD - beside, bold=1)


def _check(card: Card) -> None:
    """The QR code, and how the card is checked."""
    left, top, rows = EDGE + PAD, CHECK_TOP, card.request["qr"]
    module = QR_SIDE // len(rows)
    for down, row in enumerate(rows):
        for along, bit in enumerate(row):
            if bit == "1":
                x, y = left + along * module, top + down * module
                card.draw.rectangle((x, y, x + module - 1, y + module - 1), fill="#000000")
    beside = left + module * len(rows) + 40
    for at, runs in enumerate(card.request["check"]):
        card.text((beside, top + 50 + 66 * at), runs, 34, MUTED if at else INK, room=WIDTH - EDGE - PAD - beside)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(drawn(json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
