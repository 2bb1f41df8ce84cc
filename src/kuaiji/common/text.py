"""Text that people type: lines, numbers and what is searched for, cleaned in linear time and never guessed at.

Names: ``common.names``. E-mail addresses: ``common.email_addresses``. Nothing is put into a Unicode normal form as a
whole: that would replace compatibility ideographs of real names and is quadratic on hostile input. Only ``compact``,
meant for numbers and dates, and ``searched`` fold full width to half width.
"""

import re
import unicodedata

from kuaiji.common.errors import RuleBroken
from kuaiji.common.unseen import IDEOGRAPHS, all_left_out, left_out

# Tab, line feed, vertical tab (a line break of word processors), form feed, carriage return, next line, all of Zs,
# the separators of lines and paragraphs, and the blank of Braille.
_BLANKS = (
    "\t\n\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u2800\u3000"
)
_TIDY_BLANKS = dict.fromkeys(map(ord, _BLANKS), " ")
_MINUS = "\u2212"
_ACUTE = "\u00b4"
_JOINERS = "\u180e\u200c\u200d"  # where they shape what is seen
_LOST = "\ufffc\ufffd"  # stand for what did not arrive: an object, bytes that are no text
# A sheet's mark that what follows is text: '440… or ="440…"; copied along with a cell. Quotes of every keyboard.
_QUOTES = "'\"`\u2018\u2019\u201c\u201d\u2032\u2033"
_TEXT_MARK = re.compile(f'^[-=]*[{_QUOTES}][-={_QUOTES}]*|["\u201c\u201d]+$')
_WIDE = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_BLANK_OF_IDEOGRAPHS = re.compile(f"(?<=[{IDEOGRAPHS}]) | (?=[{IDEOGRAPHS}])")


def half_width(raw: str) -> str:
    """``raw`` with each character's compatibility form: full width letters, digits and signs become plain ones."""
    return "".join(unicodedata.normalize("NFKC", character) for character in raw)


def compact(raw: str) -> str:
    """For numbers and dates: half width, without blanks and unseen characters, every kind of dash as ``-``.

    A sheet's text mark in front goes, and the quotes that some sheets put around.
    """
    if raw.isascii() and raw.isalnum():
        return raw
    typed = all_left_out(raw).replace(_ACUTE, "'")  # which has a blank in its plain form
    plain = "".join(one if one.isalnum() else _compacted(one) for one in half_width(typed))
    return _TEXT_MARK.sub("", plain)


def tidy(raw: str) -> str:
    """``raw`` in one line: nothing unseen, no blanks around, inner runs of blanks one space; all else as typed."""
    text = left_out(raw).translate(_TIDY_BLANKS)
    return " ".join(part for part in text.split(" ") if part)


def clean_line(raw: str, *, field: str, label: str, limit: int, required: bool = True) -> str:
    """One line of free text, ``tidy``.

    ``limit`` counts code points. Raises ``RuleBroken``: ``required``, ``too_long``, ``bad_character``.
    """
    line = tidy(raw)
    check_length(line, field=field, label=label, limit=limit, required=required)
    for position, character in enumerate(line, 1):
        if not _is_printable(character):
            raise RuleBroken("bad_character", complaint(label, position, character), field)
    return line


def searched(raw: str, limit: int) -> str:
    """Words to search for, at most ``limit`` characters: ``tidy``, letters and digits half width, no control
    characters."""
    line = "".join(filter(_is_printable, tidy(raw[: 4 * limit]).translate(_WIDE)))
    return " ".join(line.split()[:limit])[:limit].strip()


def searched_name(raw: str, limit: int) -> str:
    """A name, or a part of one, to search for: ``searched``, without blanks beside ideographs."""
    return _BLANK_OF_IDEOGRAPHS.sub("", searched(raw, limit))


def check_length(text: str, *, field: str, label: str, limit: int, required: bool) -> None:
    """Raises ``RuleBroken``: ``required``, ``too_long``."""
    if required and not text:
        raise RuleBroken("required", f"请填写{label}", field)
    if len(text) > limit:
        raise RuleBroken("too_long", f"{label}最多{limit}个字，现有{len(text)}个，请删减", field)


def complaint(label: str, position: int, character: str) -> str:
    """What to say about a character that cannot be taken, the first of a text at 1."""
    if unicodedata.category(character) == "Co":
        return f"{label}第{position}个字是自造字，请换成标准字"
    return f"{label}第{position}个字符不能用，请删去后重填"


def _compacted(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character.isspace() or character in _BLANKS:
        return ""
    return "-" if category == "Pd" or character == _MINUS else character


def _is_printable(character: str) -> bool:
    """Not a control, a lone surrogate, private, unassigned, an invisible order mark, or lost."""
    category = unicodedata.category(character)
    kept = category[0] != "C" or character in _JOINERS or _is_new_ideograph(character)
    return kept and character not in _LOST


def _is_new_ideograph(character: str) -> bool:
    # Planes 2 and 3 hold nothing but ideographs; those added after this Python's tables (extensions H, I, J) still
    # count as unassigned there. The last two code points of each plane are never characters.
    code = ord(character)
    return 0x20000 <= code <= 0x3FFFF and code & 0xFFFF < 0xFFFE
