"""Text that people type: lines, names, paragraphs and e-mail addresses, cleaned in linear time and never guessed at.

Nothing is put into a Unicode normal form as a whole: that would replace compatibility ideographs of real names and is
quadratic on hostile input. Only ``compact``, meant for numbers and dates, folds full width to half width.
"""

import re
import unicodedata

from kuaiji.common.errors import RuleBroken

MIDDLE_DOT = "\u00b7"
# What keyboards and old systems print for the dot of a name: ano teleia, Canadian final middle dot, runic dot, bullet,
# one dot leader, hyphenation point, bullet operator, dot operator, black circle, word separator, raised dot, katakana
# dots, sinological dot, small and full width full stop.
_DOT_VARIANTS = "\u0387\u1427\u16eb\u2022\u2024\u2027\u2219\u22c5\u25cf\u2e31\u2e33\u30fb\uff65\ua78f\ufe52\uff0e"
_FOLD_DOTS = dict.fromkeys(map(ord, _DOT_VARIANTS), MIDDLE_DOT)

# Soft hyphen, zero width space, word joiner, byte order mark: pasted along unseen, part of no word.
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
# Zl and Zp are one character each; Zs are all of these and nothing else since Unicode 6.3.
_BLANKS = (
    "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_TIDY_BLANKS = dict.fromkeys(map(ord, _INVISIBLE), "") | dict.fromkeys(map(ord, _BLANKS), " ")
_MINUS = "\u2212"
_JOINERS = "\u180e\u200c\u200d"  # needed inside words of several scripts, the first one in Mongolian
_LOST = "\ufffc\ufffd"  # stand for what did not arrive: an object, bytes that are no text
_IDEOGRAPHIC_ZERO = "\u3007"  # a number by category, a character of names by use
_TSHEG = "\u0f0b\u0f0c"  # between the syllables of every Tibetan name

_NAME_LIMIT = 50
_NAME_MARKS = frozenset(f"{MIDDLE_DOT} -\u2010\u2011'\u2018\u2019.{_IDEOGRAPHIC_ZERO}{_TSHEG}{_JOINERS}")

_EMAIL_LIMIT = 254  # RFC 5321 with erratum 1690
_LOCAL_LIMIT = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def half_width(raw: str) -> str:
    """``raw`` with each character's compatibility form: full width letters, digits and signs become plain ones."""
    return "".join(unicodedata.normalize("NFKC", character) for character in raw)


def compact(raw: str) -> str:
    """For numbers and dates: half width, without blanks and invisible characters, every kind of dash as ``-``."""
    return "".join(one if one.isalnum() else _compacted(one) for one in half_width(raw))


def clean_line(raw: str, *, field: str, label: str, limit: int, required: bool = True) -> str:
    """One line of free text: outer blanks gone, inner runs of blanks one space, everything else as typed.

    ``limit`` counts code points. Raises ``RuleBroken``: ``required``, ``too_long``, ``bad_character``.
    """
    line = _tidy(raw)
    _check_length(line, field=field, label=label, limit=limit, required=required)
    _check_characters(line, field=field, label=label)
    return line


def clean_name(raw: str, field: str = "name") -> str:
    """A person's name of 1–50 code points in any script (R2.4).

    Allowed are letters and marks, ``·``, space, hyphen, apostrophe, period and the Tibetan tsheg.
    Variants of ``·`` are folded to U+00B7, also a period behind an ideograph. No case folding, no normal form;
    variation selectors stay. Raises ``RuleBroken``: ``required``, ``too_long``, ``digit``, ``bad_character``,
    ``no_letter``.
    """
    name = _tidy(raw)
    _check_length(name, field=field, label="姓名", limit=_NAME_LIMIT, required=True)
    name = _fold_periods(name.translate(_FOLD_DOTS))
    for position, character in enumerate(name, 1):
        if unicodedata.category(character) == "Nd":
            raise RuleBroken("digit", f"姓名不能含数字，请删去第{position}个字符", field)
        if not (_is_letter(character) or _is_mark(character) or character in _NAME_MARKS):
            raise RuleBroken("bad_character", _complaint("姓名", position, character), field)
    if not any(_is_letter(character) or character == _IDEOGRAPHIC_ZERO for character in name):
        raise RuleBroken("no_letter", "姓名至少要有一个文字，请照证件填写", field)
    return name


def clean_email(raw: str, field: str = "email") -> str:
    """An e-mail address: full width folded, outer blanks gone, the domain in lower case, the local part as typed.

    International domains are allowed and stay readable. Raises ``RuleBroken``: ``required``, ``too_long``,
    ``no_at``, ``bad_local``, ``bad_domain``.
    """
    if len(raw) > 2 * _EMAIL_LIMIT:
        raise RuleBroken("too_long", f"邮箱最多{_EMAIL_LIMIT}个字符，请换用较短的邮箱", field)
    address = _tidy(half_width(raw)).replace("。", ".")
    if not address:
        raise RuleBroken("required", "请填写电子邮箱", field)
    local, at, domain = address.rpartition("@")
    if not at:
        raise RuleBroken("no_at", "邮箱缺少@，请按name@example.cn的样子填写", field)
    if len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        raise RuleBroken("bad_local", "邮箱@前面的部分有误，请核对后重填", field)
    host = _ascii_domain(domain.lower())
    if host is None:
        raise RuleBroken("bad_domain", "邮箱@后面的部分有误，请核对后重填", field)
    if len(local) + 1 + len(host) > _EMAIL_LIMIT:
        raise RuleBroken("too_long", f"邮箱最多{_EMAIL_LIMIT}个字符，请换用较短的邮箱", field)
    return f"{local}@{host.encode('ascii').decode('idna')}"


def _ascii_domain(domain: str) -> str | None:
    """The domain as the name servers know it, or None when it is no domain."""
    try:
        host = domain.encode("idna").decode("ascii").lower()
        host.encode("ascii").decode("idna")
    except UnicodeError:
        return None
    labels = host.split(".")
    whole = len(labels) > 1 and all(_HOST_LABEL.fullmatch(label) for label in labels)
    return host if whole and not labels[-1].isdigit() else None


def _tidy(raw: str) -> str:
    text = raw.translate(_TIDY_BLANKS)
    return " ".join(part for part in text.split(" ") if part)


def _check_length(text: str, *, field: str, label: str, limit: int, required: bool) -> None:
    if required and not text:
        raise RuleBroken("required", f"请填写{label}", field)
    if len(text) > limit:
        raise RuleBroken("too_long", f"{label}最多{limit}个字，现有{len(text)}个，请删减", field)


def _check_characters(text: str, *, field: str, label: str) -> None:
    for position, character in enumerate(text, 1):
        if not _is_printable(character):
            raise RuleBroken("bad_character", _complaint(label, position, character), field)


def _complaint(label: str, position: int, character: str) -> str:
    if unicodedata.category(character) == "Co":
        return f"{label}第{position}个字是自造字，请换成标准字"
    return f"{label}第{position}个字符不能用，请删去后重填"


def _compacted(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character.isspace():
        return ""
    return "-" if category == "Pd" or character == _MINUS else character


def _is_printable(character: str) -> bool:
    """Not a control, a lone surrogate, private, unassigned, an invisible order mark, or lost."""
    category = unicodedata.category(character)
    kept = category[0] != "C" or character in _JOINERS or _is_new_ideograph(character)
    return kept and character not in _LOST


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" or _is_new_ideograph(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _is_new_ideograph(character: str) -> bool:
    # Planes 2 and 3 hold nothing but ideographs; those added after this Python's tables (extensions H, I, J) still
    # count as unassigned there. The last two code points of each plane are never characters.
    code = ord(character)
    return 0x20000 <= code <= 0x3FFFF and code & 0xFFFF < 0xFFFE


def _fold_periods(name: str) -> str:
    """A period typed for the dot between the parts of a name written in ideographs."""
    pairs = zip(" " + name, name, strict=False)
    return "".join(
        MIDDLE_DOT if character == "." and _is_ideograph(before) else character for before, character in pairs
    )


def _is_ideograph(character: str) -> bool:
    return _is_new_ideograph(character) or unicodedata.name(character, "").startswith("CJK ")
