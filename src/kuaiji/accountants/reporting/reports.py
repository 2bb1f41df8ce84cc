"""信息采集上报 (S13): every version of a record to the national platform, and what its answers do here.

What is told of a version comes from versions alone, which never change: sent again it is the same.
"""

import datetime as dt
import json
import uuid
from typing import Any, Literal

from django.db.models import Exists, Min, OuterRef

from kuaiji.accountants.enums import EndReason, SectionSlug, VersionKind
from kuaiji.accountants.models import ExamRow, Record, RecordVersion
from kuaiji.accountants.sections.answers import PICTURES, UNTOLD
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.services import enqueue
from kuaiji.exchange.topics import register_topic
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.services import PartnerFinding, record_hub_verdict
from kuaiji_wire.answers import Answer, Refusal, ReportResult
from kuaiji_wire.archive import Archive, Sections
from kuaiji_wire.archive_2 import Archive2, Ended, Sections2, in_version_1
from kuaiji_wire.messages import AnyRecordReported, RecordReported, RecordReported2, Topic
from kuaiji_wire.people import Person

PATIENCE = dt.timedelta(minutes=10)  # until the person is told that the national platform is away
ENTERED = (VersionKind.COLLECTED, VersionKind.TRANSFERRED_IN)


def register_reporting() -> None:
    """Tell the exchange how records are reported."""
    register_topic(Topic.RECORD_REPORTED, render=render_report, answered=take_report_answer)


def report_version(version: RecordVersion) -> None:
    """Queue one version, in the transaction that made it."""
    record_id = uuid.UUID(str(version.record_id))
    enqueue(topic=Topic.RECORD_REPORTED, subject_id=record_id, stream_id=record_id, version=version.number)


def render_report(message: OutboxMessage) -> AnyRecordReported:
    """The message about the version it names; ``previous`` when name or document changed with it."""
    versions = RecordVersion.objects.filter(
        record=message.subject_id, number__in=(message.version - 1, message.version)
    )
    *before, version = versions.select_related("person_key").order_by("number")
    for earlier in before:
        earlier.person_key = version.person_key  # one key to unwrap
    person = person_of(version)
    previous = person_of(before[0]) if before else None
    said: dict[str, Any] = {
        "record_id": message.subject_id,
        "person": person,
        "previous": previous if previous != person else None,
    }
    if message.wire_version == 1:
        return RecordReported(**said, archive=archive_of(version))
    return RecordReported2(**said, archive=archive_2_of(version))


def archive_of(version: RecordVersion) -> Archive:
    """The record as ``version`` has it."""
    return Archive(**_standing(version), sections=sections_of(version))


def archive_2_of(version: RecordVersion) -> Archive2:
    """The record as ``version`` has it, in version 2 of the wire, which can say that it has ended."""
    said: dict[str, Any] = _standing(version)
    if version.kind == VersionKind.ENDED:
        said |= {"status": "ended", "ended": _ended(version)}
    return Archive2(**said, sections=sections_2_of(version))


def _ended(version: RecordVersion) -> Ended:
    said = version.content["ended"]
    reason: Literal["death", "withdrawn"] = "death" if said["reason"] == EndReason.DEATH else "withdrawn"
    return Ended(reason=reason, on=dt.date.fromisoformat(said["on"]))


def _standing(version: RecordVersion) -> dict[str, Any]:
    kinds = _entered(version)
    collected = [at for kind, at in kinds if kind == VersionKind.COLLECTED]
    waits = bool(kinds) and kinds[-1][0] == VersionKind.TRANSFERRED_IN
    return {
        "version": version.number,
        "made_at": version.at,
        "division_code": version.content["division_code"],
        "status": "to_complete" if waits else "collected",
        "collected_at": collected[0] if collected else version.at,
        "confirmed_at": version.at,
    }


def _entered(version: RecordVersion) -> list[tuple[str, dt.datetime]]:
    """How and when the record has come to stand here, up to ``version``."""
    if version.number == 1:
        return [(version.kind, version.at)] if version.kind in ENTERED else []
    rows = RecordVersion.objects.filter(record=version.record_id, number__lte=version.number, kind__in=ENTERED)
    return list(rows.order_by("number").values_list("kind", "at"))


def person_of(version: RecordVersion) -> Person:
    """Whose record it was then."""
    return Person.from_flat(version.content["identity"])


def sections_of(version: RecordVersion) -> Sections:
    """The five sections without the ids of pictures, which say nothing to another platform."""
    return in_version_1(sections_2_of(version))


def sections_2_of(version: RecordVersion) -> Sections2:
    """The five sections in version 2 of the wire, which knows no answers about another answer."""
    content: dict[str, dict[str, Any]] = {slug.value: dict(version.content[slug]) for slug in SectionSlug}
    for slug, names in (*PICTURES.items(), *UNTOLD.items()):
        for name in names:
            content[slug].pop(name, None)
    return Sections2.read(json.dumps(content).encode())


def unreported_since(record: Record) -> dt.datetime | None:
    """Since when a version has been waiting longer than it should to be told to the national platform."""
    waiting = OutboxMessage.objects.open().filter(stream_id=record.pk, created_at__lt=clock.now() - PATIENCE)
    oldest: dt.datetime | None = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    return oldest


def has_unreported(record_column: str) -> Exists:
    """For a query over people: whether a version of the record in that column is still to be told."""
    return Exists(OutboxMessage.objects.open().filter(stream_id=OuterRef(record_column)))


def take_report_answer(operation: Operation, message: OutboxMessage, answer: Answer) -> None:
    """Who the national platform holds for the holder, and that it has the newest name (R1.4, R4.2)."""
    if answer.status == "accepted" and _changes_nothing(message.subject_id):
        return
    records = Record.objects.filter(pk=message.subject_id)
    user_id, name_waits = records.values_list("user_id", "exam_row__name_change_pending").get()
    record_hub_verdict(operation=operation, user_id=user_id, finding=_finding(answer))
    if name_waits and answer.status == "accepted":
        version = RecordVersion.objects.select_related("person_key").get(
            record=message.subject_id, number=message.version
        )
        # By the name that was told: it may have changed again in the meantime.
        told = ExamRow.objects.filter(record=message.subject_id, name=person_of(version).name)
        told.update(name_change_pending=False)


def _changes_nothing(record_id: uuid.UUID) -> bool:
    """Whether a yes says no more than what is known: nobody else holds the person, and no name waits for it."""
    clear = Check.objects.filter(kind=CheckKind.HOLDER, outcome=CheckOutcome.CLEAR, holder_code="")
    known = clear.filter(user__record=record_id, user__record__exam_row__name_change_pending=False)
    return known.exists()


def _finding(answer: Answer) -> PartnerFinding:
    if answer.status == "accepted":
        return PartnerFinding(CheckOutcome.CLEAR)
    holder = answer.result.held_by if isinstance(answer.result, ReportResult) else None
    if answer.code == Refusal.HELD_ELSEWHERE and holder:
        return PartnerFinding(CheckOutcome.CONFLICT, holder.code, holder.name)
    return PartnerFinding(CheckOutcome.CONFLICT)
