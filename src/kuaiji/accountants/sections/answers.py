"""Answers of a section: cleaned values as JSON, by field; rows of a set as a list under its prefix."""

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from kuaiji.accountants.enums import SectionSlug
from kuaiji.common.dates import Precision, beside
from kuaiji.common.text import tidy

Answers = dict[str, Any]
AllAnswers = Mapping[SectionSlug, Answers]

# Answers about another answer, which other platforms are not told.
UNTOLD = {
    SectionSlug.PERSONAL: ("same_picture_meant",),
    SectionSlug.EMPLOYMENT: ("employer_uscc_meant",),
    SectionSlug.PROFESSIONAL: ("no_qualification_meant",),
}
PICTURES = {
    SectionSlug.PERSONAL: ("photo", "id_card_front", "id_card_back"),
    SectionSlug.EMPLOYMENT: ("student_proof",),
}

# Dates that may be told to the month (docs/adr/0076), in a section and in the rows of its sets.
MONTHS: Mapping[SectionSlug, tuple[str, ...]] = {
    SectionSlug.EDUCATION: tuple(
        f"{mode}_{what}" for mode in ("full_time", "part_time") for what in ("enrolled_on", "graduated_on")
    ),
    SectionSlug.EMPLOYMENT: ("accounting_start_date", "technical_post_appointed_on"),
}
MONTHS_IN_ROWS: Mapping[SectionSlug, Mapping[str, tuple[str, ...]]] = {
    SectionSlug.EMPLOYMENT: {"periods": ("started_on", "ended_on")},
    SectionSlug.PROFESSIONAL: {"qualifications": ("obtained_on",)},
}

_TO_THE_MONTH = frozenset(
    name
    for names in (*MONTHS.values(), *(names for sets in MONTHS_IN_ROWS.values() for names in sets.values()))
    for name in names
)
DATES = _TO_THE_MONTH | {"birth_date"}
PRECISIONS = frozenset(map(beside, _TO_THE_MONTH))


@dataclasses.dataclass(frozen=True, slots=True)
class Before:
    """What stood when a page was opened: the section's answers, saved ``on`` that day, and ``earlier`` accounting work,
    from and to, that stays whatever is typed."""

    answers: Answers
    on: dt.date
    earlier: tuple[tuple[dt.date, dt.date | None], ...] = ()


def times_of(rows: Iterable[Answers]) -> tuple[tuple[dt.date, dt.date | None], ...]:
    """From and to of saved rows of earlier accounting work."""
    day = dt.date.fromisoformat
    return tuple((day(row["started_on"]), day(row["ended_on"])) for row in rows)


def attachments_in(answers: AllAnswers) -> list[uuid.UUID]:
    """Ids of the pictures that ``answers`` of some or all sections name."""
    return [
        uuid.UUID(value)
        for slug, names in PICTURES.items()
        if slug in answers
        for name in names
        if (value := answers[slug][name])
    ]


def completed(slug: SectionSlug, answers: Answers) -> Answers:
    """The same answers with all members of today: those of before say no 入学时间, and every date to the day."""
    whole = _dated(answers, MONTHS.get(slug, ()))
    for prefix, names in MONTHS_IN_ROWS.get(slug, {}).items():
        whole[prefix] = [_dated(row, names) for row in answers[prefix]]
    return whole


def _dated(answers: Answers, names: Iterable[str]) -> Answers:
    names = tuple(names)
    return dict.fromkeys(names) | {beside(name): Precision.DAY.value for name in names} | answers


def tidied(value: Any) -> Any:
    """``value``, or every text in it, as a form of today would keep it; nothing becomes empty by it."""
    if isinstance(value, dict):
        return {name: tidied(each) for name, each in value.items()}
    if isinstance(value, list):
        return [tidied(each) for each in value]
    return (tidy(value) or value) if isinstance(value, str) else value


def answers_equal(left: Answers, right: Answers) -> bool:
    """Whether two sets of answers say the same."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
