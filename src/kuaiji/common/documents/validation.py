"""A number against the rule of its document type."""

import dataclasses
import datetime as dt
import re

from kuaiji.common.documents import cards
from kuaiji.common.documents.countries import ALPHA_3, TRAVEL_DOCUMENTS_ONLY
from kuaiji.common.documents.foreigners import check_foreign_country
from kuaiji.common.documents.numbers import normalise
from kuaiji.common.documents.types import FOREIGN, DocumentFacts, DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji_wire.people import Document

_LONGEST = 100  # characters as typed


@dataclasses.dataclass(frozen=True)
class _Form:
    """The shape of a type's numbers, the message for another shape, and the country of every holder."""

    pattern: re.Pattern[str]
    message: str
    country: str | None = None


_PERMIT = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
# Since 10 July 2024 also for permanent residents of Hong Kong and Macao who are no Chinese nationals: HA or MA and
# seven digits for life (国家移民管理局, 港澳居民来往内地通行证（非中国籍）式样, 2024).
_PERMIT_OF_FOREIGNERS = re.compile(r"[HM]A[0-9]{7}")
_ISSUES = re.compile(r"(?P<permit>[HM][0-9]{8})[0-9]{2}|(?P<taiwan>[0-9]{8})[0-9]{2}[0-9A-Z]?")
_OLD_PERMANENT_RESIDENCE = re.compile(r"[A-Z]{3}[0-9]{12}")
# Cards of the forces: characters such as 军字第, four digits or more, perhaps with letters, perhaps 号.
_FORCES = re.compile(r"(?=(?:[^0-9]*[0-9]){4})[\u4e00-\u9fff]{0,6}[0-9A-Z]{4,14}号?")

_FORMS = {
    # The last two of ten digits count the renewals (公安部 2010); cards since 2013 leave them out.
    DocumentType.HK_MACAO_PERMIT: _Form(
        re.compile(f"{_PERMIT.pattern}|{_PERMIT_OF_FOREIGNERS.pattern}"),
        "通行证号码应为H或M加8位数字，或HA、MA加7位",
    ),
    # 8 digits since September 2008, before that with two digits for the issue and a sign for the office.
    DocumentType.TAIWAN_PERMIT: _Form(
        re.compile(r"[0-9]{8}(?:[0-9]{2}[0-9A-Z]?)?"), "通行证号码应为8位数字（旧证10位），请核对", "TWN"
    ),
    DocumentType.FOREIGN_PASSPORT: _Form(
        re.compile(r"(?=[A-Z]*[0-9])[0-9A-Z]{5,15}"), "护照号码应为5至15位字母和数字，请核对"
    ),
    # Ordinary E and G (before 2012), diplomatic D, official S and P, and booklets of 1997 with digits alone.
    DocumentType.CHINESE_PASSPORT: _Form(
        re.compile(r"[EG][0-9]{8}|[DPS][0-9]{7,8}|(?:E[A-HJ-NP-Z]|[DPS]E)[0-9]{7}|1[45][0-9]{7}"),
        "中国护照号码应为E、G等开头共9位，请核对",
        "CHN",
    ),
    DocumentType.OFFICER_CARD: _Form(_FORCES, "请照军官证填写，如军字第1234567号", "CHN"),
    DocumentType.ARMED_POLICE_CARD: _Form(_FORCES, "请照警官证填写，如武字第1234567号", "CHN"),
    DocumentType.SOLDIER_CARD: _Form(_FORCES, "请照士兵证填写，如士字第1234567号", "CHN"),
    DocumentType.OTHER: _Form(
        re.compile(r"(?=[^0-9]*[0-9])[0-9A-Z\u4e00-\u9fff./]{4,30}"), "证件号码应为4至30位文字、字母或数字"
    ),
}
_LASTING = {DocumentType.HK_MACAO_PERMIT: 9, DocumentType.TAIWAN_PERMIT: 8}
RENEWED = tuple(_LASTING)  # types whose number changes in part when the document is renewed
_NAMES = {
    DocumentType.RESIDENT_ID: "居民身份证",
    DocumentType.HK_MACAO_PERMIT: "港澳居民来往内地通行证",
    DocumentType.HK_MACAO_RESIDENCE: "港澳居民居住证",
    DocumentType.TAIWAN_RESIDENCE: "台湾居民居住证",
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: "外国人永久居留身份证",
}


def check(document_type: DocumentType, raw: str, *, today: dt.date) -> DocumentFacts:
    """The number meant by what was typed, and what it tells. It is equal to ``normalise(raw)``.

    Raises ``RuleBroken`` on ``document_number``: ``required``, ``bad_shape``, ``wrong_type`` (the number is one of
    another type), ``unknown_country``, ``chinese_national``, and those of ``cards.check_card``.
    """
    if len(raw) > _LONGEST:
        raise RuleBroken("bad_shape", "证件号码过长，请只填一个号码", cards.FIELD)
    number = normalise(raw)
    if not number:
        raise RuleBroken("required", "请填写证件号码", cards.FIELD)
    if document_type == DocumentType.OTHER:
        _refuse_known_card(number, today)
    if form := _FORMS.get(document_type):
        return _check_form(document_type, form, number)
    if document_type == DocumentType.FOREIGN_PERMANENT_RESIDENCE and _OLD_PERMANENT_RESIDENCE.fullmatch(number):
        return _check_old_permanent_residence(number)
    _refuse_other_type(document_type, number)
    return cards.check_card(document_type, number, today)


