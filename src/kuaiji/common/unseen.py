"""What nobody sees in a text: pasted along from pages, chats, sheets and other keyboards.

It is left out wherever people type, but for the few places where it shapes what is seen.
"""

import re
import unicodedata

from kuaiji_wire.names import UNSEEN

_UNSEEN = re.compile(f"[{UNSEEN}]")
_JOINERS = "\u200c\u200d"
_MONGOLIAN = re.compile("[\u1800-\u1805\u1807-\u180a\u1810-\u18af]")
_MONGOLIAN_SIGNS = re.compile("[\u180b-\u180f]")
# Of ideographs there are three standardised forms, and those of the Ideographic Variation Database.
_SELECTORS = re.compile("[\ufe00-\ufe02\U000e0100-\U000e01ef]")
IDEOGRAPHS = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
# Arabic, Syriac, Thaana, N'Ko; the scripts of India; Myanmar; Khmer, Mongolian; Bali and Java; 'Phags-pa; Cham and
# Meitei; Arabic forms; Brahmi and its kin; Adlam.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua8ff\ua930-\uabff\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00010aff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_VIRAMA = 9  # canonical combining class


def all_left_out(raw: str) -> str:
    """``raw`` without anything unseen: for numbers, codes and addresses, where it never means anything."""
    return _UNSEEN.sub("", raw)


def left_out(raw: str) -> str:
    """``raw`` without what nobody sees.

    Kept are the joiners between letters of scripts that join, or behind a virama (as RFC 5892, appendix A); the
    signs of Mongolian behind its letters; and a variation selector behind an ideograph, which asks for a form of it.
    """
    if not _UNSEEN.search(raw):
        return raw
    kept: list[str] = []
    for place, character in enumerate(raw):
        if not _UNSEEN.match(character) or _shapes(character, kept[-1:], raw[place + 1 : place + 2]):
            kept.append(character)
    return "".join(kept)


def _shapes(character: str, before: list[str], behind: str) -> bool:
    if not before:
        return False
    if character in _JOINERS:
        return unicodedata.combining(before[0]) == _VIRAMA or (_is_joined(before[0]) and _is_joined(behind))
    if _MONGOLIAN_SIGNS.match(character):
        return _MONGOLIAN.match(before[0]) is not None
    return _SELECTORS.match(character) is not None and _IDEOGRAPH.match(before[0]) is not None


def _is_joined(character: str) -> bool:
    return _JOINED.match(character) is not None and unicodedata.category(character)[0] in "LM"
