"""What becomes of whatever is typed into a field: kept as the documents say, or refused.

Written a second time, apart from the product, after docs/adr and the docstrings of ``kuaiji.common``: they must agree.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Container

_UNSEEN = "\u00ad\u200b\u2060\ufeff"
_BLANKS = "\t\n\r\u2028\u2029"
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


def tidied(typed: str) -> str:
    """Blanks of any kind as one space, none around, what nobody sees dropped."""
    seen = (one for one in typed if one not in _UNSEEN)
    spaced = "".join(" " if one in _BLANKS or unicodedata.category(one) == "Zs" else one for one in seen)
    return " ".join(filter(None, spaced.split(" ")))


def half_width(typed: str) -> str:
    """Each character by itself in its plain form."""
    return "".join(unicodedata.normalize("NFKC", one) for one in typed)


def squeezed(typed: str) -> str:
    """Half width, upper case, no blanks, dashes or brackets, nothing invisible: what counts of a number or a date."""
    unread = {one for one in half_width(typed) if one.isspace() or unicodedata.category(one) in ("Cf", "Pd")}
    return "".join(one for one in half_width(typed) if one not in unread | set("()\u2212")).upper()


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
    name = tidied(typed.strip())
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


def folded(*, required: bool = True, limit: int | None = None) -> Kind:
    """A number, code or date: only the right one, however it is spelled."""

    def judge(typed: str, right: str) -> Verdict:
        if not required and not typed.strip():
            return Kept("")
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
    local, _, domain = tidied(half_width(typed)).rpartition("@")
    domain = unicodedata.normalize("NFKC", domain).lower()
    good = re.fullmatch(r"[\w.+-]+", local, re.ASCII) and re.fullmatch(r"[^\W_]+(\.[^\W_]+)+", domain)
    return Kept(f"{local}@{domain}") if good else None


EMAIL = Kind(judge=_judge_email)


COMMON = ("Infinity", '{"a": 1}')  # a word of the lists, and a letter with a figure


def _judge_password(typed: str, right: str) -> Verdict:
    """Eight characters and more, any but NUL, neither two different ones nor the same few again and again."""
    again = any(typed == (typed[:few] * len(typed))[: len(typed)] and len(typed) % few == 0 for few in range(1, 5))
    refused = "\0" in typed or not 8 <= len(typed) <= 128 or len(set(typed)) < 3 or again or typed in COMMON
    return None if refused else Kept(True)


PASSWORD = Kind(judge=_judge_password, shown=False, secret=True)
REPEATED_PASSWORD = Kind(judge=lambda typed, right: Kept(True) if typed == right else None, shown=False, secret=True)
GUESSED_PASSWORD = Kind(judge=lambda typed, right: None, shown=False, named=False, secret=True)
CURRENT_PASSWORD = Kind(judge=lambda typed, right: Kept(True) if typed == right else None, shown=False, secret=True)
AGREED_TO = Kind(judge=lambda typed, right: Kept(True) if typed.strip() == right else None, shown=False, named=False)
ANSWER = Kind(judge=lambda typed, right: None, shown=False)  # another question is asked each time


def _judge_any_number(typed: str, right: str) -> Verdict:
    """Taken as it is, so that nothing is learnt of it."""
    number = squeezed(typed.strip())
    return Kept(number) if number and "\0" not in typed and len(typed.strip()) <= 60 else None


ANY_NUMBER = Kind(judge=_judge_any_number, limit=60)
UNKNOWN_NUMBER = Kind(judge=lambda typed, right: None, limit=60, named=False)
UNKNOWN_CHOICE = Kind(judge=lambda typed, right: None, shown=False, named=False)
CODE_OF_SMS = Kind(judge=lambda typed, right: None)  # nobody was sent one
