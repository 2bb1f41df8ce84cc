"""Pictures people send: what is refused, what comes out, and what the decoder process may do (S-30…S-34, U-16)."""

import contextlib
import fcntl
import io
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from kuaiji.attachments.pictures import decoder, imaging
from kuaiji.attachments.pictures.cropping import CropFrame
from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE, PHOTO, ImageRule, Picture
from kuaiji.attachments.purposes import rule_of
from kuaiji.common.errors import RuleBroken
from people.hostile.picture_checks import (
    BARE,
    BLUE,
    GREEN,
    HEAVY,
    ORIENTATIONS,
    RED,
    close,
    is_clean,
    is_upright,
    largest,
    peak_of_decoding,
    quarters,
    segments_of,
    swapped_profile,
    turned,
    with_canaries,
)
from people.hostile.pictures import CORPUS, JPEG, SMALL, chunk, encoded, raw_png, segment, speckled, with_segments

TRANSFER_PROOF = rule_of("transfer_proof")
pytestmark = pytest.mark.house  # pictures are decoded in a process of their own


@pytest.fixture(scope="module")
def slots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slots")


def receive(data: bytes, slots: Path, rule: ImageRule = DOCUMENT_SIDE) -> Picture:
    return imaging.receive(data, rule, field="id_card_front", label="证件人像面", slots_dir=slots)


def receive_or_code(data: bytes, slots: Path) -> Picture | str:
    try:
        return receive(data, slots)
    except RuleBroken as broken:
        return broken.code


def refused(data: bytes, slots: Path, rule: ImageRule = DOCUMENT_SIDE) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        receive(data, slots, rule)
    assert caught.value.field == "id_card_front"
    assert caught.value.message.startswith("证件人像面")
    return caught.value


def pixels(picture: Picture) -> Image.Image:
    opened = Image.open(io.BytesIO(picture.jpeg))
    assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (picture.width, picture.height))
    return opened


