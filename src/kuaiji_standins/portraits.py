"""ID photos: what is looked at in one, how it becomes 358 × 441 px (26 × 32 mm), and a drawn person to try it with.

All is measured on pixels, in plain words: how light and even the wall is, where something stands out against it, how
light that is. Nothing here knows a face. What follows from pixels only is in ``CHECKED``; what nobody looks at, in
``UNCHECKED``.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

from kuaiji.common.errors import RuleBroken

SIZE = (358, 441)
DPI = (350, 350)  # 358 px on 26 mm, 441 px on 32 mm
BIGGEST_BYTES = 10 << 20
MOST_PIXELS = 50_000_000
JPEG_BYTES = 100_000
CHECKED = (
    "图片至少 358×441 像素，是 JPG 或 PNG，10 MB 以内",
    "背景是浅色、均匀的一面墙",
    "画面中间有一个人那么大的头和肩，头顶留有空白",
    "头部不过暗、不过亮、不模糊",
    "额头和脸颊差不多亮：差得多时，多半是头发遮住了眉毛",
)
UNCHECKED = (
    "是不是您本人，是不是真人",
    "眼睛是否睁开、表情、眼镜反光、饰物",
    "头发是否真的没有遮住眉毛和耳朵",
    "照片是否近期拍摄、是否修过",
)

# Measured on the finished size, in shares of its width and height, and in levels from 0 to 255.
_WALL = ((0.0, 0.0, 1.0, 0.05), (0.0, 0.0, 0.08, 0.55), (0.92, 0.0, 1.0, 0.55))
_LIGHTEST_SHADE, _MOST_UNEVEN, _MOST_TINTED = 175, 22, 40
_STANDS_OUT = 40
_HEAD_TOP = (0.03, 0.30)
_HEAD_WIDTH = (0.30, 0.75)
_OFF_CENTRE = 0.09
_SHOULDERS = 0.55
_DARK, _BRIGHT = 60, 240
_FOREHEAD_SHARE = 0.55
_LEAST_DETAIL = 0.9


@dataclass(frozen=True, slots=True)
class _Head:
    top: int
    left: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left


def finished(data: bytes) -> bytes:
    """The ID photo made of ``data``, a JPEG of 358 × 441 px. Raises RuleBroken for ``photo``: what to do better."""
    photo = _fitted(_opened(data))
    check(photo)
    for quality in range(92, 40, -6):
        out = io.BytesIO()
        photo.save(out, "JPEG", quality=quality, dpi=DPI, optimize=True)
        if out.tell() <= JPEG_BYTES:
            break
    return out.getvalue()


def check(photo: Image.Image) -> None:
    """Look at a picture of the finished size. Raises RuleBroken for ``photo`` with the first thing to do better."""
    grey = photo.convert("L")
    wall = _check_wall(photo, grey)
    head = _find_head(photo, wall)
    across = head.width / SIZE[0]
    if across < _HEAD_WIDTH[0]:
        raise _refuse("head_small", "头部太小，请走近一些再拍")
    if across > _HEAD_WIDTH[1]:
        raise _refuse("head_large", "头部太大，请离远一些再拍")
    if not _HEAD_TOP[0] <= head.top / SIZE[1] <= _HEAD_TOP[1]:
        raise _refuse("head_place", "头部太高或太低，请把头放在画面上部，头顶留一点空白")
    if abs((head.left + head.right) / 2 / SIZE[0] - 0.5) > _OFF_CENTRE:
        raise _refuse("head_place", "头部偏向一边，请站到画面正中")
    _check_light(grey, head)


def draw_portrait(seed: int = 0, size: tuple[int, int] = (716, 882)) -> bytes:
    """A made-up person before a white wall, a JPEG; another one for each ``seed``. Passes the checks."""
    picture = Image.new("RGB", (358, 441), "#f4f4f2")
    draw = ImageDraw.Draw(picture)
    skin = ("#e8bd9a", "#dcab85", "#f0cbab")[seed % 3]
    coat = ("#2f4a6b", "#5b3a4c", "#38574a", "#4d4d55")[seed % 4]
    draw.rounded_rectangle((46, 330, 312, 520), 70, fill=coat)
    draw.polygon(((150, 330), (208, 330), (179, 392)), fill="#fbfbfb")
    draw.rectangle((150, 270, 208, 345), fill=skin)
    draw.ellipse((101, 62, 257, 236), fill="#2b2320")
    draw.ellipse((109, 92, 249, 304), fill=skin)
    draw.pieslice((103, 66, 255, 190), 188, 352, fill="#2b2320")
    draw.ellipse((118, 112, 240, 290), fill=skin)
    for left in (134, 190):
        draw.arc((left, 166, left + 34, 190), 200, 340, fill="#4a3a32", width=5)
        draw.ellipse((left + 10, 190, left + 24, 202), fill="#3a2c26")
    draw.line((179, 205, 173, 236, 183, 238), fill="#b98a68", width=3)
    draw.arc((155, 238, 203, 264), 20 + seed % 12, 160, fill="#a8595a", width=4)
    out = io.BytesIO()
    picture.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=93)
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    if not data:
        raise _refuse("empty", "请拍一张照片，或选择一张图片")
    if len(data) > BIGGEST_BYTES:
        raise _refuse("bytes", "图片超过 10 MB，请选小一些的")
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _refuse("pixels", "图片像素太多，请选小一些的")
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refuse("unreadable", "打不开这张图片，请选 JPG 或 PNG") from None


def _fitted(picture: Image.Image) -> Image.Image:
    """The largest part of the ratio of an ID photo, cut nearer the top, in the finished size."""
    if picture.width < SIZE[0] or picture.height < SIZE[1]:
        raise _refuse("small", f"图片只有 {picture.width}×{picture.height} 像素，至少 {SIZE[0]}×{SIZE[1]}")
    return ImageOps.fit(picture, SIZE, Image.Resampling.LANCZOS, centering=(0.5, 0.25))


def _check_wall(photo: Image.Image, grey: Image.Image) -> tuple[int, ...]:
    """The colour of the wall."""
    mask = Image.new("1", SIZE)
    for box in _WALL:
        mask.paste(1, _pixels(box))
    colours = ImageStat.Stat(photo, mask)
    light = ImageStat.Stat(grey, mask)
    if light.mean[0] < _LIGHTEST_SHADE:
        raise _refuse("wall_dark", "背景太暗，请面向亮处，在白墙前拍")
    if light.stddev[0] > _MOST_UNEVEN:
        raise _refuse("wall_uneven", "背景不均匀，请换一面没有东西的白墙")
    if max(colours.mean) - min(colours.mean) > _MOST_TINTED:
        raise _refuse("wall_tinted", "背景不是白色，请在白墙前拍")
    return tuple(round(level) for level in colours.median)


def _find_head(photo: Image.Image, wall: tuple[int, ...]) -> _Head:
    """Where something stands out against the wall: from its top down to where the shoulders begin."""
    apart = ImageChops.difference(photo, Image.new("RGB", SIZE, wall)).convert("L")
    shape = apart.filter(ImageFilter.MedianFilter(5)).point(lambda level: 255 * (level > _STANDS_OUT))
    rows = [_extent(shape, y) for y in range(SIZE[1])]
    if not rows[-1] or rows[-1][1] - rows[-1][0] < _SHOULDERS * SIZE[0]:
        raise _refuse("no_shoulders", "没有看到头和双肩，请正对镜头，拍到胸口")
    least = SIZE[0] // 10
    top = next((y for y, row in enumerate(rows) if row and row[1] - row[0] >= least), SIZE[1])
    widest = [row for row in rows[top : top + SIZE[1] // 4] if row]
    if not widest:
        raise _refuse("no_head", "没有看到头部，请正对镜头，拍到胸口")
    left, right = max(widest, key=lambda row: row[1] - row[0])
    return _Head(top, left, right)


def _check_light(grey: Image.Image, head: _Head) -> None:
    middle = (head.left + head.right) // 2
    reach = head.width // 5

    def band(start: float, end: float) -> Image.Image:
        tall = head.width * 1.35  # a head is about that much taller than wide
        return grey.crop((middle - reach, int(head.top + tall * start), middle + reach, int(head.top + tall * end)))

    face, forehead, cheeks = band(0.3, 0.9), band(0.28, 0.42), band(0.6, 0.75)
    light = ImageStat.Stat(face)
    if not _DARK <= light.mean[0] <= _BRIGHT:
        raise _refuse("light", "脸部太暗，请面向亮处" if light.mean[0] < _DARK else "脸部太亮，请避开强光")
    detail = ImageChops.difference(face, face.filter(ImageFilter.GaussianBlur(2)))
    if ImageStat.Stat(detail).mean[0] < _LEAST_DETAIL:
        raise _refuse("blurred", "照片太模糊，请拿稳再拍")
    if ImageStat.Stat(forehead).mean[0] < _FOREHEAD_SHARE * ImageStat.Stat(cheeks).mean[0]:
        raise _refuse("hair", "额头比脸颊暗得多，请把头发拨开，不要遮住眉毛")


def _extent(shape: Image.Image, y: int) -> tuple[int, int] | None:
    box = shape.crop((0, y, SIZE[0], y + 1)).getbbox()
    return (box[0], box[2]) if box else None


def _pixels(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return round(left * SIZE[0]), round(top * SIZE[1]), round(right * SIZE[0]), round(bottom * SIZE[1])


def _refuse(code: str, message: str) -> RuleBroken:
    return RuleBroken(f"photo_{code}", message, "photo")
