"""Names of people as their documents print them. How names are compared: ``kuaiji_wire.names``."""

import re
import unicodedata

from kuaiji.common.documents.types import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import check_length, complaint, tidy
from kuaiji.common.unseen import IDEOGRAPHS

MIDDLE_DOT = "\u00b7"
LONGEST = 50
# What keyboards and old systems print for the dot of a name: ano teleia, Canadian final middle dot, runic dot, bullet,
# one dot leader, hyphenation point, bullet operator, dot operator, black circle, word separator, raised dot, katakana
# dots, sinological dot, small and full width full stop.
_DOTS = "\u0387\u1427\u16eb\u2022\u2024\u2027\u2219\u22c5\u25cf\u2e31\u2e33\u30fb\uff65\ua78f\ufe52\uff0e"
# Grave and acute accent, prime, reversed quote: typed for an apostrophe, printed by no document.
_APOSTROPHES = "\u0060\u00b4\u2032\u201b"
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPELLING = (
    _FULL_WIDTH
    | dict.fromkeys(map(ord, _DOTS), MIDDLE_DOT)
    | dict.fromkeys((*map(ord, _APOSTROPHES), *(ord(one) + 0xFEE0 for one in "'`")), "'")
)
_FORM = "\ufe00-\ufe02\U000e0100-\U000e01ef"  # selects a form of the ideograph before it
_PERIOD_OF_IDEOGRAPHS = re.compile(f"(?<=[{IDEOGRAPHS}{_FORM}]) *\\.+")
_DOT_AND_ITS_LIKE = re.compile(f" *{MIDDLE_DOT}[{MIDDLE_DOT} ]*")
_BLANK_OF_IDEOGRAPHS = re.compile(f"(?<=[{IDEOGRAPHS}{_FORM}]) (?=[{IDEOGRAPHS}])")
_STRAY = f"{MIDDLE_DOT} ,/"  # at the ends

_IDEOGRAPHIC_ZERO = "\u3007"  # a number by category, a character of names by use
_TSHEG = "\u0f0b\u0f0c"  # between the syllables of every Tibetan name
_JOINERS = "\u180e\u200c\u200d"  # where they shape what is seen; the first one in Mongolian
_SIGNS = frozenset(f"{MIDDLE_DOT} -\u2010\u2011'\u2018\u2019.{_IDEOGRAPHIC_ZERO}{_TSHEG}{_JOINERS}")
# S/O and D/O, A/L and A/P, surname and given names by a comma, an alias by @ or in brackets. ICAO 9303-3 leaves the
# signs of the printed name to the state that issues it.
_SIGNS_OF_PASSPORTS = frozenset("/,@()")
_WITHOUT_THEM = frozenset(
    {
        DocumentType.RESIDENT_ID,
        DocumentType.CHINESE_PASSPORT,
        DocumentType.OFFICER_CARD,
        DocumentType.ARMED_POLICE_CARD,
        DocumentType.SOLDIER_CARD,
    }
)


def clean_name(raw: str, field: str = "name", *, document_type: DocumentType | None = None) -> str:
    """A person's name of 1–50 code points in any script, as a document of ``document_type`` prints it (R2.4).

    Allowed are letters and marks, ``·``, space, hyphen, apostrophe, period and the Tibetan tsheg; ``/ , @ ( )``
    where documents of the type print names in Latin letters, or the type is not known. Left out is what nobody sees
    (``common.unseen``), blanks between ideographs and beside ``·``, and dots and commas at the ends. Every dot is
    U+00B7, a period behind an ideograph too, and two in a row are one; full width is half width. No case folding, no
    normal form; variation selectors stay. Raises ``RuleBroken``: ``required``, ``too_long``, ``digit``,
    ``bad_character``, ``no_letter``.
    """
    name = tidy(raw).translate(_SPELLING)
    name = _PERIOD_OF_IDEOGRAPHS.sub(MIDDLE_DOT, name)
    name = _DOT_AND_ITS_LIKE.sub(MIDDLE_DOT, name)
    name = _BLANK_OF_IDEOGRAPHS.sub("", name)
    name = name.rstrip(_STRAY).lstrip(f".{_STRAY}") or name  # signs alone are told that they are no name
    check_length(name, field=field, label="姓名", limit=LONGEST, required=True)
    signs = _SIGNS if document_type in _WITHOUT_THEM else _SIGNS | _SIGNS_OF_PASSPORTS
    for position, character in enumerate(name, 1):
        if unicodedata.category(character) == "Nd":
            raise RuleBroken("digit", f"姓名不能含数字，请删去第{position}个字符", field)
        if not (_is_letter(character) or _is_mark(character) or character in signs):
            raise RuleBroken("bad_character", complaint("姓名", position, character), field)
    if not any(_is_letter(character) or character == _IDEOGRAPHIC_ZERO for character in name):
        raise RuleBroken("no_letter", "姓名至少要有一个文字，请照证件填写", field)
    return name


def _is_letter(character: str) -> bool:
    # Planes 2 and 3 hold nothing but ideographs, also those that are newer than this Python's tables.
    return unicodedata.category(character)[0] == "L" or (0x20000 <= ord(character) <= 0x3FFFF and _is_whole(character))


def _is_whole(character: str) -> bool:
    return ord(character) & 0xFFFF < 0xFFFE  # the last two code points of each plane are never characters


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
