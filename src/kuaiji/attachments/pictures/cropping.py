"""Where the crop frame of an ID photo (证件照) lies: whole numbers that a page without script can carry.

Pure arithmetic, shared by the pages and the decoder process.
"""

from typing import Literal, NamedTuple

PHOTO_SIZE = (358, 441)
"""Width and height of the finished photo in pixels: 26 × 32 mm on paper (S4)."""

SMALLEST_FRAME = 200
"""Pixels across the smallest frame: less would be blown up to a blurred face."""

CropAction = Literal["left", "right", "up", "down", "larger", "smaller"]

MOVES: dict[CropAction, tuple[int, int, int]] = {
    "left": (-40, 0, 0),
    "right": (40, 0, 0),
    "up": (0, -40, 0),
    "down": (0, 40, 0),
    "larger": (0, 0, 60),
    "smaller": (0, 0, -60),
}
"""What one press does, in thousandths: to the right, downwards, wider."""


class CropFrame(NamedTuple):
    """A frame of ratio 358:441: ``left`` and ``width`` in thousandths of the picture's width, ``top`` of its height."""

    left: int
    top: int
    width: int


def default_frame(width: int, height: int) -> CropFrame:
    """The largest frame in a picture of ``width`` × ``height`` pixels: centred, nearer the top, where heads are."""
    across = _largest(width, height)
    spare = 1000 - _tall(across, width, height)
    return CropFrame((1000 - across) // 2, int(spare / 4), across)


def move(frame: CropFrame, action: CropAction, width: int, height: int) -> CropFrame:
    """The frame after one press of a button, inside the picture of ``width`` × ``height`` pixels.

    A larger or smaller frame keeps its middle where the picture's edges allow.
    """
    right, down, wider = MOVES[action]
    across = _allowed(frame.width + wider, width, height)
    grown = across - frame.width
    left = frame.left + right - grown // 2
    top = frame.top + down - round(_tall(grown, width, height) / 2)
    return inside(CropFrame(left, top, across), width, height)


def inside(frame: CropFrame, width: int, height: int) -> CropFrame:
    """The nearest frame that lies in the picture, whatever numbers a form sent."""
    across = _allowed(frame.width, width, height)
    lowest = int(1000 - _tall(across, width, height))
    return CropFrame(_clamp(frame.left, 0, 1000 - across), _clamp(frame.top, 0, lowest), across)


def box(frame: CropFrame, width: int, height: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the frame in pixels of the picture, brought inside it first."""
    left, top, across = inside(frame, width, height)
    bottom = (top + _tall(across, width, height)) * height / 1000
    return left * width / 1000, top * height / 1000, (left + across) * width / 1000, min(bottom, height)


def _tall(across: int, width: int, height: int) -> float:
    """The height, in thousandths of the picture's, of a frame so wide."""
    return across * width * PHOTO_SIZE[1] / (PHOTO_SIZE[0] * height)


def _largest(width: int, height: int) -> int:
    return max(1, min(1000, 1000 * height * PHOTO_SIZE[0] // (width * PHOTO_SIZE[1])))


def _allowed(across: int, width: int, height: int) -> int:
    largest = _largest(width, height)
    return _clamp(across, min(largest, -(-SMALLEST_FRAME * 1000 // width)), largest)


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
