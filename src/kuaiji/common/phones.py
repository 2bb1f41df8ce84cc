"""Telephone numbers of the mainland: mobile, landline with area code, 400 and 800, service numbers."""

import re

from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import compact

_LONGEST = 60  # characters as typed
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_HOTLINE = re.compile(r"([48]00)([0-9]{3})([0-9]{4})")
# Five digits from 1 or 9 are service numbers such as 12345, reached from elsewhere by the area code.
_LANDLINE = re.compile(
    r"(010|02[0-9]|0[3-9][0-9]{2})-?"
    r"([1-9][0-9]{2,3}-?[0-9]{4}|[19][0-9]{4})"
    r"(?:(?:转|分机|EXT\.?|X|#|,|-)([0-9]{1,6}))?"
)
_LOCAL = re.compile(r"[1-9][0-9]{6,7}|[19][0-9]{4}")
_COUNTRY_CODE = re.compile(r"(?:\+|00)86-?|86-*(?=1-*[3-9](?:-*[0-9]){9}-*$)")


def check_mobile(raw: str, field: str = "phone") -> str:
    """The eleven digits of a mobile number; +86, 0086, blanks, dashes and full width digits are taken off.

    Raises ``RuleBroken``: ``required``, ``too_long``, ``bad_character``, ``wrong_length``, ``unknown_prefix``.
    """
    number = _without_dashes(_without_country_code(_typed(raw, label="手机号", field=field)))
    if not (number.isascii() and number.isdigit()):
        raise RuleBroken("bad_character", "手机号只能是数字，请删去其他字符", field)
    if len(number) != 11:
        raise RuleBroken("wrong_length", f"手机号应为11位，现为{len(number)}位，请核对", field)
    if not _MOBILE.fullmatch(number):
        raise RuleBroken("unknown_prefix", "手机号应以13至19开头，请核对", field)
    return number


def check_phone(raw: str, field: str = "employer_phone") -> str:
    """A mobile number, or a number of the form 020-12345678, 020-12345678-123 (extension), 020-12345, 400-123-4567.

    Raises ``RuleBroken``: ``required``, ``too_long``, ``no_area_code``, ``unreadable_phone``.
    """
    typed = _typed(raw, label="电话", field=field)
    national = _without_country_code(typed)
    digits = _without_dashes(national)
    if _MOBILE.fullmatch(digits):
        return digits
    if hotline := _HOTLINE.fullmatch(digits):
        return "-".join(hotline.groups())
    # From abroad the zero of the area code is not dialled.
    dialled_from_abroad = national != typed and not national.startswith("0")
    if landline := _landline("0" + national if dialled_from_abroad else national):
        return landline
    if _LOCAL.fullmatch(digits):
        raise RuleBroken("no_area_code", "座机请加区号，如020-12345678", field)
    raise RuleBroken("unreadable_phone", "电话请填11位手机号，或带区号的座机号", field)


def mask_phone(number: str) -> str:
    """First three and last two characters, stars between, the length kept (P-10)."""
    hidden = len(number) - 5
    return number[:3] + "*" * hidden + number[-2:] if hidden > 0 else "*" * len(number)


def grouped(number: str) -> str:
    """139 1234 5678: a mobile number as it is read aloud; another one as it is."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == len("13912345678") else number


def _landline(typed: str) -> str | None:
    match = _LANDLINE.fullmatch(typed)
    if not match:
        return None
    area, number, extension = match[1], _without_dashes(match[2]), match[3]
    if len(area) == 3 and len(number) == 7:  # where the area code is short the numbers have eight digits
        return None
    return "-".join(filter(None, (area, number, extension)))


def _typed(raw: str, *, label: str, field: str) -> str:
    """Half width, no blanks; brackets around an area code become its dash."""
    if len(raw) > _LONGEST:
        raise RuleBroken("too_long", f"{label}过长，请只填一个号码", field)
    typed = compact(raw).upper().replace("(", "").replace(")", "-")
    if not typed.strip("-"):
        raise RuleBroken("required", f"请填写{label}", field)
    return typed


def _without_country_code(typed: str) -> str:
    match = _COUNTRY_CODE.match(typed)
    return typed[match.end() :] if match else typed


def _without_dashes(typed: str) -> str:
    return typed.replace("-", "")
