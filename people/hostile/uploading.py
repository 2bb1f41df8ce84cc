"""Files sent to the page of the person's papers, and what came of them."""

import io
import re
from collections.abc import Callable, Mapping

from PIL import Image

from people.hostile.picture_checks import is_clean
from people.hostile.pictures import Case

PAGE, FIELD, LABEL = "/collection/personal/", "id_card_front", "身份证人像面"
BOUNDARY = b"----kuaiji-7f3a"
FAULT = re.compile(rf'id="error-{FIELD}">(.*?)</p>')
RECEIVED = re.compile(rf'href="(/attachments/[0-9a-f-]{{36}}/)"[^>]*><img src="[^"]+" alt="{LABEL}预览"')
# By the code of a refusal, what its message says.
WORDS = {
    "picture_empty": "是空文件，请重新选择图片",
    "picture_format": "只收 JPG、PNG",
    "picture_truncated": "不完整，可能没有传完",
    "picture_damaged": "已损坏，无法打开",
    "picture_pixels": "万像素，最多",
    "picture_unreadable": "无法读取，请截屏后上传",
}
FILE_NAMES = (
    "../../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "C:\\x.jpg", "file:///x.jpg", "\\\\host\\x.jpg",
    "~/.ssh/x", "a\0.jpg", "a.jpg\0.php", "a\n.jpg", "a%00.jpg", "a%2f..%2fb.jpg", "a.php", "a.jpg.exe", "a.phtml",
    ".htaccess", "web.config", "a.jpg;.php", "a.svg", "a.html", "<script>alert(1)</script>.jpg",
    "'\"><img src=x>.jpg", "{{7*7}}.jpg", "${7*7}.jpg", "$(id).jpg", "`id`.jpg", "|id", "; rm -rf x",
    "' OR 1=1--.jpg", "%s%n.jpg", "=cmd()", "CON", "aux.jpg", ".", "..", " ", "a" * 300 + ".jpg", "长" * 200 + ".jpg",
    "\u202egpj.exe", "👩\u200d👧.jpg", "a.jpg:stream", "a\u0301" * 90,
)  # fmt: skip


def multipart(fields: Mapping[str, str], name: str, data: bytes, field: str = FIELD) -> tuple[bytes, str]:
    """A form with one file, its name as it stands: body and content type."""
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    parts.append(f'form-data; name="{field}"; filename="{quoted}"\r\nContent-Type: text/html\r\n\r\n'.encode() + data)
    body = b"".join(b"--%s\r\nContent-Disposition: %s\r\n" % (BOUNDARY, part) for part in parts)
    return body + b"--%s--\r\n" % BOUNDARY, f"multipart/form-data; boundary={BOUNDARY.decode()}"


def picture_in(page: str, read: Callable[[str], bytes]) -> bytes | str:
    """What was received, read back as its owner does; or the words of the refusal."""
    if fault := FAULT.search(page):
        return fault[1]
    (address,) = set(RECEIVED.findall(page))
    return read(address)


def amiss(case: Case, outcome: bytes | str) -> str:
    """What is wrong with an outcome, nothing when the file was refused in the right words or came out clean."""
    if isinstance(outcome, bytes):
        if case.codes and "clean" not in case.codes:
            return "taken"
        return "" if is_clean(outcome, case.payload) else "not clean"
    told = any(WORDS[code] in outcome for code in case.codes if code in WORDS)
    return "" if told and outcome.startswith(LABEL) else f"refused: {outcome}"


def opened(jpeg: bytes) -> Image.Image:
    """The picture, which must be a JPEG in sRGB."""
    picture = Image.open(io.BytesIO(jpeg))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    return picture