def turned_exif() -> Image.Exif:
    """What a phone held upright writes."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "phone"
    return exif


# --- what comes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_every_orientation_comes_out_upright(kind: str, orientation: int, slots: Path) -> None:
    assert is_upright(pixels(receive(turned(orientation, kind), slots)))


def test_nothing_but_pixels_is_left(slots: Path) -> None:
    jpeg = with_canaries()
    assert jpeg.count(b"CANARY") == 7

    out = receive(jpeg, slots).jpeg

    assert segments_of(out) <= BARE
    assert not [word for word in (b"CANARY", b"Exif", b"adobe", b"ICC_", b"8BIM", b"Photoshop") if word in out]


def test_colours_are_what_their_profile_means(slots: Path) -> None:
    out = pixels(receive(encoded(Image.new("RGB", (320, 320), (255, 0, 0)), icc_profile=swapped_profile()), slots))
    assert close(out.getpixel((9, 9)), (0, 255, 0))


def palette_with_hole() -> bytes:
    picture = Image.new("P", (320, 320), 1)
    picture.putpalette([0, 0, 0, *RED])
    return encoded(picture, "PNG", transparency=1)


MODES = {
    "rgba": (encoded(Image.new("RGBA", (320, 320), (0, 0, 0, 0)), "PNG"), (255, 255, 255)),
    "half-transparent": (encoded(Image.new("RGBA", (320, 320), (255, 0, 0, 128)), "PNG"), (255, 127, 127)),
    "grey-alpha": (encoded(Image.new("LA", (320, 320), (0, 0)), "PNG"), (255, 255, 255)),
    "palette": (encoded(Image.new("RGB", (320, 320), RED).quantize(2), "PNG"), RED),
    "palette-hole": (palette_with_hole(), (255, 255, 255)),
    "rgb-hole": (encoded(Image.new("RGB", (320, 320), BLUE), "PNG", transparency=BLUE), (255, 255, 255)),
    "one-bit": (raw_png(320, 320, 1, 0, b"\xff" * 40), (255, 255, 255)),
    "grey-16": (raw_png(320, 320, 16, 0, b"\x80\x00" * 320), (128, 128, 128)),
    "rgb-16": (raw_png(320, 320, 16, 2, b"\xff\xff\x80\x00\x00\x00" * 320), (255, 128, 0)),
    "rgba-16": (raw_png(320, 320, 16, 6, b"\xff\xff\x80\x00\x00\x00\xff\xff" * 320), (255, 128, 0)),
    "grey-jpeg": (encoded(Image.new("L", (320, 320), 99)), (99, 99, 99)),
    "cmyk": (encoded(Image.new("CMYK", (320, 320), (0, 255, 255, 0))), (255, 0, 0)),
    "exif-behind-pixels": (encoded(SMALL, "PNG")[:-12] + chunk(b"eXIf", b"MM") + chunk(b"IEND", b""), (9, 9, 9)),
}


@pytest.mark.parametrize("name", MODES)
def test_every_kind_of_pixel_becomes_srgb_on_white(name: str, slots: Path) -> None:
    data, wanted = MODES[name]
    assert close(pixels(receive(data, slots)).getpixel((9, 9)), wanted, by=4)


def test_of_several_pictures_in_a_file_the_first_is_taken(slots: Path) -> None:
    others = [Image.new("RGB", (320, 320), colour) for colour in (GREEN, BLUE)]
    first = Image.new("RGB", (320, 320), RED)
    several = {
        "MPO": encoded(first, "MPO", save_all=True, append_images=others),
        "PNG": encoded(first, "PNG", save_all=True, append_images=others, duration=50),
    }
    assert b"MPF\0" in several["MPO"]
    assert b"acTL" in several["PNG"]
    for data in several.values():
        assert close(pixels(receive(data, slots)).getpixel((100, 100)), RED, by=8)


def phones() -> dict[str, bytes]:
    """What phones, scanners and chat programs make of a photo."""
    sizes = [(4000, 3000), (1080, 2400), (1440, 1440), (1280, 960), (960, 1280), (720, 1280), (640, 480), (301, 300)]
    many = {f"{width}x{height}": encoded(speckled(width, height), quality=80) for width, height in sizes}
    mid, exif = speckled(1600, 1200), turned_exif()
    thumbnail = b"Exif\0\0" + exif.tobytes()[6:] + encoded(mid.resize((160, 120)))
    jpeg = encoded(mid)
    return many | {
        "8064x6048-progressive": largest(),
        "8192x6144": encoded(speckled(8192, 6144, "L"), quality=55),
        "turned": encoded(mid, exif=exif),
        "thumbnail": with_segments(jpeg, segment(0xE1, thumbnail)),
        "4-4-4": encoded(mid, subsampling=0, quality=95),
        "4-2-2-optimised": encoded(mid, subsampling=1, optimize=True),
        "grey": encoded(mid.convert("L")),
        "cmyk": encoded(mid.convert("CMYK")),
        "restarts": encoded(mid, restart_marker_rows=1),
        "motion-photo": jpeg + b"MotionPhoto_Data" + random.Random(7).randbytes(3_000_000),
        "padded": with_segments(jpeg, b"\xff" * 40),
        "screenshot": encoded(mid.convert("RGBA"), "PNG", compress_level=1),
        "broken-exif": with_segments(jpeg, segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\2")),
    }


def test_good_pictures_pass(slots: Path) -> None:
    for name, data in phones().items():
        picture = receive(data, slots)
        assert max(picture.width, picture.height) <= DOCUMENT_SIDE.max_side, name
        assert picture.received_format == ("PNG" if name == "screenshot" else "JPEG"), name


# --- what is refused --------------------------------------------------------------------------------------------------


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_files_are_refused_or_come_out_clean(name: str, slots: Path) -> None:
    case = CORPUS[name]
    picture = receive_or_code(case.data, slots)
    if isinstance(picture, str):
        assert picture in case.codes
        return
    assert not case.codes or "clean" in case.codes
    assert is_clean(picture.jpeg, case.payload)


NAMED = {
    "renamed-gif": "GIF",
    "renamed-bmp": "BMP",
    "renamed-tiff": "TIFF",
    "renamed-webp": "WebP",
    "renamed-avif": "AVIF",
    "renamed-pdf": "PDF",
    "renamed-svg": "SVG",
    "renamed-svg-xml": "SVG",
    "renamed-html": "HTML",
    "renamed-zip": "ZIP",
    "renamed-rar": "RAR",
}


@pytest.mark.parametrize("name", NAMED)
def test_other_formats_are_called_by_name(name: str, slots: Path) -> None:
    message = refused(CORPUS[name].data, slots).message
    assert message == f"证件人像面是 {NAMED[name]} 文件，只收 JPG、PNG，请转成 JPG 再传"


def test_heic_says_how_to_send_a_jpeg(slots: Path) -> None:
    message = refused(CORPUS["renamed-heic"].data, slots).message
    assert "HEIC" in message
    assert "截屏" in message
    assert "设置 › 相机 › 格式" in message
    assert "兼容性最佳" in message


WORDS: dict[str, tuple[bytes, ImageRule, str, str]] = {
    "empty": (b"", DOCUMENT_SIDE, "picture_empty", "是空文件，请重新选择图片"),
    "heavy": (JPEG + bytes(10 << 20), DOCUMENT_SIDE, "picture_bytes", "有 10.1 MB，最大 10 MB，请压缩后再传"),
    "heavy-proof": (JPEG + bytes(2 << 20), TRANSFER_PROOF, "picture_bytes", "有 2.1 MB，最大 2 MB，请压缩后再传"),
    "png-proof": (
        encoded(SMALL, "PNG"),
        TRANSFER_PROOF,
        "picture_format",
        "是 PNG 文件，只收 JPG，请转成 JPG 再传",
    ),
    "small": (
        encoded(SMALL.resize((500, 299))),
        DOCUMENT_SIDE,
        "picture_small",
        "只有 500×299 像素，至少 300×300，请换更清晰的图片",
    ),
    "small-turned": (
        encoded(SMALL.resize((500, 299)), exif=turned_exif()),
        DOCUMENT_SIDE,
        "picture_small",
        "只有 299×500 像素，至少 300×300，请换更清晰的图片",
    ),
    "small-photo": (
        encoded(SMALL.resize((199, 400)), "PNG"),
        PHOTO,
        "picture_small",
        "只有 199×400 像素，至少 200×200，请换更清晰的图片",
    ),
    "narrow": (
        encoded(SMALL.resize((310, 4000))),
        DOCUMENT_SIDE,
        "picture_narrow",
        "太狭长（310×4000 像素），请裁剪后再传",
    ),
    "pixels": (
        CORPUS["jpeg-54-megapixels"].data,
        DOCUMENT_SIDE,
        "picture_pixels",
        "有 5400 万像素，最多 5242 万，请缩小后再传",
    ),
    "truncated": (JPEG[:900], DOCUMENT_SIDE, "picture_truncated", "不完整，可能没有传完，请重新选择上传"),
    "damaged": (
        CORPUS["png-wrong-header-sum"].data,
        DOCUMENT_SIDE,
        "picture_damaged",
        "已损坏，无法打开，请换一张上传",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_refusal_names_what_was_found_the_limit_and_the_remedy(name: str, slots: Path) -> None:
    data, rule, code, words = WORDS[name]
    broken = refused(data, slots, rule)
    assert (broken.code, broken.message) == (code, f"证件人像面{words}")


# --- the photo --------------------------------------------------------------------------------------------------------


def test_a_photo_is_cut_to_the_official_size(slots: Path) -> None:
    whole = receive(encoded(quarters()), slots, PHOTO)
    frame = CropFrame(500, 0, 400)
    photo = imaging.crop_to_photo(whole.jpeg, frame, field="photo", label="免冠证件照", slots_dir=slots)
    cut = pixels(photo)
    assert cut.size == (358, 441) == PHOTO.target
    assert close(cut.getpixel((5, 5)), GREEN)
    assert close(cut.getpixel((350, 435)), GREEN)
    assert segments_of(photo.jpeg) <= BARE


def test_even_a_noisy_photo_stays_light(slots: Path) -> None:
    whole = encoded(Image.effect_noise((358, 441), 120).convert("RGB"), quality=95)
    far_out = CropFrame(-5000, 9000, 7000)
    photo = imaging.crop_to_photo(whole, far_out, field="photo", label="免冠证件照", slots_dir=slots)
    assert pixels(photo).size == (358, 441)
    assert len(photo.jpeg) <= 100_000


# --- the process ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HEAVY)
def test_the_largest_pictures_fit_in_300_megabytes(name: str, tmp_path: Path) -> None:
    kind = "JPEG" if name.startswith("jpeg") else "PNG"
    peak, refused = peak_of_decoding(HEAVY[name](), kind, tmp_path / "asked")
    assert peak <= 300_000_000
    assert not refused


CONFINED = """
import socket, sys
from kuaiji.attachments.pictures import decoder
decoder.confine()
def kept(what):
    try:
        return what() is not None
    except (OSError, MemoryError):
        return False
