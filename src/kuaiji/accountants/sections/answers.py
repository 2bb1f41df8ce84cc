"""Answers of a section: cleaned values as JSON, by field; rows of a set as a list under its prefix."""

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from kuaiji.accountants.enums import SectionSlug
from kuaiji.common.text import tidy

Answers = dict[str, Any]
AllAnswers = Mapping[SectionSlug, Answers]

# Answers about another answer, which other platforms are not told.
UNTOLD = {SectionSlug.PERSONAL: ("same_picture_meant",), SectionSlug.EMPLOYMENT: ("employer_uscc_meant",)}
PICTURES = {
    SectionSlug.PERSONAL: ("photo", "id_card_front", "id_card_back"),
    SectionSlug.EMPLOYMENT: ("student_proof",),
}


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
