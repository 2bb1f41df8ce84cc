"""Writes the answers of a section into the rows of its tables."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from kuaiji.accountants import models
from kuaiji.accountants.enums import CERTIFICATES, SectionSlug, StudyMode
from kuaiji.accountants.sections.answers import AllAnswers, Answers
from kuaiji.common.credit_codes import is_broken
from kuaiji.common.dates import KnownDate, Precision, beside

Owner = dict[str, Any]  # the record and the person's key


def add_rows(record: models.Record, answers: AllAnswers) -> None:
    """Write the rows of all sections of a new ``record`` (answers validated, JSON values): one statement a table."""
    _write(record, answers)


def replace_rows(record: models.Record, slug: SectionSlug, answers: Answers) -> None:
    """Write the rows of one section anew, in place of those it had."""
    for table in _TABLES[slug]:
        table._default_manager.filter(record=record).delete()  # type: ignore[misc]
    _write(record, {slug: answers})


def _write(record: models.Record, answers: AllAnswers) -> None:
    owner: Owner = {"record": record, "person_key": record.person_key}
    tables: dict[type[models.Section], list[models.Section]] = {}
    for slug, given in answers.items():
        for row in _ROWS[slug](owner, given):
            tables.setdefault(type(row), []).append(row)
    for table, rows in tables.items():
        table._default_manager.bulk_create(rows)


def _personal(owner: Owner, answers: Answers) -> Iterator[models.Section]:
    yield models.Personal(
        **owner,
        gender=answers["gender"],
        birth_date=_day(answers["birth_date"]),
        country=answers["country"],
        ethnic_group=answers.get("ethnic_group", ""),
        political_status=answers.get("political_status", ""),
        email=answers["email"],
        photo_id=uuid.UUID(answers["photo"]),
        id_card_front_id=uuid.UUID(answers["id_card_front"]),
        id_card_back_id=_id(answers["id_card_back"]),
    )


def _education(owner: Owner, answers: Answers) -> Iterator[models.Section]:
    for mode, prefix in ((StudyMode.FULL_TIME, "full_time"), (StudyMode.PART_TIME, "part_time")):
        if answers[f"{prefix}_level"]:
            yield models.Education(
                **owner,
                mode=mode,
                level=answers[f"{prefix}_level"],
                degree=answers[f"{prefix}_degree"],
                school=answers[f"{prefix}_school"],
                major=answers[f"{prefix}_major"],
                **_known(answers, f"{prefix}_enrolled_on", "enrolled_on"),
                **_known(answers, f"{prefix}_graduated_on", "graduated_on"),
                second_degree=answers[f"{prefix}_second_degree"],
            )


def _employment(owner: Owner, answers: Answers) -> Iterator[models.Section]:
    values = {name: value if value != "" else None for name, value in answers.items() if name != "periods"}
    for name in ("accounting_start_date", "technical_post_appointed_on"):
        values |= _known(answers, name)
    code = values["employer_uscc"]
    values["employer_uscc_meant"] = code is not None and is_broken(code)  # also of what came from elsewhere
    values["student_proof_id"] = _id(values.pop("student_proof"))
    yield models.Employment(**owner, **values)
    periods = list(answers["periods"])
    if start := KnownDate.in_answers(answers, "accounting_start_date"):
        running = {**start.as_answers("started_on"), "ended_on": None}
        periods.append(running | {"employer_name": answers["employer_name"]})
    for row in periods:
        yield models.AccountingPeriod(
            **owner,
            **_known(row, "started_on"),
            **_known(row, "ended_on"),
            employer_name=row["employer_name"],
        )


def _professional(owner: Owner, answers: Answers) -> Iterator[models.Section]:
    numbers = {f"{name}_number": answers[f"{name}_number"] or None for name in CERTIFICATES}
    yield models.Professional(**owner, abacus_level=answers["abacus_level"], **numbers)
    for row in answers["qualifications"]:
        yield models.Qualification(**owner, **row | _known(row, "obtained_on"))
    for row in answers["talents"]:
        yield models.Talent(**owner, **row)


def _awards(owner: Owner, answers: Answers) -> Iterator[models.Section]:
    for row in answers["awards"]:
        yield models.Award(**owner, **row)


_ROWS: dict[SectionSlug, Callable[[Owner, Answers], Iterator[models.Section]]] = {
    SectionSlug.PERSONAL: _personal,
    SectionSlug.EDUCATION: _education,
    SectionSlug.EMPLOYMENT: _employment,
    SectionSlug.PROFESSIONAL: _professional,
    SectionSlug.AWARDS: _awards,
}


_TABLES: dict[SectionSlug, tuple[type[models.Section], ...]] = {
    SectionSlug.PERSONAL: (models.Personal,),
    SectionSlug.EDUCATION: (models.Education,),
    SectionSlug.EMPLOYMENT: (models.Employment, models.AccountingPeriod),
    SectionSlug.PROFESSIONAL: (models.Professional, models.Qualification, models.Talent),
    SectionSlug.AWARDS: (models.Award,),
}


def _day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


def _known(answers: Answers, name: str, column: str = "") -> dict[str, Any]:
    """The columns of a date and of how precisely it is known."""
    column, known = column or name, KnownDate.in_answers(answers, name)
    return {column: known and known.day, beside(column): known.precision if known else Precision.DAY}


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None
