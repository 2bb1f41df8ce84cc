"""Words drawn into a picture: who opened it, and when. The decoder draws them, as it opens all pictures."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kuaiji.archives.paper.cards import font_file
from kuaiji.attachments.pictures import imaging
from kuaiji.common.errors import RuleBroken
from people.hostile.picture_checks import BARE, segments_of
from people.hostile.pictures import encoded

WORDS = ["荔湾区财政局 陈静", "2026年12月1日 9:05"]
SIZE = (1200, 900)
pytestmark = pytest.mark.house  # pictures are decoded in a process of their own


@pytest.fixture(scope="module")
def slots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slots")


def marked(slots: Path, words: list[str], jpeg: bytes | None = None) -> bytes:
    font = "#".join(font_file("Noto Sans CJK SC"))
    return imaging.mark(jpeg or encoded(Image.new("RGB", SIZE, "white")), words, font=font, slots_dir=slots)


def test_every_part_of_the_picture_bears_the_words(slots: Path) -> None:
    """Whatever is cut out of it: each of nine fields shows them, and most of the picture is left to read."""
    out = marked(slots, WORDS)
    assert segments_of(out) <= BARE
    picture = Image.open(io.BytesIO(out)).convert("L")
    assert picture.size == SIZE
    wide, high = SIZE[0] // 3, SIZE[1] // 3
    for left in range(0, SIZE[0], wide):
        for top in range(0, SIZE[1], high):
            dark = picture.crop((left, top, left + wide, top + high)).point(lambda level: 255 if level < 200 else 0)
            assert 200 < dark.histogram()[255] < wide * high / 4


def test_the_words_are_those_that_were_given(slots: Path) -> None:
    one, other = (Image.open(io.BytesIO(marked(slots, words))) for words in (WORDS, [WORDS[0], "2026年12月1日 9:06"]))
    assert ImageChops.difference(one, other).point(lambda level: 255 if level > 40 else 0).getbbox()
    boxes, glyphs = (Image.open(io.BytesIO(marked(slots, [word]))) for word in ("\ue000" * 6, "荔湾财政陈静"))
    assert ImageChops.difference(boxes, glyphs).point(lambda level: 255 if level > 40 else 0).getbbox()


def test_what_is_no_picture_is_refused(slots: Path) -> None:
    with pytest.raises(RuleBroken) as caught:
        marked(slots, WORDS, encoded(Image.new("RGB", SIZE, "white"))[:400])
    assert caught.value.code == "picture_truncated"