small = decoder.encoded(decoder.Image.new("RGB", (9, 9)), 85)
print(kept(lambda: open("/etc/hostname")), kept(socket.socket), kept(lambda: bytearray(300_000_000)), len(small) > 100)
print(sorted(decoder.Image.OPEN), sorted(name for name in sys.modules if name.startswith(("django", "structlog"))))
"""


def test_the_decoder_gives_up_files_sockets_and_memory() -> None:
    told = subprocess.run([sys.executable, "-I", "-c", CONFINED], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["False False False True", "['JPEG', 'PNG'] []"]


def test_the_decoder_is_told_no_secret(slots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/environment\nexit 7\n")
    spy.chmod(0o700)
    monkeypatch.setenv("KUAIJI_SECRET_KEY", "canary")
    monkeypatch.setattr(sys, "executable", str(spy))
    assert refused(JPEG, slots).code == "picture_unreadable"
    assert "KUAIJI" not in (tmp_path / "environment").read_text()


def test_a_decoder_that_hangs_is_ended(slots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/number\nexec sleep 60\n")
    sleeper.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    monkeypatch.setattr(imaging, "DECODE_SECONDS", 1)
    broken = refused(JPEG, slots)
    assert (broken.code, broken.message) == ("picture_unreadable", "证件人像面无法读取，请截屏后上传或换一张")
    number = (tmp_path / "number").read_text().strip()
    assert not Path("/proc", number).exists()


def test_two_pictures_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "WAIT_SECONDS", 0.2)
    receive(JPEG, tmp_path)
    first, second = sorted(tmp_path.iterdir())
    with first.open() as one, second.open() as other:
        fcntl.flock(one, fcntl.LOCK_EX)
        receive(JPEG, tmp_path)
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RuleBroken, match="busy") as caught:
            receive(JPEG, tmp_path)
        assert caught.value.message == "上传的人较多，这张没有收下，请稍等几秒再上传"
    receive(JPEG, tmp_path)


def test_at_most_two_threads_of_a_process_are_kept_by_pictures(tmp_path: Path) -> None:
    """The third is told at once, without waiting."""
    receive(JPEG, tmp_path)
    with contextlib.ExitStack() as held, ThreadPoolExecutor(imaging.AT_ONCE) as threads:
        for place in tmp_path.iterdir():
            fcntl.flock(held.enter_context(place.open()), fcntl.LOCK_EX)
        waiting = [threads.submit(receive, JPEG, tmp_path) for _ in range(imaging.AT_ONCE)]
        while imaging._inside._value:
            time.sleep(0.01)
        with pytest.raises(RuleBroken, match="busy"):
            receive(JPEG, tmp_path / "nobody waits here")
        held.close()
        assert [len(done.result().jpeg) > 0 for done in waiting] == [True, True]
    receive(JPEG, tmp_path)


def test_decoders_give_way_to_pages() -> None:
    program = "import os; from kuaiji.attachments.pictures import decoder; decoder.confine(); print(os.nice(0))"
    told = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    assert int(told) >= min(os.nice(0) + decoder.NICE, 19)
