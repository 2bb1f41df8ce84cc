"""Pictures people send: judged by content, opened in a process of their own, handed back upright (R3.1, S-31, S-32).

Nothing here decodes a picture: :mod:`kuaiji.attachments.pictures.decoder` does, one process per picture, two at a time.
"""

import contextlib
import fcntl
import hashlib
import json
import math
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from kuaiji.attachments.pictures.cropping import PHOTO_SIZE, CropFrame
from kuaiji.attachments.pictures.sniffing import format_of
from kuaiji.common.errors import RuleBroken

DECODE_SECONDS = 15
WAIT_SECONDS = 5
SLOTS = 2
AT_ONCE = 2
"""Threads of a process that wait for a decoder or for its picture; the other threads are for pages."""

PHOTO_BYTES = 100_000
MARKED_QUALITY = 85

log = structlog.get_logger(__name__)
_inside = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class ImageRule:
    """Limits of one purpose. ``target`` is the size in pixels that a crop of it will have."""

    max_bytes: int = 10 << 20
    formats: frozenset[str] = frozenset({"JPEG", "PNG"})
    min_width: int = 300
    min_height: int = 300
    target: tuple[int, int] | None = None
    max_side: int = 2000
    quality: int = 85


PHOTO = ImageRule(min_width=200, min_height=200, target=PHOTO_SIZE, quality=92)
DOCUMENT_SIDE = ImageRule()


@dataclass(frozen=True)
class Picture:
    """A re-encoded sRGB JPEG without metadata, its size in pixels, and the digest and format of what was received.

    ``pixels`` is the digest of what the picture shows: the same of files that differ only in what stands beside it.
    """

    jpeg: bytes
    width: int
    height: int
    sha256_received: bytes
    received_format: str
    pixels: bytes


def receive(data: bytes, rule: ImageRule, *, field: str, label: str, slots_dir: Path) -> Picture:
    """The picture in ``data``, upright and at most ``rule.max_side`` pixels long.

    ``label`` is what the page calls the field. ``slots_dir`` holds the lock files all processes of the machine share.
    Raises RuleBroken: ``picture_empty``, ``picture_bytes``, ``picture_format``, ``picture_truncated``,
    ``picture_damaged``, ``picture_pixels``, ``picture_small``, ``picture_narrow``, ``picture_unreadable``, ``busy``.
    """
    found = check_received(data, rule, field, label)
    request = {
        "format": found,
        "max_side": rule.max_side,
        "min_width": rule.min_width,
        "min_height": rule.min_height,
        "quality": rule.quality,
    }
    answer, jpeg = decode(request, data, field, label, slots_dir)
    if "error" in answer:
        raise refusal(answer, rule, field, label)
    return Picture(jpeg, answer["width"], answer["height"], hashlib.sha256(data).digest(), found, _pixels(answer))


def crop_to_photo(jpeg: bytes, frame: CropFrame, *, field: str, label: str, slots_dir: Path) -> Picture:
    """The part of a received picture inside ``frame``, as the finished photo: 358 × 441 pixels, at most 100 kB.

    A frame that leaves the picture is brought inside it. Raises RuleBroken: ``busy``, ``picture_unreadable``, and
    ``picture_damaged`` or ``picture_truncated`` when ``jpeg`` is not what receive() gave.
    """
    request = {"format": "JPEG", "frame": frame, "target": PHOTO_SIZE, "max_bytes": PHOTO_BYTES}
    answer, photo = decode(request, jpeg, field, label, slots_dir)
    if "error" in answer:
        raise refusal(answer, PHOTO, field, label)
    return Picture(photo, answer["width"], answer["height"], hashlib.sha256(jpeg).digest(), "JPEG", _pixels(answer))


def mark(jpeg: bytes, words: Sequence[str], *, font: str, slots_dir: Path) -> bytes:
    """A received picture with ``words`` drawn into its pixels: who looks at it, and when.

    ``font`` is the file of one that has these characters; ``#`` and a number behind it name a face of a collection.
    Raises RuleBroken: ``busy``, and ``picture_unreadable``, ``picture_damaged`` or ``picture_truncated`` when ``jpeg``
    is not what receive() gave.
    """
    request = {"format": "JPEG", "words": list(words), "quality": MARKED_QUALITY}
    answer, marked = decode(request, jpeg, "", "图片", slots_dir, font=font)
    if "error" in answer:
        raise refusal(answer, PHOTO, "", "图片")
    return marked


