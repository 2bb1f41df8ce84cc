"""The crop frame of the photo: always inside the picture, always of one ratio (U-16)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.attachments.pictures.cropping import MOVES, CropAction, CropFrame, box, default_frame, inside, move

SIDES = st.integers(200, 2000)
FRAMES = st.builds(CropFrame, st.integers(), st.integers(), st.integers())
ACTIONS = st.lists(st.sampled_from(sorted(MOVES)), max_size=40)


@given(SIDES, SIDES, ACTIONS)
def test_a_moved_frame_stays_inside_and_keeps_its_ratio(width: int, height: int, actions: list[CropAction]) -> None:
    frame = default_frame(width, height)
    assert frame == inside(frame, width, height)
    for action in actions:
        frame = move(frame, action, width, height)
        left, top, right, bottom = box(frame, width, height)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert (right - left) * 441 == pytest.approx((bottom - top) * 358)


@given(FRAMES, SIDES, SIDES)
def test_any_numbers_become_a_frame_inside(frame: CropFrame, width: int, height: int) -> None:
    once = inside(frame, width, height)
    left, top, right, bottom = box(frame, width, height)
    assert inside(once, width, height) == once
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height


def test_the_first_frame_is_large_centred_and_near_the_top() -> None:
    assert default_frame(358, 441) == CropFrame(0, 0, 1000)
    tall, wide = default_frame(900, 1600), default_frame(1600, 900)
    assert (tall.left, tall.width) == (0, 1000)
    assert 0 < tall.top < 154  # half of what is left over would be 153
    assert (wide.left, wide.top) == ((1000 - wide.width) // 2, 0)


def test_a_press_does_what_the_button_says() -> None:
    start = CropFrame(300, 300, 400)
    moved = {action: move(start, action, 1000, 1000) for action in MOVES}
    assert moved["left"].left < start.left < moved["right"].left
    assert moved["up"].top < start.top < moved["down"].top
    assert moved["smaller"].width < start.width < moved["larger"].width
    assert moved["smaller"].left > start.left > moved["larger"].left
