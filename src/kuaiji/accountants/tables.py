"""Answers of a section into the rows of its tables."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from kuaiji.accountants import models
from kuaiji.accountants.answers import Answers
from kuaiji.accountants.enums import CERTIFICATES, SectionSlug, StudyMode


def write(record: models.Record, slug: SectionSlug, answers: Answers) -> None:
    """Replace the rows of section ``slug`` by ``answers`` (validated, JSON values)."""
    _WRITERS[slug](record, answers)


def _personal(record: models.Record, answers: Answers) -> None:
    models.Personal.objects.filter(record=record).delete()
    models.Personal.objects.create(
        **_owner(record),
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


def _education(record: models.Record, answers: Answers) -> None:
    models.Education.objects.filter(record=record).delete()
    for mode, prefix in ((StudyMode.FULL_TIME, "full_time"), (StudyMode.PART_TIME, "part_time")):
        if answers[f"{prefix}_level"]:
            models.Education.objects.create(
                **_owner(record),
                mode=mode,
                level=answers[f"{prefix}_level"],
                degree=answers[f"{prefix}_degree"],
                school=answers[f"{prefix}_school"],
                major=answers[f"{prefix}_major"],
                graduated_on=_day(answers[f"{prefix}_graduated_on"]),
                second_degree=answers[f"{prefix}_second_degree"],
            )


def _employment(record: models.Record, answers: Answers) -> None:
    models.Employment.objects.filter(record=record).delete()
    values = {name: value if value != "" else None for name, value in answers.items() if name != "periods"}
    for name in ("accounting_start_date", "technical_post_appointed_on"):
        values[name] = _date(values[name])
    values["student_proof_id"] = _id(values.pop("student_proof"))
    models.Employment.objects.create(**_owner(record), **values)
    models.AccountingPeriod.objects.filter(record=record).delete()
    periods = list(answers["periods"])
    if answers["accounting_start_date"]:
        running = {"started_on": answers["accounting_start_date"], "ended_on": None}
        periods.append(running | {"employer_name": answers["employer_name"]})
    for row in periods:
        models.AccountingPeriod.objects.create(
            **_owner(record),
            started_on=_day(row["started_on"]),
            ended_on=_date(row["ended_on"]),
            employer_name=row["employer_name"],
        )


def _professional(record: models.Record, answers: Answers) -> None:
    for table in (models.Professional, models.Qualification, models.Talent):
        table.objects.filter(record=record).delete()
    numbers = {f"{name}_number": answers[f"{name}_number"] or None for name in CERTIFICATES}
    models.Professional.objects.create(**_owner(record), abacus_level=answers["abacus_level"], **numbers)
    for row in answers["qualifications"]:
        models.Qualification.objects.create(**_owner(record), **row | {"obtained_on": _day(row["obtained_on"])})
    for row in answers["talents"]:
        models.Talent.objects.create(**_owner(record), **row)


def _awards(record: models.Record, answers: Answers) -> None:
    models.Award.objects.filter(record=record).delete()
    for row in answers["awards"]:
        models.Award.objects.create(**_owner(record), **row)


_WRITERS: dict[SectionSlug, Callable[[models.Record, Answers], None]] = {
    SectionSlug.PERSONAL: _personal,
    SectionSlug.EDUCATION: _education,
    SectionSlug.EMPLOYMENT: _employment,
    SectionSlug.PROFESSIONAL: _professional,
    SectionSlug.AWARDS: _awards,
}


def _owner(record: models.Record) -> dict[str, Any]:
    return {"record": record, "person_key": record.person_key}


def _day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None