def _pixels(answer: dict[str, Any]) -> bytes:
    return bytes.fromhex(answer["pixels"])


def check_size(sent: int, rule: ImageRule, field: str, label: str) -> None:
    """Raises RuleBroken ``picture_bytes`` for a file of ``sent`` bytes, of which perhaps not all were kept."""
    if sent > rule.max_bytes:
        size = math.ceil(sent / (1 << 20) * 10) / 10
        raise RuleBroken("picture_bytes", f"{label}有 {size} MB，最大 {rule.max_bytes >> 20} MB，请压缩后再传", field)


def check_received(data: bytes, rule: ImageRule, field: str, label: str) -> str:
    """The format found in the first bytes. Raises RuleBroken for what need not be opened to be refused."""
    if not data:
        raise RuleBroken("picture_empty", f"{label}是空文件，请重新选择图片", field)
    check_size(len(data), rule, field, label)
    found = format_of(data)
    if found in rule.formats:
        return found
    taken = "、".join({"JPEG": "JPG"}.get(name, name) for name in sorted(rule.formats))
    if found == "HEIC":
        remedy = f"{label}是 HEIC 格式，只收 {taken}。请截屏后上传，或在 设置 › 相机 › 格式 选“兼容性最佳”后重拍"
    elif found is None:
        remedy = f"{label}不是能识别的图片，只收 {taken}，请重新选择"
    else:
        remedy = f"{label}是 {found} 文件，只收 {taken}，请转成 JPG 再传"
    raise RuleBroken("picture_format", remedy, field)


def refusal(answer: dict[str, Any], rule: ImageRule, field: str, label: str) -> RuleBroken:
    """What the decoder's refusal is called on the page."""
    code = answer["error"]
    match code:
        case "pixels":
            found, limit = math.ceil(answer["found"] / 10_000), answer["limit"] // 10_000
            words = f"有 {found} 万像素，最多 {limit} 万，请缩小后再传"
        case "small":
            least = f"{rule.min_width}×{rule.min_height}"
            words = f"只有 {answer['width']}×{answer['height']} 像素，至少 {least}，请换更清晰的图片"
        case "narrow":
            words = f"太狭长（{answer['width']}×{answer['height']} 像素），请裁剪后再传"
        case "truncated":
            words = "不完整，可能没有传完，请重新选择上传"
        case "damaged":
            words = "已损坏，无法打开，请换一张上传"
        case _:
            words = "无法读取，请截屏后上传或换一张"
    return RuleBroken(f"picture_{code}", f"{label}{words}", field)


def decode(
    request: dict[str, Any], data: bytes, field: str, label: str, slots_dir: Path, *, font: str = ""
) -> tuple[dict[str, Any], bytes]:
    """Ask a new decoder process, which knows no secret of ours. One that dies or hangs answers ``unreadable``."""
    header, fonts = json.dumps(request).encode(), [font] if font else []
    with slot(slots_dir, field):
        try:
            child = subprocess.run(
                [sys.executable, "-I", "-m", "kuaiji.attachments.pictures.decoder", *fonts],
                input=b"".join((struct.pack(">I", len(header)), header, data)),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=DECODE_SECONDS,
                env={},
                cwd="/",
                check=True,
            )
        except subprocess.SubprocessError as error:
            log.warning("decoder_died", status=getattr(error, "returncode", None))
            return {"error": "unreadable"}, b""
    (length,) = struct.unpack_from(">I", child.stdout)
    return json.loads(child.stdout[4 : 4 + length]), child.stdout[4 + length :]


@contextlib.contextmanager
def slot(slots_dir: Path, field: str) -> Iterator[None]:
    """Hold one of the machine's places for a decoder: a lock that ends with its holder, whatever happens to it."""
    slots_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _inside.acquire(blocking=False):
        raise busy(field)
    deadline = time.monotonic() + WAIT_SECONDS
    with contextlib.ExitStack() as places:
        places.callback(_inside.release)
        files = [places.enter_context((slots_dir / f"decoder-{number}.lock").open("w")) for number in range(SLOTS)]
        while not any(locked(file.fileno()) for file in files):
            if time.monotonic() > deadline:
                raise busy(field)
            time.sleep(0.05)
        yield


def busy(field: str) -> RuleBroken:
    """Said at once where too many wait already."""
    return RuleBroken("busy", "上传的人较多，这张没有收下，请稍等几秒再上传", field)


def locked(place: int) -> bool:
    """Whether the file could be locked."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
