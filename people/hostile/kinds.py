"""What becomes of whatever is typed into a field: kept as the documents say, or refused.

Written a second time, apart from the product, after docs/adr and the docstrings of ``kuaiji.common``: they must agree.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Container

# Category Cf but the signs that are drawn; what else Unicode says to ignore: grapheme joiner, fillers of Hangul, vowels
# of Khmer, selectors.
_DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
_NOTES = {0xFFF9, 0xFFFA, 0xFFFB}
_IGNORED = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
_BLANKS = "\t\n\x0b\x0c\r\x85\u2028\u2029\u2800"
_INSIDE_WORDS = "\u180e\u200c\u200d"


@dataclasses.dataclass(frozen=True)
class Kept:
    """Taken, and stored as ``value``."""

    value: object


Verdict = Kept | None  # None: refused


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of field. ``judge`` is told what was typed and what the field's right value is.

    ``limit`` is its longest value where a person types words; ``shown`` says that the page shows again what was
    typed, ``named`` that the fault stands at the field and not only above the form. A ``secret`` is never shown.
    """

    judge: Callable[[str, str], Verdict]
    limit: int | None = None
    shown: bool = True
    named: bool = True
    secret: bool = False


def is_selector(one: str) -> bool:
    """Asks for a form of the character before it."""
    return 0xFE00 <= ord(one) <= 0xFE0F or 0xE0100 <= ord(one) <= 0xE01EF


def is_seen(one: str) -> bool:
    """Whether anything is drawn of it, or something is missing where it stands."""
    code = ord(one)
    if code in _DRAWN or code in _NOTES:
        return True
    return not (unicodedata.category(one) == "Cf" or code in _IGNORED or 0xE0000 <= code < 0xE1000 or is_selector(one))


def _is_shaping(before: str, one: str, behind: str) -> bool:
    """Whether it changes what is drawn beside it; these are all that the values and names here have."""
    name, next_name = unicodedata.name(before or "\0", ""), unicodedata.name(behind or "\0", "")
    if is_selector(one):
        return name.startswith("CJK") and not 0xFE03 <= ord(one) <= 0xFE0F
    if one in "\u200c\u200d":
        scripts = ("ARABIC LETTER", "DEVANAGARI", "MONGOLIAN")
        return name.startswith(scripts) and next_name.startswith(scripts)
    return one == "\u180e" and name.startswith("MONGOLIAN")


def seen(typed: str) -> str:
    """Without what nobody sees, but for what shapes a letter of a script that joins."""
    kept = ""
    for place, one in enumerate(typed):
        if is_seen(one) or _is_shaping(kept[-1:], one, typed[place + 1 : place + 2]):
            kept += one
    return kept


def tidied(typed: str) -> str:
    """Blanks of any kind as one space, none around, what nobody sees dropped."""
    spaced = "".join(" " if one in _BLANKS or unicodedata.category(one) == "Zs" else one for one in seen(typed))
    return " ".join(filter(None, spaced.split(" ")))


def half_width(typed: str) -> str:
    """Each character by itself in its plain form."""
    return "".join(unicodedata.normalize("NFKC", one) for one in typed)


def squeezed(typed: str) -> str:
    """Half width, upper case, no blanks, dashes or brackets, nothing invisible, no quotes around: what counts of a
    number or a date."""
    plain = half_width("".join(filter(is_seen, typed)))
    unread = {one for one in plain if one.isspace() or one in _BLANKS or unicodedata.category(one) in ("Cf", "Pd")}
    number = "".join(one for one in plain if one not in unread | set("()\u2212"))
    return re.sub('^=*[\'"][=\'"]*|"+$', "", number).upper()


def is_character(one: str) -> bool:
    """Something to see: no control, no half of one, nobody's own, none that was lost on the way."""
    code = ord(one)
    if 0x20000 <= code <= 0x3FFFF and code & 0xFFFF < 0xFFFE:
        return True
    return (unicodedata.category(one)[0] != "C" and one not in "\ufffc\ufffd") or one in _INSIDE_WORDS


def line(limit: int, *, required: bool = True) -> Kind:
    """Words as typed."""

    def judge(typed: str, right: str) -> Verdict:
        words = tidied(typed)
        refused = (required and not words) or len(words) > limit or not all(map(is_character, words))
        return None if refused else Kept(words)

    return Kind(judge=judge, limit=limit)


def _judge_name(typed: str, right: str) -> Verdict:
    """Letters and marks of any script, and what stands between the parts of a name."""
    name = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in tidied(typed))
    name = re.sub("(?<=[一-鿿]) (?=[一-鿿])", "", name).rstrip("· ,/").lstrip("· ,/.")
    letters = [one for one in name if unicodedata.category(one)[0] == "L"]
    others = set(name) - set(letters) - {one for one in name if unicodedata.category(one)[0] == "M"}
    return Kept(name) if 1 <= len(name) <= 50 and letters and others <= set(" ·-'.\u200d") else None


