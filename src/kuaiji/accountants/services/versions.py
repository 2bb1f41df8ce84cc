"""What every save of a record leaves together: a version, the exam row, an outbox row (R4.4, S13)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from kuaiji.accountants import models, workflow
from kuaiji.accountants.enums import RecordAction, SectionSlug, VersionKind
from kuaiji.accountants.listing.services import write_list_row
from kuaiji.accountants.reporting.reports import report_version
from kuaiji.accountants.sections.answers import AllAnswers, completed
from kuaiji.accountants.services import status
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints
from kuaiji_wire.names import fold_name

_EXAM_EDUCATION = (
    "level", "degree", "second_degree",
    "enrolled_on", "enrolled_on_precision", "graduated_on", "graduated_on_precision",
)  # fmt: skip


def current_version(record: models.Record) -> models.RecordVersion:
    """The newest version of ``record``."""
    version = record.versions.get(number=record.version)
    version.person_key = record.person_key  # one key to unwrap
    return version


def version_in_force(user: User) -> tuple[models.RecordVersion, set[str]] | None:
    """The newest version of the record of ``user``, with the record and its row for the exam check, and the kinds of
    what locks the record now; None without a record. What is sealed opens with the key that ``user`` brings along."""
    holds = models.Hold.objects.filter(record=OuterRef("record"), lifted_at=None).values("kind")
    versions = models.RecordVersion.objects.select_related("record__exam_row")
    versions = versions.annotate(open_holds=ArraySubquery(holds))
    version = versions.filter(record__user=user, number=F("record__version")).first()
    if version is None:
        return None
    version.record.user = user
    version.person_key = version.record.person_key = user.person_key
    return version, set(version.open_holds)


def answers_of(version: models.RecordVersion) -> dict[SectionSlug, dict[str, Any]]:
    """The answers of all sections as they were then, with all members of today."""
    return {slug: completed(slug, version.content[slug]) for slug in SectionSlug}


def advance_version(
    operation: Operation,
    record: models.Record,
    action: RecordAction,
    answers: AllAnswers,
    *,
    event: Callable[[models.RecordVersion], DomainEvent],
    section: str = "",
    holds: Collection[str] = (),
    ended: Mapping[str, str] | None = None,
) -> models.RecordVersion:
    """Carry out an ``action`` that makes a version: in force at once, with the record, the exam row, the report and
    the ``event`` about it.

    The caller has locked the record, or begun it at version 0, and written the working rows. ``ended`` says why and
    since when it has ended, for the version that ends it. Raises what ``workflow.transition`` raises.
    """
    status.enter(operation, record, action, holds)
    record.version += 1
    record.save()
    made = _write(operation, record, answers, workflow.VERSION_KINDS[action], section, ended)
    record_events(operation, event(made), person_key=record.person_key)
    return made


def _write(
    operation: Operation,
    record: models.Record,
    answers: AllAnswers,
    kind: VersionKind,
    section: str,
    ended: Mapping[str, str] | None,
) -> models.RecordVersion:
    """The version ``record.version``, and all that is made of it."""
    version = models.RecordVersion.objects.create(
        record=record,
        person_key=record.person_key,
        number=record.version,
        operation_id=operation.id,
        kind=kind,
        section=section,
        actor_kind=operation.actor_kind,
        at=operation.at,
        content=version_content(record, answers) | ({"ended": dict(ended)} if ended else {}),
    )
    exam_row = _exam_row(operation, record, answers)
    if kind == VersionKind.NAME_CHANGED:
        exam_row["name_change_pending"] = True
    models.ExamRow.objects.bulk_create(
        [models.ExamRow(record=record, **exam_row)],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=list(exam_row),
    )
    write_list_row(record, answers)
    report_version(version)
    return version


def version_content(record: models.Record, answers: AllAnswers) -> dict[str, Any]:
    """Everything a version holds. ``division_code`` is the place whose bureau keeps the record, which lags behind that
    of the work section while the region is locked (R4.3)."""
    return {
        "identity": record.user.person.flat(),
        "division_code": record.division_code,
        **{slug.value: completed(slug, answers[slug]) for slug in SectionSlug},
    }


def _exam_row(operation: Operation, record: models.Record, answers: AllAnswers) -> dict[str, Any]:
    answers = {slug: completed(slug, answers[slug]) for slug in SectionSlug}
    user, employment = record.user, answers[SectionSlug.EMPLOYMENT]
    periods = [
        [row["started_on"], row["ended_on"], row["started_on_precision"], row["ended_on_precision"]]
        for row in employment["periods"]
    ]
    if start := employment["accounting_start_date"]:
        periods.append([start, None, employment["accounting_start_date_precision"], None])
    education = answers[SectionSlug.EDUCATION]
    return {
        "document_fingerprint": current_fingerprint(document_fingerprints(user.document)),
        "name": user.name,
        "name_folded": fold_name(user.name),
        "division_code": record.division_code,
        "version": record.version,
        "qualifications": [
            {key: row[key] for key in ("category", "level", "method", "obtained_on", "obtained_on_precision")}
            for row in answers[SectionSlug.PROFESSIONAL]["qualifications"]
        ],
        "education": {
            mode: {key: education[f"{mode}_{key}"] for key in _EXAM_EDUCATION}
            for mode in ("full_time", "part_time")
            if education[f"{mode}_level"]
        },
        "accounting_periods": periods,
        **status.columns_of_exam_row(operation, record),
    }