def check_document(document: Document, *, today: dt.date) -> None:
    """A whole document as another system says it: a type of the list, a country with a foreign passport and with no
    other, and the number by the rule of the type.

    Raises ``RuleBroken`` on ``document_type`` (``unknown_type``), ``document_country`` (``unknown_country``,
    ``country_not_asked``), and what ``check`` raises.
    """
    try:
        kind = DocumentType(document.type)
    except ValueError:
        raise RuleBroken("unknown_type", "没有这个证件类型，请核对", "document_type") from None
    if kind == DocumentType.FOREIGN_PASSPORT:
        if document.country not in ALPHA_3 | TRAVEL_DOCUMENTS_ONLY:
            raise RuleBroken("unknown_country", "没有这个签发国家或地区，请核对", "document_country")
    elif document.country:
        raise RuleBroken("country_not_asked", "只有外国护照填签发国家或地区，请留空", "document_country")
    check(kind, document.number, today=today)


def told_by(document: Document) -> DocumentFacts:
    """What the number of a document that was once found right tells, without another check."""
    document_type, number = DocumentType(document.type), document.number
    if form := _FORMS.get(document_type):
        facts = _told_by_form(document_type, form, number)
    elif document_type == DocumentType.FOREIGN_PERMANENT_RESIDENCE and _OLD_PERMANENT_RESIDENCE.fullmatch(number):
        facts = _told_by_old_permanent_residence(number)
    else:
        facts = cards.told_by_card(document_type, number)
    return dataclasses.replace(facts, country=document.country or facts.country)


def lasting_number(document: Document) -> str:
    """The part of the number that a renewed document keeps: for permits without issue count and office.

    Two numbers of one type with the same lasting part belong to one person.
    """
    return document.number[: _LASTING.get(DocumentType(document.type))]


def lasting_part(number: str) -> str:
    """The same of a normalised number whose type is not known: what looks like a permit's loses issue count and
    office, any other number stays as it is.

    Only to look permits up and to count tries: a passport may look like a permit.
    """
    found = _ISSUES.fullmatch(number)
    return number if found is None else found["permit"] or found["taiwan"]


def is_of_foreigner(document: Document) -> bool:
    """Whether only foreigners hold it; 民族 and 政治面貌 are not asked of them (R3.1)."""
    kind = DocumentType(document.type)
    if kind == DocumentType.HK_MACAO_PERMIT:
        return _PERMIT_OF_FOREIGNERS.fullmatch(document.number) is not None
    return kind in FOREIGN


def _check_form(document_type: DocumentType, form: _Form, number: str) -> DocumentFacts:
    if not form.pattern.fullmatch(number):
        _refuse_other_type(document_type, number)
        raise RuleBroken("bad_shape", form.message, cards.FIELD)
    return _told_by_form(document_type, form, number)


def _told_by_form(document_type: DocumentType, form: _Form, number: str) -> DocumentFacts:
    country = form.country
    if document_type == DocumentType.HK_MACAO_PERMIT:
        country = None if number[1] == "A" else {"H": "HKG", "M": "MAC"}[number[0]]
    return DocumentFacts(type=document_type, number=number, country=country)


def _check_old_permanent_residence(number: str) -> DocumentFacts:
    """Three letters for the nationality and twelve digits; issued until November 2023, in use until they expire."""
    if number[:3] not in ALPHA_3 | TRAVEL_DOCUMENTS_ONLY:
        raise RuleBroken("unknown_country", "证件号码前3位不是国家代码，请核对", cards.FIELD)
    check_foreign_country(number[:3], field=cards.FIELD)
    return _told_by_old_permanent_residence(number)


def _told_by_old_permanent_residence(number: str) -> DocumentFacts:
    country = number[:3] if number[:3] in ALPHA_3 else None
    return DocumentFacts(type=DocumentType.FOREIGN_PERMANENT_RESIDENCE, number=number, country=country)


def _refuse_other_type(document_type: DocumentType, number: str) -> None:
    """A number whose shape shows another type: says which."""
    shown = cards.type_by_number(number)
    if _PERMIT.fullmatch(number):
        shown = DocumentType.HK_MACAO_PERMIT
    elif _OLD_PERMANENT_RESIDENCE.fullmatch(number):
        shown = DocumentType.FOREIGN_PERMANENT_RESIDENCE
    if shown is not None and shown != document_type:
        raise RuleBroken("wrong_type", f"这是{_NAMES[shown]}号码，请改选证件类型", cards.FIELD)


def _refuse_known_card(number: str, today: dt.date) -> None:
    """Under 其他 nearly everything fits, so a right number of a known card is told to go where it belongs."""
    shown = cards.type_by_number(number)
    if shown is None:
        return
    try:
        cards.check_card(shown, number, today)
    except RuleBroken:
        return
    raise RuleBroken("wrong_type", f"这是{_NAMES[shown]}号码，请改选证件类型", cards.FIELD)