NAME = Kind(judge=_judge_name, limit=50)


def choice(codes: Callable[[], Container[str]] | Container[str], *, required: bool = True) -> Kind:
    """One of the codes, to the letter. What is none of them cannot be shown again."""

    def judge(typed: str, right: str) -> Verdict:
        if not typed:
            return None if required else Kept("")
        return Kept(typed) if typed in (codes() if callable(codes) else codes) else None

    return Kind(judge=judge, shown=False)


def folded(*, required: bool = True, limit: int | None = None, blank: object = "") -> Kind:
    """A number, code or date: only the right one, however it is spelled; ``blank`` is kept of what is left empty."""

    def judge(typed: str, right: str) -> Verdict:
        if not required and not tidied(typed):
            return Kept(blank)
        return Kept(right) if squeezed(typed) == squeezed(right) else None

    return Kind(judge=judge, limit=limit)


def whole(low: int, high: int, *, blank: Callable[[], int | None] | None = None) -> Kind:
    """A whole number in digits; ``blank`` says what is kept when nothing is typed, if that may be."""

    def judge(typed: str, right: str) -> Verdict:
        digits = squeezed(typed)
        if not digits:
            return Kept(blank()) if blank else None
        if not (digits.isascii() and digits.isdigit() and len(digits) < 9 and "-" not in typed):
            return None
        return Kept(int(digits)) if low <= int(digits) <= high else None

    return Kind(judge=judge)


UNCHANGED = object()
# What came before counts; words in the place of a file are none.
FILE = Kind(judge=lambda typed, right: Kept(UNCHANGED), shown=False)


def flag(*, required: bool = False) -> Kind:
    """A tick: sent with whatever value it is one."""

    def judge(typed: str, right: str) -> Verdict:
        ticked = typed.lower() not in ("", "false")
        return None if required and not ticked else Kept(ticked)

    return Kind(judge=judge, shown=False)


def _judge_email(typed: str, right: str) -> Verdict:
    """The local part as typed, in ASCII; the domain in lower case, its labels of letters and digits of any script."""
    local, _, domain = tidied(half_width("".join(filter(is_seen, typed)))).rpartition("@")
    domain = unicodedata.normalize("NFKC", domain).lower()
    good = re.fullmatch(r"[\w.+-]+", local, re.ASCII) and re.fullmatch(r"[^\W_]+(\.[^\W_]+)+", domain)
    return Kept(f"{local}@{domain}") if good else None


EMAIL = Kind(judge=_judge_email)


COMMON = ("Infinity", '{"a": 1}')  # a word of the lists, and a letter with a figure


def as_kept(typed: str) -> str:
    """Composed, and every space the same one."""
    return unicodedata.normalize("NFC", typed.replace("\u3000", " ")) if len(typed) < 500 else typed


def _judge_password(typed: str, right: str) -> Verdict:
    """Eight characters and more, any but NUL, neither two different ones nor the same few again and again."""
    typed = as_kept(typed)
    again = any(typed == (typed[:few] * len(typed))[: len(typed)] and len(typed) % few == 0 for few in range(1, 5))
    refused = "\0" in typed or not 8 <= len(typed) <= 128 or len(set(typed)) < 3 or again or typed in COMMON
    return None if refused else Kept(True)


PASSWORD = Kind(judge=_judge_password, shown=False, secret=True)
GUESSED_PASSWORD = Kind(judge=lambda typed, right: None, shown=False, named=False, secret=True)
CURRENT_PASSWORD = Kind(
    judge=lambda typed, right: Kept(True) if as_kept(typed) == as_kept(right) else None, shown=False, secret=True
)
AGREED_TO = Kind(judge=lambda typed, right: Kept(True) if tidied(typed) == right else None, shown=False, named=False)
ANSWER = Kind(judge=lambda typed, right: None, shown=False)  # another question is asked each time


def _judge_any_number(typed: str, right: str) -> Verdict:
    """Taken as it is, so that nothing is learnt of it."""
    number = squeezed(typed)
    return Kept(number) if number and "\0" not in typed and len(tidied(typed)) <= 60 else None


ANY_NUMBER = Kind(judge=_judge_any_number, limit=60)
UNKNOWN_NUMBER = Kind(judge=lambda typed, right: None, limit=60, named=False)
UNKNOWN_CHOICE = Kind(judge=lambda typed, right: None, shown=False, named=False)
CODE_OF_SMS = Kind(judge=lambda typed, right: None)  # nobody was sent one


def _judge_transfer_code(typed: str, right: str) -> Verdict:
    """Nothing, or eight signs of Crockford's 32, with what is misread for them. Nobody asks yet whether it is right."""
    code = squeezed(typed).translate(str.maketrans("OIL", "011"))
    return Kept(code) if not code or re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", code) else None


TRANSFER_CODE = Kind(judge=_judge_transfer_code)
