"""信息已采集 as a picture to keep: what stands on it, in which font, and the process that draws it."""

import base64
import dataclasses
import subprocess

from kuaiji.archives import check_codes
from kuaiji.archives.paper import fonts
from kuaiji.archives.paper.printing import Check, Paper, PrintingUnavailable, installed_fonts, qr_code, run_maker
from kuaiji.archives.paper.proofs import Proof
from kuaiji.common.dates import format_date
from kuaiji.common.profile import profile


def draw_card(proof: Proof, check: Check) -> Paper:
    """The card as a PNG, as one page. Raises PrintingUnavailable, PrintingFailed."""
    installed = installed_fonts()
    missing = 0

    def runs(text: str) -> list[list[str]]:
        nonlocal missing
        spelled, more = fonts.spelled(text, installed)
        missing += more
        return fonts.runs(spelled, installed)

    facts = [
        ("档案编号", proof.reference_number),
        ("归属", proof.division),
        ("采集完成", format_date(proof.collected_on)),
        ("有效至", format_date(proof.currency.until)),
    ]
    request = {
        "title": runs(profile().title),
        "state": runs("信息已采集"),
        "name": runs(proof.name),
        "facts": [[runs(label), runs(value)] for label, value in facts],
        "check": [
            runs("扫码可查验真伪"),
            runs(f"校验码 {check_codes.grouped_code(check.code)}"),
            runs(f"{format_date(check.day)}生成"),
        ],
        "qr": ["".join(str(int(bit)) for bit in row) for row in qr_code(check).matrix],
        "photo": base64.b64encode(proof.photo).decode(),
        "colours": dataclasses.asdict(profile().colours),
        "fonts": {family: font_file(family) for family in fonts.FAMILIES},
    }
    return Paper(run_maker("kuaiji.archives.paper.card_drawer", request), 1, missing)


def font_file(family: str) -> list[str]:
    """Path and index of the file of one of fonts.FAMILIES, as fontconfig knows them. Raises PrintingUnavailable."""
    try:
        found = subprocess.run(
            ["fc-match", "--format", "%{file}|%{index}", family], check=True, capture_output=True, timeout=10, text=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        raise PrintingUnavailable([fonts.FAMILIES[family]]) from None
    return found.split("|")
