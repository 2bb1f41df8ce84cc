"""Takes the pictures of the guide, or only notes what their pages say."""

import dataclasses
import hashlib
import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

PAGE = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
MARGIN = 14  # around what a picture shows
HIGHEST = 1000  # a picture is no higher than a phone's screen and a little
COLOURS = 128
MOST_BYTES = 60_000
DRAWN = re.compile(r"(?<![-0-9A-Z])[0-9A-Z]{4}-[0-9A-Z]{4}(?![-0-9A-Z])|\d+")  # 调转码 (show_code), dates, numbers


@dataclasses.dataclass(frozen=True)
class Picture:
    """Its size on the page in CSS pixels, how many elements are marked, and a digest of the words it shows."""

    width: int
    height: int
    marks: int
    words: str


@dataclasses.dataclass(frozen=True)
class Mark:
    """An element the text speaks of; its disc stands in the ``left`` or ``right`` margin of the page."""

    element: Locator
    side: str = "left"


class Camera:
    """Stands before ``page``. Pictures go to ``folder``; without one only ``taken`` is filled."""

    def __init__(self, page: Page, folder: Path | None) -> None:
        self.page = page
        self.folder = folder
        self.taken: dict[str, Picture] = {}

    def take(
        self, name: str, *marks: Locator | Mark, first: Locator | None = None, last: Locator | None = None
    ) -> None:
        """A picture from ``first`` (else the beginning) to ``last`` (else the last mark).

        Raises ValueError for a name taken twice and a picture that is too high or too large.
        """
        self.page.mouse.move(0, 0)
        self._run("prepare")
        marked = [mark if isinstance(mark, Mark) else Mark(mark) for mark in marks]
        ends = {
            "first": first or self.page.locator(".k-page > *, .d-page > *").first,
            "last": last or marked[-1].element,
        }
        region = self._run("region", {key: end.element_handle() for key, end in ends.items()} | {"margin": MARGIN})
        height = region["bottom"] - region["top"]
        if name in self.taken or height > HIGHEST:
            raise ValueError(f"{name}: taken twice, or {height} pixels high (at most {HIGHEST})")
        width = self.page.viewport_size["width"]  # type: ignore[index]
        words = self._run("words", region)
        self.taken[name] = Picture(width, height, len(marked), digest(words))
        if self.folder:
            self._run("translate")
            self._run("mark", [{"element": mark.element.element_handle(), "side": mark.side} for mark in marked])
            clip = {"x": 0, "y": region["top"], "width": width, "height": height}
            shot = self.page.screenshot(clip=clip, full_page=True, animations="disabled")  # type: ignore[arg-type]
            self._run("clear")
            (self.folder / f"{name}.webp").write_bytes(compressed(shot, name))

    def _run(self, function: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"argument => ({PAGE}).{function}(argument)", argument)


def digest(words: str) -> str:
    """Of words with their figures masked: dates, numbers and codes differ from walk to walk."""
    return hashlib.sha256(DRAWN.sub("#", words).encode()).hexdigest()[:16]


def compressed(png: bytes, name: str) -> bytes:
    """A WebP with few colours, which keeps letters sharp. Raises ValueError past the size a picture may have."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB").save(
        out, "WEBP", lossless=True, quality=90, method=6
    )
    if out.tell() > MOST_BYTES:
        raise ValueError(f"{name}: {out.tell()} bytes, at most {MOST_BYTES}")
    return out.getvalue()
