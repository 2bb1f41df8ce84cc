"""The document types and what follows from the type alone."""

import dataclasses
import datetime as dt
import enum


class DocumentType(enum.StrEnum):
    """证件类型; the values are the codes of the code list ``document_types``."""

    RESIDENT_ID = "01"
    HK_MACAO_PERMIT = "02"
    TAIWAN_PERMIT = "03"
    FOREIGN_PASSPORT = "04"
    CHINESE_PASSPORT = "05"
    HK_MACAO_RESIDENCE = "06"
    TAIWAN_RESIDENCE = "07"
    FOREIGN_PERMANENT_RESIDENCE = "08"
    OFFICER_CARD = "09"
    ARMED_POLICE_CARD = "10"
    SOLDIER_CARD = "11"
    OTHER = "99"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A right number, and what it tells of its holder; what it does not tell is None."""

    type: DocumentType
    number: str = dataclasses.field(repr=False)
    gender: str | None = dataclasses.field(default=None, repr=False)
    """"1" man, "2" woman (GB/T 2261.1)."""
    birth_date: dt.date | None = dataclasses.field(default=None, repr=False)
    country: str | None = dataclasses.field(default=None, repr=False)
    """ISO 3166-1 alpha-3."""


FOREIGN = {DocumentType.FOREIGN_PASSPORT, DocumentType.FOREIGN_PERMANENT_RESIDENCE}
_PERMIT_SIDES = ("通行证正面", "通行证背面", True)
_PASSPORT_SIDES = ("护照资料页", "护照第二页（选传）", False)
_RESIDENCE_SIDES = ("居住证正面", "居住证背面", True)
_MILITARY_SIDES = ("证件照片页", "证件编号页", True)
_SIDES = {
    DocumentType.RESIDENT_ID: ("身份证人像面", "身份证国徽面", True),
    DocumentType.HK_MACAO_PERMIT: _PERMIT_SIDES,
    DocumentType.TAIWAN_PERMIT: _PERMIT_SIDES,
    DocumentType.FOREIGN_PASSPORT: _PASSPORT_SIDES,
    DocumentType.CHINESE_PASSPORT: _PASSPORT_SIDES,
    DocumentType.HK_MACAO_RESIDENCE: _RESIDENCE_SIDES,
    DocumentType.TAIWAN_RESIDENCE: _RESIDENCE_SIDES,
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: ("永久居留身份证正面", "永久居留身份证背面", True),
    DocumentType.OFFICER_CARD: _MILITARY_SIDES,
    DocumentType.ARMED_POLICE_CARD: _MILITARY_SIDES,
    DocumentType.SOLDIER_CARD: _MILITARY_SIDES,
    DocumentType.OTHER: ("证件正面", "证件背面（选传）", False),
}


def document_sides(document_type: DocumentType) -> tuple[str, str, bool]:
    """Labels of the two upload places, and whether the second is required (R3.1)."""
    return _SIDES[document_type]
