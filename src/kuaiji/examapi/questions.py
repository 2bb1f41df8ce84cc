"""What is asked, read from strict JSON: every field's shape, and the texts as pages read them.

All faults of a question are found, each with the path of its field. Nothing that is said of a name, a number or a
reference repeats it: only its length or its type.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kuaiji.common import documents
from kuaiji.common.documents import DocumentType
from kuaiji.common.documents.countries import ALPHA_3, TRAVEL_DOCUMENTS_ONLY
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import LONGEST, clean_name
from kuaiji.examapi.protocol.problems import FieldFault, Problem, ProblemCode
from kuaiji.examchecks.services.lookups import Candidate
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.judging.rules import Question
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji_wire.names import fold_name
from kuaiji_wire.people import Document

MOST_CANDIDATES = 1000
LONGEST_REFERENCE = 64
LEVELS = {str(level.value): level for level in ExamLevel}
_SHOWN = 40  # characters of a value that is nobody's
_REQUIRED = ("document_type", "document_number", "name")
_OPTIONAL = ("document_country", "reference")
_CANDIDATE = frozenset(_REQUIRED + _OPTIONAL)
_EXAM = frozenset({"level", "year", "division"})
_BATCH = frozenset({"exam", "candidates"})
_TYPES = {kind.value: kind for kind in DocumentType}
_COUNTRIES = ALPHA_3 | TRAVEL_DOCUMENTS_ONLY
LONGEST_AFTER = 18
_AFTER = re.compile(r"(?:after=(?P<number>[0-9]{1,18}))?", re.ASCII)
_DIVISION = re.compile(r"[0-9]{6}", re.ASCII)
_TYPE_WORDS = {
    str: "字符串",
    bool: "布尔值",
    int: "数字",
    float: "数字",
    list: "数组",
    dict: "对象",
    type(None): "null",
}
# Written by nearly everybody, and read as they stand by every rule of names (tests/examapi/test_questions.py).
_PLAIN_NAME = re.compile("[\u4e00-\u9fa5]{1,50}")


class Read(NamedTuple):
    """A question that has its shape. ``passports`` are numbers by the place of their candidate: of foreign passports
    that were asked about without the country that issued them, so that every country is meant."""

    question: Question
    candidates: list[Candidate]
    passports: dict[int, str]


class _Person(NamedTuple):
    """One candidate, and the number where it is such a passport's."""

    candidate: Candidate
    passport: str


def read_single(value: Any, *, today: dt.date) -> Read:
    """One candidate. Raises Problem."""
    faults: list[FieldFault] = []
    if not isinstance(value, dict):
        raise Problem.of([_wrong_type("", value, "对象")])
    exam = _exam(value.get("exam", _ABSENT), faults)
    candidate = _candidate({name: one for name, one in value.items() if name != "exam"}, "", today, faults)
    return _whole(exam, [candidate], faults)


def read_batch(value: Any, *, today: dt.date) -> Read:
    """Up to MOST_CANDIDATES. Raises Problem."""
    faults: list[FieldFault] = []
    if not isinstance(value, dict):
        raise Problem.of([_wrong_type("", value, "对象")])
    _unknown_fields(value, _BATCH, "", faults)
    exam = _exam(value.get("exam", _ABSENT), faults)
    given = value.get("candidates", _ABSENT)
    if not isinstance(given, list):
        faults.append(_missing("candidates") if given is _ABSENT else _wrong_type("candidates", given, "数组"))
        given = []
    elif not 1 <= len(given) <= MOST_CANDIDATES:
        code = ProblemCode.TOO_LONG if given else ProblemCode.TOO_SHORT
        faults.append(FieldFault(code, "candidates", f"{len(given)}人", f"1至{MOST_CANDIDATES}人"))
        given = []
    read = [_candidate(one, f"candidates[{place}]", today, faults) for place, one in enumerate(given)]
    return _whole(exam, read, faults)


def read_after(query: str) -> int:
    """``after=`` of a query; 0 where it is not there. Raises Problem."""
    found = _AFTER.fullmatch(query)
    if found is None:
        limit = f"after=，至多{LONGEST_AFTER}位数字"
        raise Problem.of([FieldFault(ProblemCode.UNKNOWN_VALUE, "after", query[:_SHOWN], limit)])
    return int(found["number"] or 0)


def folded_name(raw: str) -> str:
    """The name as names are compared: cleaned as pages clean it where they would take it, and as it is where not.

    Raises ``RuleBroken``: ``required``, ``too_long``.
    """
    if _PLAIN_NAME.fullmatch(raw):
        return raw
    try:
        return fold_name(clean_name(raw))
    except RuleBroken as broken:
        if broken.code in ("required", "too_long"):
            raise
        return fold_name(raw)


def _whole(exam: Question | None, read: list[_Person | None], faults: list[FieldFault]) -> Read:
    if faults or exam is None:
        raise Problem.of(faults)
    people = [one for one in read if one is not None]
    unsaid = {place: one.passport for place, one in enumerate(people) if one.passport}
    return Read(exam, [one.candidate for one in people], unsaid)


