"""The rows that bureaux list and find a record by; written by every save, in its transaction (R4.4, ADR 0119)."""

from typing import Any

from django.db import transaction
from django.db.models import F, Func, QuerySet, Value

from kuaiji.accountants import models
from kuaiji.accountants.enums import ACCOUNTING_TITLES, SectionSlug
from kuaiji.accountants.listing.facets import facets_of, status_facet
from kuaiji.accountants.sections.answers import AllAnswers, completed
from kuaiji.common.credit_codes import is_broken
from kuaiji.common.jobs import defer
from kuaiji.common.pinyin import name_keys, sort_reading
from kuaiji.common.rotation import FIRST

AT_A_TIME = 200  # records in one transaction of the first filling
FILLING = "accountants.fill_lists"


def write_list_row(record: models.Record, answers: AllAnswers) -> None:
    """Line and name keys of ``record`` as it stands now; the caller has locked it, or is making it."""
    row = _columns(record, answers)
    models.ListRow.objects.bulk_create(
        [models.ListRow(record=record, **row)],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=list(row),
    )
    keys = {(record.division_code, key, shared) for key, shared in name_keys(record.user.name)}
    if record.version > 1:  # a record at its first version has none yet
        there = models.NameKey.objects.filter(record=record)
        if keys == set(there.values_list("division_code", "key", "shared")):
            return
        there.delete()
    models.NameKey.objects.bulk_create(
        models.NameKey(record=record, division_code=place, key=key, shared=shared)
        for place, key, shared in sorted(keys)
    )


def columns_of_list_row(record: models.Record, before: str) -> dict[str, Any]:
    """What the line repeats of the record itself, where it gets no version; ``before`` is the status it had."""
    facets = Func(
        F("facets"), Value(status_facet(before)), Value(status_facet(record.status)), function="array_replace"
    )
    return {"status": record.status, "confirmed_at": record.confirmed_at, "facets": facets}


def begin_filling() -> int:
    """At an update of the database: queue the first filling where a record is without its rows. It writes none here."""
    if _behind().exists():
        defer(FILLING, queue="default", lock=FILLING)
    return 0


def fill_list_rows() -> int:
    """Write the rows of records of before that have none, in short transactions; how many were written. A record that
    somebody works on meanwhile gets its rows by that, or by the next round."""
    written, after = 0, FIRST
    while ids := list(_behind().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        with transaction.atomic():
            found = _behind().filter(pk__in=ids).select_related("user", "person_key")
            for record in found.select_for_update(of=("self",), no_key=True, skip_locked=True):
                write_list_row(record, _newest_answers(record))
                written += 1
        after = ids[-1]
    return written


def _behind() -> "QuerySet[models.Record]":
    return models.Record.objects.filter(list_row=None, person_key__destroyed_at=None)


def _newest_answers(record: models.Record) -> dict[SectionSlug, dict[str, Any]]:
    version = record.versions.get(number=record.version)
    version.person_key = record.person_key
    return {slug: completed(slug, version.content[slug]) for slug in SectionSlug}


def _columns(record: models.Record, answers: AllAnswers) -> dict[str, Any]:
    answers = {slug: completed(slug, answers[slug]) for slug in SectionSlug}
    personal, schooling = answers[SectionSlug.PERSONAL], answers[SectionSlug.EDUCATION]
    qualifications = answers[SectionSlug.PROFESSIONAL]["qualifications"]
    code = answers[SectionSlug.EMPLOYMENT]["employer_uscc"]
    row = {
        "status": record.status,
        "title": max((one["level"] for one in qualifications if one["category"] == ACCOUNTING_TITLES), default=""),
        # The codes of GB/T 4658 begin with the highest.
        "schooling": min(filter(None, (schooling[f"{mode}_level"] for mode in ("full_time", "part_time"))), default=""),
        "gender": personal["gender"],
        "code_meant": bool(code) and is_broken(code),  # as the section's row says it
    }
    return row | {
        "facets": facets_of(**row),
        "division_code": record.division_code,
        "name": record.user.name,
        "reading": sort_reading(record.user.name),
        "birth_date": personal["birth_date"],
        "collected_at": record.collected_at,
        "confirmed_at": record.confirmed_at,
    }
