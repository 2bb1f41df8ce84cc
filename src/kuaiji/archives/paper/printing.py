"""A sheet on paper: HTML from the template, a QR code, and a process that makes the PDF of it."""

import base64
import datetime as dt
import io
import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import segno
from django.template.loader import render_to_string

from kuaiji.archives import check_codes
from kuaiji.archives.paper import fonts
from kuaiji.archives.paper.sheets import Sheet
from kuaiji.common.profile import profile

STYLE = Path(__file__).resolve().parent / "data" / "print.css"
SECONDS = 120
PHOTO, QR = "image:photo", "image:qr"


class PrintingUnavailable(Exception):
    """This machine can't print: ``packages`` are missing."""

    def __init__(self, packages: list[str]) -> None:
        super().__init__(" ".join(packages))
        self.packages = packages


class PrintingFailed(Exception):
    """The process that makes the PDF died or took too long; its words may quote the sheet and are not kept."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished PDF; ``missing`` characters stand in it as code points."""

    pdf: bytes
    pages: int
    missing: int


def put_on_paper(sheet: Sheet, *, code: str, address: str, day: dt.date) -> Paper:
    """Print ``sheet`` as of ``day``. ``address`` is the page of the check, to which the QR code leads.

    Raises PrintingUnavailable, PrintingFailed.
    """
    installed = fonts.installed_fonts()
    if packages := fonts.lacking(installed):
        raise PrintingUnavailable(packages)
    context = {
        "sheet": sheet,
        "code": check_codes.grouped_code(code),
        "address": address,
        "day": day,
        "profile": profile(),
    }
    html, missing = fonts.spelled(render_to_string("archives/print.html", context), installed)
    images = {PHOTO: sheet.photo, QR: _qr(f"{address}?{urlencode({'check_code': check_codes.grouped_code(code)})}")}
    pages, pdf = _rendered(html, images)
    return Paper(pdf, pages, missing)


def _rendered(html: str, images: dict[str, bytes]) -> tuple[int, bytes]:
    request = {
        "html": html,
        "css": STYLE.read_text("utf-8"),
        "images": {address: base64.b64encode(data).decode() for address, data in images.items()},
    }
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", "kuaiji.archives.paper.renderer"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={},
            cwd="/",
            check=True,
        )
    except subprocess.SubprocessError:
        raise PrintingFailed from None
    (pages,) = struct.unpack_from(">I", child.stdout)
    return pages, child.stdout[4:]


def _qr(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue()
