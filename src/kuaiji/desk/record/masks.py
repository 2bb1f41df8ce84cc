"""What of an answer is shown to staff before it is asked for (R9.3), by the lines of a section."""

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType

from kuaiji.accountants.reading.comparison import Pair
from kuaiji.accountants.reading.display import Group, Line
from kuaiji.common import documents, phones
from kuaiji.desk.record.enums import Shown

Mask = Callable[[str], str]
HIDDEN = "＊＊＊"


def mask_email(email: str) -> str:
    """zhang@qq.com becomes z***@qq.com."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"


def mask_phone(phone: str) -> str:
    """Of a mobile or a landline the last four digits."""
    digits = re.sub(r"\D", "", phone)
    return phones.mask_phone(digits) if len(digits) == 11 and digits[0] == "1" else f"****{digits[-4:]}"


def mask_number(number: str) -> str:
    """The last three signs of a certificate's number, however long it is."""
    return f"***{number[-3:]}" if len(number) > 6 else HIDDEN


def mask_day(day: str) -> str:
    """The year alone."""
    return f"{day.partition('年')[0]}年" if "年" in day else HIDDEN


def mask_document(words: str) -> str:
    """居民身份证 and its number, of which the ends are left."""
    kind, _, number = words.partition(" ")
    return f"{kind} {documents.mask(number.replace(' ', ''))}"


def hide(words: str) -> str:
    """Nothing of it."""
    return HIDDEN


MASKS: Mapping[str, tuple[Shown, Mask]] = MappingProxyType(
    {
        "document": (Shown.DOCUMENT, mask_document),
        "birth_date": (Shown.DOCUMENT, mask_day),
        "phone": (Shown.PHONE, mask_phone),
        "employer_phone": (Shown.PHONE, mask_phone),
        "email": (Shown.EMAIL, mask_email),
        "residence_address": (Shown.ADDRESS, hide),
        "cpa_number": (Shown.CERTIFICATES, mask_number),
        "tax_agent_number": (Shown.CERTIFICATES, mask_number),
        "asset_appraiser_number": (Shown.CERTIFICATES, mask_number),
        "certificate_number": (Shown.CERTIFICATES, mask_number),
    }
)
"""By the name of the answer."""


def is_shown(what: Shown, shown: Collection[Shown]) -> bool:
    """Whether ``what`` was asked for, by itself or with all."""
    return what in shown or Shown.ALL in shown


def masked(groups: Iterable[Group], shown: Collection[Shown]) -> list[Group]:
    """The same answers, those masked that were not asked for."""
    return [dataclasses.replace(group, lines=[_masked(line, shown) for line in group.lines]) for group in groups]


def masked_pairs(pairs: Iterable[Pair], shown: Collection[Shown]) -> list[Pair]:
    """The same of two states beside each other: whether they differ is told by what they are."""
    return [
        dataclasses.replace(
            pair,
            before=_masked(pair.before, shown) if pair.before else None,
            after=_masked(pair.after, shown) if pair.after else None,
        )
        for pair in pairs
    ]


def _masked(line: Line, shown: Collection[Shown]) -> Line:
    what, mask = MASKS.get(line.name, (None, hide))
    if what is None or is_shown(what, shown) or line.is_blank:
        return line
    return dataclasses.replace(line, words=mask(line.words))
