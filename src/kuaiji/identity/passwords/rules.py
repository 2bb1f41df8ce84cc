"""What may be a password (ASVS 6.2), and the one form in which it counts (RFC 8265)."""

import functools
import re
import unicodedata
from collections.abc import Container, Iterable
from pathlib import Path

from kuaiji.common.errors import RuleBroken

SHORTEST, LONGEST = 8, 128
OWN_PART = 6  # that many characters in a row of an own number make a password guessable
DATA = Path(__file__).resolve().parent / "data"

_SEQUENCES = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
_REPEATED = re.compile(r"(.{1,4}?)\1+", re.DOTALL)
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
_BESIDE_WORDS = re.compile(r"[\d\W_]+")
_FEW_FIGURES = 4
_LONGEST_PREPARED = 4 * LONGEST  # characters typed: a decomposed one may be a letter and three marks
_BLANKS = dict.fromkeys((160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")  # Zs beside U+0020


def prepared(password: str) -> str:
    """``password`` in the one form in which it is kept: every kind of space one kind, composed (NFC).

    Keyboards write the same characters in several ways. RFC 8265, OpaqueString, but that nothing typed is refused.
    What is far too long to be one stays as it is: composing takes quadratic time.
    """
    if len(password) > _LONGEST_PREPARED:
        return password
    return unicodedata.normalize("NFC", password.translate(_BLANKS))


def ways_typed(password: str) -> list[str]:
    """What was typed as it may have been kept: ``prepared`` first, then as kept before passwords were prepared.

    How many there are depends on what was typed alone, and it is one for ASCII.
    """
    normal = prepared(password)
    ways = (normal, password, unicodedata.normalize("NFD", normal)) if len(normal) <= _LONGEST_PREPARED else (normal,)
    return list(dict.fromkeys(ways))


def rules_to_tell(shortest: int = SHORTEST) -> dict[str, object]:
    """What of these rules a page can tell while somebody types (js/password.js), which sends nothing of it anywhere.

    What is common, and what is one's own, the server says once it is sent. Lengths in characters; the patterns are read
    by JavaScript as by Python.
    """
    return {
        "shortest": shortest,
        "longest": LONGEST,
        "sequences": _SEQUENCES,
        "plain": [f"^{_REPEATED.pattern}$", f"^{_DATE.pattern}$"],
    }


def too_common() -> RuleBroken:
    """Guessed by everybody; also said where saying more would tell of somebody else."""
    return RuleBroken("password_common", "这个密码太常见，容易被猜到，请换一个", "password1")


def check_password(password: str, *, own: Iterable[str], common: Container[str], shortest: int = SHORTEST) -> None:
    """Refuse what is too short, too long, in ``common``, or made of the person's ``own`` numbers and names.

    Raises RuleBroken. Every character of the prepared password counts: nothing is trimmed, folded or demanded.
    """
    password = prepared(password)
    if len(password) < shortest:
        raise RuleBroken("password_short", f"密码至少 {shortest} 个字符，现有 {len(password)} 个", "password1")
    if len(password) > LONGEST:
        raise RuleBroken("password_long", f"密码最多 {LONGEST} 个字符，现有 {len(password)} 个", "password1")
    folded = password.casefold()
    if any(part in folded for value in own for part in _parts(value.casefold())):
        raise RuleBroken("password_own", "密码不能含证件号、手机号或姓名，请换一个", "password1")
    if _is_common(folded, common):
        raise too_common()


def _parts(value: str) -> set[str]:
    """What of an own value may not stand in a password: six characters in a row of a number, a whole name."""
    if any(character.isdigit() for character in value):
        return {value[start : start + OWN_PART] for start in range(len(value) - OWN_PART + 1)} | {value}
    words = {value, value.replace(" ", ""), *(word for word in value.split() if len(word) >= OWN_PART)}
    return {word for word in words if len(word) >= 2}


def _is_common(folded: str, common: Container[str]) -> bool:
    """Chosen by many, or a word that many choose and what many put around it."""
    word = _BESIDE_WORDS.sub("", folded)
    if word not in _words("trivial_words.txt"):
        return _is_plain(folded, common)
    figures = "".join(character for character in folded if character.isdigit())
    return len(figures) <= _FEW_FIGURES or _is_plain(figures, common) or _is_plain(folded, common)


def _is_plain(folded: str, common: Container[str]) -> bool:
    return (
        folded.strip() in common
        or len(set(folded)) <= 2
        or _REPEATED.fullmatch(folded) is not None
        or _DATE.fullmatch(folded) is not None
        or any(folded in row or folded[::-1] in row for row in _SEQUENCES)
    )


def chosen_in_china() -> frozenset[str]:
    """Passwords that people choose here, beside those that they choose everywhere."""
    return _words("common_passwords.txt")


@functools.cache
def _words(file: str) -> frozenset[str]:
    return frozenset((DATA / file).read_text(encoding="utf-8").split())
