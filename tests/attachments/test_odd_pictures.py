"""Good pictures of odd make are taken as Chromium shows them (OC24 to OC26); where we differ, it is said why."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from kuaiji.attachments.pictures import decoder, imaging
from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE
from kuaiji.common.errors import RuleBroken
from people.hostile.picture_checks import is_clean
from people.odd_pictures.table import Shown, as_chromium_shows, odd_pictures

HALF = "a browser shows what came; of half a card nobody can read the number"
KIND = "no kind that the rules take (R3.1)"
REFUSED = {
    "jpeg-half-missing": ("picture_truncated", HALF),
    "jpeg-half-is-zeros": ("picture_truncated", HALF),
    "jpeg-progressive-half-missing": ("picture_truncated", "whole, but too coarse to read"),
    "png-half-missing": ("picture_truncated", HALF),
    "png-palette-missing": ("picture_damaged", "shown as an empty sheet"),
    **dict.fromkeys(
        ("gif", "gif-frames", "bmp", "webp", "webp-lossless", "webp-frames", "avif", "ico"), ("picture_format", KIND)
    ),
}
"""What Chromium shows and we refuse: the code, and why."""

SHOWN_OTHERWISE = {
    "png-palette-too-short": "what a colour means that the palette does not have is nowhere told",
    "png-text-between-pixels": "Chromium stops at the words and shows an empty sheet; the pixels are all there",
    "png-frames-hidden-first": "the first picture of a file is taken, not the first of its film",
    "png-orientation-behind-pixels": "the word may stand there (PNG 3, 5.6); Chromium has painted by then",
}
"""What both show, but not alike, and why."""

SLACK = 8  # levels of 255: JPEG is written anew
REQUEST = {"max_side": 2000, "min_width": 300, "min_height": 300, "quality": 85}


def as_platform_shows(data: bytes) -> Shown | str:
    """The picture that is kept, or the code of the refusal. Opened here, without a process for each."""
    try:
        found = imaging.check_received(data, DOCUMENT_SIDE, "id_card_front", "证件")
    except RuleBroken as broken:
        return broken.code
    answer, jpeg = decoder.answer(REQUEST | {"format": found}, data)
    if "error" in answer:
        return f"picture_{answer['error']}"
    assert is_clean(jpeg)
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    middles = [picture.getpixel((picture.width * x // 4, picture.height * y // 4)) for y in (1, 3) for x in (1, 3)]
    colours = " ".join(bytes(middle).hex() for middle in middles if isinstance(middle, tuple))
    return Shown(picture.width, picture.height, colours)


def alike(ours: Shown, theirs: Shown) -> bool:
    levels = zip(bytes.fromhex(ours.colours), bytes.fromhex(theirs.colours), strict=True)
    return ours[:2] == theirs[:2] and all(abs(one - other) <= SLACK for one, other in levels)


def test_the_table_holds_every_picture_and_enough_good_ones() -> None:
    table = as_chromium_shows()
    assert list(table) == list(odd_pictures())
    assert REFUSED.keys() | SHOWN_OTHERWISE.keys() <= {name for name, shown in table.items() if shown.width}
    assert sum(shown.width > 0 for shown in table.values()) - len(REFUSED) >= 60


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a decoder's own process: WeasyPrint, imported by other tests, lets Pillow show pictures that end early."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


@pytest.mark.parametrize("name", as_chromium_shows())  # the names; pictures are drawn when a test asks
def test_a_picture_is_taken_as_chromium_shows_it(name: str) -> None:
    ours, theirs = as_platform_shows(odd_pictures()[name]), as_chromium_shows()[name]
    if name in REFUSED:
        assert ours == REFUSED[name][0]
    elif theirs.width == 0:
        assert isinstance(ours, str)
    else:
        assert isinstance(ours, Shown), ours
        assert alike(ours, theirs) == (name not in SHOWN_OTHERWISE), (ours, theirs)


@pytest.mark.house
@pytest.mark.parametrize("name", ["jpeg-no_eoi", "png-png_bad_crc_text", "png-png_ztxt_big"])
def test_pictures_of_users_that_were_called_damaged_are_received(name: str, tmp_path: Path) -> None:
    data = odd_pictures()[name]
    picture = imaging.receive(data, DOCUMENT_SIDE, field="id_card_front", label="证件人像面", slots_dir=tmp_path)
    assert (picture.width, picture.height) == as_chromium_shows()[name][:2]
    assert is_clean(picture.jpeg, data[-600:])
