"""Numbers of 18 characters by GB 11643: address, birth date, sequence with the sex, check character.

Resident ID cards have them, residence permits of people from Hong Kong, Macao and Taiwan, and since December 2023 the
permanent residence cards of foreigners. On those a 9 comes first, then the province of application and the numeric
country code of the nationality; the rest is the same (国家移民管理局, 新版外国人永久居留身份证机读信息规则, 2023).
The county in an address is never looked up: people keep the code of the year they were registered.
"""

import datetime as dt

from kuaiji.common.dates import whole_years
from kuaiji.common.documents.foreigners import NUMERIC_OF_CHINA, check_foreign_country
from kuaiji.common.documents.numbers import normalise
from kuaiji.common.documents.types import DocumentFacts, DocumentType
from kuaiji.common.errors import RuleBroken

LENGTH = 18
YOUNGEST = 14  # whole years
EARLIEST_BIRTH = dt.date(1900, 1, 1)
FIELD = "document_number"

_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71"
PROVINCES = frozenset(_PROVINCES.split())
_TYPES_BY_ADDRESS = dict.fromkeys(PROVINCES, DocumentType.RESIDENT_ID) | {
    "81": DocumentType.HK_MACAO_RESIDENCE,
    "82": DocumentType.HK_MACAO_RESIDENCE,
    "83": DocumentType.TAIWAN_RESIDENCE,
}
_SPECIAL_ADDRESSES = {
    DocumentType.HK_MACAO_RESIDENCE: {"810000": "HKG", "820000": "MAC"},
    DocumentType.TAIWAN_RESIDENCE: {"830000": "TWN"},
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_card(document_type: DocumentType, number: str, today: dt.date) -> DocumentFacts:
    """What a normalised ``number`` tells, once checked, for the four types that may have 18 characters.

    Raises ``RuleBroken``: ``fifteen_digits``, ``wrong_length``, ``bad_character``, ``unknown_region``,
    ``unreal_birth_date``, ``birth_date_out_of_range``, ``wrong_check_digit``, ``too_young``,
    ``chinese_national``.
    """
    _check_shape(number)
    _check_address(document_type, number)
    birth_date = _birth_date(number, today)
    if number[17] != check_digit(number[:17]):
        raise RuleBroken("wrong_check_digit", "证件号码末位校验不符，请逐位核对", FIELD)
    check_birth_date(birth_date, today=today, field=FIELD)
    return told_by_card(document_type, number)


def told_by_card(document_type: DocumentType, number: str) -> DocumentFacts:
    """What the 18 characters of a right card tell. A nationality in digits is not translated."""
    country = _SPECIAL_ADDRESSES[document_type][number[:6]] if document_type in _SPECIAL_ADDRESSES else "CHN"
    return DocumentFacts(
        type=document_type,
        number=number,
        gender="1" if int(number[16]) % 2 else "2",
        birth_date=_written_date(number),
        country=None if document_type == DocumentType.FOREIGN_PERMANENT_RESIDENCE else country,
    )


def check_birth_date(birth_date: dt.date, *, today: dt.date, field: str = "birth_date") -> None:
    """A birth date from 1900 to today, of somebody aged 14 or more.

    Raises ``RuleBroken``: ``birth_date_out_of_range``, ``too_young``.
    """
    if not EARLIEST_BIRTH <= birth_date <= today:
        raise RuleBroken("birth_date_out_of_range", "出生日期应在1900年至今，请核对", field)
    if whole_years(birth_date, today) < YOUNGEST:
        raise RuleBroken("too_young", f"未满{YOUNGEST}周岁不能登记，请核对出生日期", field)


def convert_15_digits(number: str) -> str:
    """The 18-character number of a resident ID card's old 15 digits: the century 19 and the check character added.

    For the import of an old system's people (R9.6), which is still to be built; ``check`` has to follow.
    Raises ``RuleBroken``: ``not_fifteen_digits``.
    """
    old = normalise(number)
    if len(old) != 15 or not _only_digits(old):
        raise RuleBroken("not_fifteen_digits", "旧身份证号码应为15位数字，请核对", FIELD)
    body = old[:6] + "19" + old[6:]
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Character 18 for the 17 digits before it: ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def type_by_number(number: str) -> DocumentType | None:
    """Which type an 18-character number belongs to by its address, or None when it is of no such shape."""
    if len(number) != LENGTH or not _only_digits(number[:17]) or number[17] not in "0123456789X":
        return None
    if number[0] == "9":
        return DocumentType.FOREIGN_PERMANENT_RESIDENCE
    return _TYPES_BY_ADDRESS.get(number[:2])


def _check_shape(number: str) -> None:
    if len(number) == 15 and _only_digits(number):
        raise RuleBroken("fifteen_digits", "15位旧号码已停用，请填18位身份证号码", FIELD)
    for position, character in enumerate(number[:LENGTH], 1):
        if character not in "0123456789X":
            raise RuleBroken("bad_character", f"证件号码第{position}位应为数字，请核对", FIELD)
    if len(number) != LENGTH:
        raise RuleBroken("wrong_length", f"证件号码应为18位，现为{len(number)}位，请核对", FIELD)
    if "X" in number[:17]:
        raise RuleBroken("bad_character", f"证件号码第{number.index('X') + 1}位应为数字，请核对", FIELD)


def _check_address(document_type: DocumentType, number: str) -> None:
    """The first characters fit the type."""
    if special := _SPECIAL_ADDRESSES.get(document_type):
        if number[:6] not in special:
            raise RuleBroken("unknown_region", f"证件号码前6位应为{'或'.join(special)}，请核对", FIELD)
    elif document_type == DocumentType.FOREIGN_PERMANENT_RESIDENCE:
        if number[0] != "9" or number[1:3] not in PROVINCES:
            raise RuleBroken("unknown_region", "证件号码应为9加两位省级代码开头，请核对", FIELD)
        check_foreign_country(NUMERIC_OF_CHINA.get(number[3:6], ""), field=FIELD)
    elif number[:2] not in PROVINCES:
        raise RuleBroken("unknown_region", "证件号码前2位不是省级代码，请核对", FIELD)


def _birth_date(number: str, today: dt.date) -> dt.date:
    try:
        birth_date = _written_date(number)
    except ValueError:
        raise RuleBroken("unreal_birth_date", "证件号码第7至14位的日期不存在，请核对", FIELD) from None
    if not EARLIEST_BIRTH <= birth_date <= today:
        raise RuleBroken("birth_date_out_of_range", "证件号码第7至14位的日期应在1900年至今", FIELD)
    return birth_date


def _written_date(number: str) -> dt.date:
    return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
