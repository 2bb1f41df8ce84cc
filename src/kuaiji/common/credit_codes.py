"""统一社会信用代码 by GB 32100-2015: 18 characters, with the organisation code of GB 11714 as characters 9–17.

The division in characters 3–8 is only looked at for digits: codes of abolished and of central registers are in use.
"""

from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18
_LONGEST = 60  # characters as typed
BROKEN = ("wrong_organisation_digit", "wrong_check_digit")
_MISTAKEN = {"I": "1", "O": "0", "S": "5", "Z": "2"}  # letters that are not in the alphabet, and what they are read for
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise(raw: str) -> str:
    """Half width, upper case, without blanks, dashes and a sheet's text mark."""
    return compact(raw).replace("-", "").upper()


def check(raw: str, *, field: str = "employer_uscc") -> str:
    """The normalised code. Raises ``RuleBroken``: those of ``check_form`` and ``check_digits``."""
    code = check_form(raw, field=field)
    check_digits(code, field=field)
    return code


def check_form(raw: str, *, field: str = "employer_uscc") -> str:
    """The normalised code, whatever its check characters are: some that are really in use break the standard.

    Raises ``RuleBroken``: ``required``, ``wrong_length``, ``bad_character``, ``unknown_register``.
    """
    if len(raw) > _LONGEST:
        raise RuleBroken("wrong_length", "统一社会信用代码应为18位，所填过长", field)
    code = normalise(raw)
    if not code:
        raise RuleBroken("required", "请填写统一社会信用代码", field)
    if len(code) != _LENGTH:
        raise RuleBroken("wrong_length", f"统一社会信用代码应为18位，现为{len(code)}位", field)
    _check_characters(code, field)
    return code


def check_digits(code: str, *, field: str = "employer_uscc") -> None:
    """Raises ``RuleBroken`` (``BROKEN``) where a code of the right form has another check character."""
    if code[16] != organisation_check_digit(code[8:16]):
        raise RuleBroken("wrong_organisation_digit", "信用代码第9至17位校验不符，请逐位核对", field)
    if code[17] != check_digit(code[:17]):
        raise RuleBroken("wrong_check_digit", "信用代码末位校验不符，请逐位核对", field)


def is_broken(code: str) -> bool:
    """Whether a code of the right form breaks the standard."""
    try:
        check_digits(code)
    except RuleBroken:
        return True
    return False


def check_digit(body: str) -> str:
    """Character 18 for the 17 before it: weights 3^i modulo 31 (GB 32100, GB/T 17710)."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def organisation_check_digit(body: str) -> str:
    """Character 9 of an organisation code for the 8 before it, modulo 11 (GB 11714). Letters count A = 10 … Z = 35."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _check_characters(code: str, field: str) -> None:
    for position, character in enumerate(code, 1):
        if digit := _MISTAKEN.get(character):
            raise RuleBroken("bad_character", f"信用代码不含字母{character}，第{position}位是否为数字{digit}？", field)
        if character == "V":
            raise RuleBroken("bad_character", f"信用代码不含字母V，请核对第{position}位", field)
        if character not in ALPHABET:
            raise RuleBroken("bad_character", f"信用代码第{position}位只能是数字或字母，请核对", field)
        if 2 <= position <= 8 and not character.isdigit():
            raise RuleBroken("bad_character", f"信用代码第{position}位应为数字，请核对", field)
    # Registers are 1–9 and letters (A 军队, N 农业, Y 其他 …), kinds of body start from 1.
    for position in (1, 2):
        if code[position - 1] == "0":
            raise RuleBroken("unknown_register", f"信用代码第{position}位不会是0，请核对", field)
