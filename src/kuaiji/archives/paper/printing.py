"""On paper: HTML from a template, a QR code, and a process that makes the PDF of it."""

import base64
import datetime as dt
import io
import json
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import segno
from django.template.loader import render_to_string

from kuaiji.archives import check_codes
from kuaiji.archives.paper import fonts
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
class Check:
    """How what is printed can be told from a forgery: ``address`` is the page of the check, to which the QR code leads;
    ``day`` stands beside it."""

    code: str
    address: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished file, PDF or PNG; ``missing`` characters stand in it as code points."""

    content: bytes
    pages: int
    missing: int


def put_on_paper(template: str, shown: Mapping[str, Any], photo: bytes, check: Check) -> Paper:
    """Print ``template`` with what is ``shown`` on it and its photo.

    Raises PrintingUnavailable, PrintingFailed.
    """
    installed = installed_fonts()
    context = {
        **shown,
        "code": check_codes.grouped_code(check.code),
        "address": check.address,
        "day": check.day,
        "profile": profile(),
    }
    html, missing = fonts.spelled(render_to_string(template, context), installed)
    qr = io.BytesIO()
    qr_code(check).save(qr, kind="svg", border=0, xmldecl=False)
    pages, pdf = _rendered(html, {PHOTO: photo, QR: qr.getvalue()})
    return Paper(pdf, pages, missing)


def installed_fonts() -> fonts.Fonts:
    """The fonts that printing needs; raises PrintingUnavailable where one, or a library, is missing."""
    installed = fonts.installed_fonts()
    if packages := fonts.lacking(installed):
        raise PrintingUnavailable(packages)
    return installed


def qr_code(check: Check) -> segno.QRCode:
    """Leads to the page of the check, with the code in the address."""
    code = check_codes.grouped_code(check.code)
    return segno.make(f"{check.address}?{urlencode({'check_code': code})}", error="m", micro=False)


def run_maker(module: str, request: dict[str, Any]) -> bytes:
    """What the process ``module`` makes of one JSON ``request``; raises PrintingFailed."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", module],
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
    return child.stdout


def _rendered(html: str, images: dict[str, bytes]) -> tuple[int, bytes]:
    request = {
        "html": html,
        "css": STYLE.read_text("utf-8"),
        "images": {address: base64.b64encode(data).decode() for address, data in images.items()},
    }
    made = run_maker("kuaiji.archives.paper.renderer", request)
    (pages,) = struct.unpack_from(">I", made)
    return pages, made[4:]