def _exam(given: Any, faults: list[FieldFault]) -> Question | None:
    before = len(faults)
    if not isinstance(given, dict):
        faults.append(_missing("exam") if given is _ABSENT else _wrong_type("exam", given, "对象"))
        return None
    _unknown_fields(given, _EXAM, "exam", faults)
    level, year, division = (given.get(name, _ABSENT) for name in ("level", "year", "division"))
    if level not in LEVELS if isinstance(level, str) else True:
        faults.append(_bad("exam.level", level, str, "字符串", "1、2、3"))
    if type(year) is not int or not 1 <= year <= 9999:
        faults.append(_bad("exam.year", year, int, "整数", "四位年份"))
    if division is not _ABSENT and not (isinstance(division, str) and _DIVISION.fullmatch(division)):
        faults.append(_bad("exam.division", division, str, "字符串", "6位行政区划代码"))
    if len(faults) > before:
        return None
    return Question(LEVELS[level], year, None if division is _ABSENT else division)


def _candidate(given: Any, path: str, today: dt.date, faults: list[FieldFault]) -> _Person | None:
    if not isinstance(given, dict):
        faults.append(_wrong_type(path, given, "对象"))
        return None
    before = len(faults)
    _unknown_fields(given, _CANDIDATE, path, faults)
    for name in (*_REQUIRED, *(name for name in _OPTIONAL if name in given)):
        if not isinstance(given.get(name), str):
            where = _below(path, name)
            faults.append(_missing(where) if name not in given else _wrong_type(where, given[name], "字符串"))
    if len(faults) > before:
        return None
    kind, country, reference = (
        _TYPES.get(given["document_type"]),
        given.get("document_country", ""),
        given.get("reference", ""),
    )
    _check_values(kind, given, path, faults)
    name = _taken(lambda: folded_name(given["name"]), _below(path, "name"), given["name"], faults)
    if kind is None or len(faults) > before:
        return None
    return _person(kind, given["document_number"], country, name, reference, today)


def _person(kind: DocumentType, raw: str, country: str, name: str, reference: str, today: dt.date) -> _Person:
    """No prints where the number cannot be one of the type."""
    try:
        number = documents.check(kind, raw, today=today).number
    except RuleBroken:
        return _Person(Candidate((), name, reference), "")
    if kind is DocumentType.FOREIGN_PASSPORT and not country:
        return _Person(Candidate((), name, reference), number)
    document = Document(type=kind.value, country=country, number=number)
    return _Person(Candidate(tuple(document_fingerprints(document).values()), name, reference), "")


def _check_values(kind: DocumentType | None, given: Mapping[str, str], path: str, faults: list[FieldFault]) -> None:
    if kind is None:
        limit = "、".join(_TYPES)
        faults.append(_unknown_value(_below(path, "document_type"), given["document_type"], limit))
    if (country := given.get("document_country")) is not None:
        if kind is not DocumentType.FOREIGN_PASSPORT:
            faults.append(_unknown_value(_below(path, "document_country"), country, "只有外国护照（04）填写"))
        elif country not in _COUNTRIES:
            faults.append(_unknown_value(_below(path, "document_country"), country, "三位字母的国家和地区代码"))
    if (reference := given.get("reference")) is not None:
        where = _below(path, "reference")
        if not 1 <= len(reference) <= LONGEST_REFERENCE:
            faults.append(_wrong_length(where, reference, LONGEST_REFERENCE))
        elif not reference.isprintable() or reference.isspace():
            place = next((at for at, one in enumerate(reference, 1) if not one.isprintable()), 1)
            faults.append(FieldFault(ProblemCode.BAD_CHARACTER, where, f"第{place}个字符", "可见字符"))


def _taken(read: Callable[[], str], where: str, given: str, faults: list[FieldFault]) -> str:
    try:
        return read()
    except RuleBroken as broken:
        faults.append(_wrong_length(where, given if broken.code == "too_long" else "", LONGEST))
        return ""


_ABSENT: Any = object()


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unknown_fields(given: Mapping[str, Any], known: frozenset[str], path: str, faults: list[FieldFault]) -> None:
    if given.keys() <= known:
        return
    for name in (name for name in given if name not in known):
        limit = "、".join(sorted(known))
        faults.append(FieldFault(ProblemCode.FIELD_UNKNOWN, _below(path, name[:_SHOWN]), name[:_SHOWN], limit))


def _missing(where: str) -> FieldFault:
    return FieldFault(ProblemCode.FIELD_MISSING, where, "没有", "必填")


def _wrong_type(where: str, value: Any, wanted: str) -> FieldFault:
    return FieldFault(ProblemCode.WRONG_TYPE, where, _TYPE_WORDS[type(value)], wanted)


def _bad(where: str, value: Any, wanted: type, word: str, limit: str) -> FieldFault:
    """Of a field of the exam, whose value is nobody's."""
    if value is _ABSENT:
        return _missing(where)
    return _unknown_value(where, str(value), limit) if type(value) is wanted else _wrong_type(where, value, word)


def _unknown_value(where: str, value: str, limit: str) -> FieldFault:
    return FieldFault(ProblemCode.UNKNOWN_VALUE, where, value[:_SHOWN], limit)


def _wrong_length(where: str, value: str, most: int) -> FieldFault:
    code = ProblemCode.TOO_LONG if len(value) > most else ProblemCode.TOO_SHORT
    return FieldFault(code, where, f"{len(value)}个字符", f"1至{most}个字符")
