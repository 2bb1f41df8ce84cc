"""What the timeline of a person is made of, in words: one source for each table."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from kuaiji.accountants.enums import SectionSlug, VersionKind
from kuaiji.accountants.events import RecordConfirmed
from kuaiji.accountants.models import RecordVersion
from kuaiji.accountants.reading.comparison import differences, parts_of, without_pictures
from kuaiji.accountants.sections.registry import BY_SLUG
from kuaiji.applications.enums import ApplicationKind, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import applications_of
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.labels import label_of
from kuaiji.audit.models import AccessLog, Event, Operation
from kuaiji.audit.services import OK
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.desk.models import Note
from kuaiji.desk.record.enums import MomentKind, RevealReason, Shown
from kuaiji.desk.record.events import PersonShown
from kuaiji.desk.record.guards import Subject
from kuaiji.desk.record.moments import Moment, Source
from kuaiji.desk.record.people import names_of
from kuaiji.desk.record.services import notes_of
from kuaiji.examchecks.models import ExamCheck
from kuaiji.exchange.models import OutboxMessage
from kuaiji.messages.display import item_of
from kuaiji.messages.models import Message
from kuaiji.messages.services.reading import inbox_of
from kuaiji.regions.models import Registry
from kuaiji.regions.services import full_name
from kuaiji.standing.exam.told import shown_told
from kuaiji.standing.reads import reads_of
from kuaiji.transfers.enums import Action, InState, OutState
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji_wire.answers import ACCEPTED, Refusal

_REQUESTS: Mapping[str, str] = MappingProxyType(
    {
        "RequestSubmitted": "提交",
        "RequestWithdrawn": "撤销",
        "RequestReviewed": "初审通过",
        "RequestApproved": "通过",
        "RequestRefused": "不予通过",
    }
)
_TRANSFERS = ("TransferApplied", "TransferClaimed", "ClaimVouched", "TransferMoved")
# What the hub answers to a report (kuaiji_wire.answers.REFUSALS), as it goes on after 全国平台.
REPORT_ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        ACCEPTED: "已接收",
        Refusal.HELD_ELSEWHERE: "答复已由其他平台采集",
        Refusal.NAME_MISMATCH: "答复以另一姓名登记",
        Refusal.DOCUMENT_TAKEN: "答复证件已属另一份档案",
    }
)
_REPORT_ENDS = ("上报中", "已上报", "停放，等人处理", "已放弃")


def _versions(subject: Subject) -> QuerySet[RecordVersion] | None:
    return subject.record.versions.all() if subject.record else None


def _tell_versions(subject: Subject, rows: list[RecordVersion]) -> Iterator[Moment]:
    """Each with what it changed, by name: the values stand where two versions are compared."""
    record = subject.record
    assert record is not None
    before = {version.number - 1 for version in rows} - {version.number for version in rows}
    all_rows = [*rows, *record.versions.filter(number__in=before)]
    by_number = {version.number: version for version in all_rows}
    for version in all_rows:
        version.person_key = subject.user.person_key
    today = clock.today()
    parts = {number: parts_of(version, today, address=str) for number, version in by_number.items()}
    operations = _operations(RecordVersion.objects.filter(pk__in=[row.pk for row in rows]))
    platforms = dict(Registry.objects.values_list("code", "name")) if any(row.platform for row in rows) else {}
    for version in rows:
        old, new = parts.get(version.number - 1), parts[version.number]
        if old and (version.platform or by_number[version.number - 1].platform):
            old, new = without_pictures(old), without_pictures(new)
        labels = dict.fromkeys(pair.label for _, pairs in differences(old, new) for pair in pairs) if old else {}
        words = [f"变更：{'、'.join(labels)}"] if labels else []
        yield Moment(
            version.at,
            version.pk,
            f"第 {version.number} 版：{_kind_of(version)}",
            platforms.get(version.platform) or operations.get(version.operation_id) or _actor(version.actor_kind),
            tuple(words),
            f"{subject.address('versions')}?left={version.number - 1}&right={version.number}" if old else "",
            "与上一版对照" if old else "",
        )


def _kind_of(version: RecordVersion) -> str:
    kind = VersionKind(version.kind)
    return f"{kind.label}，{BY_SLUG[SectionSlug(version.section)].title}" if version.section else kind.label


def _operations(versions: QuerySet[RecordVersion]) -> dict[uuid.UUID, str]:
    """Who of staff made a version, by its operation."""
    ids = versions.values("operation_id")
    rows = Operation.objects.filter(pk__in=ids, actor_kind=ActorKind.STAFF).values_list("pk", "actor_id")
    found = dict(rows)
    names = names_of(found.values())
    return {operation: names.get(actor, _actor(ActorKind.STAFF)) for operation, actor in found.items()}


def _confirmations(subject: Subject) -> QuerySet[Event] | None:
    if subject.record is None:
        return None
    return _events([subject.record.pk]).filter(kind=RecordConfirmed.__name__)


def _tell_confirmations(subject: Subject, rows: list[Event]) -> Iterator[Moment]:
    for row in rows:
        yield Moment(row.operation.at, row.pk, "信息无变化，确认", _actor(row.operation.actor_kind))


def _requests(subject: Subject) -> QuerySet[Event]:
    return _events(applications_of(subject.user).values("pk")).filter(kind__in=_REQUESTS)


def _tell_requests(subject: Subject, rows: list[Event]) -> Iterator[Moment]:
    applications = Application.objects.in_bulk([row.subject_id for row in rows])
    names = _names(rows)
    for row in rows:
        made = applications[row.subject_id]
        about = f"更正{CorrectionField(made.field).label}" if made.field else ApplicationKind(made.kind).label
        refused = row.kind == "RequestRefused"
        said = row.operation.reason or (made.reason if refused else "")
        words = [
            f"申请编号 {made.reference_number}",
            *(_reasons(made.reasons) if refused else []),
            *([f"说明：{said}"] if said else []),
        ]
        yield Moment(row.operation.at, row.pk, f"{about}：{_REQUESTS[row.kind]}", _by(row, names), tuple(words))


def _transfers(subject: Subject) -> QuerySet[Event]:
    outs = TransferOut.objects.filter(record__user=subject.user).values("pk")
    ins = TransferIn.objects.filter(user=subject.user).values("pk")
    events = Event.objects.filter(Q(subject_id__in=outs) | Q(subject_id__in=ins), kind__in=_TRANSFERS)
    return events.select_related("operation")


def _tell_transfers(subject: Subject, rows: list[Event]) -> Iterator[Moment]:
    ids = [row.subject_id for row in rows]
    outs = TransferOut.objects.select_related("destination").in_bulk(ids)
    ins = TransferIn.objects.select_related("origin").in_bulk(ids)
    names = _names(rows)
    for row in rows:
        if out := outs.get(row.subject_id):
            way, states = f"调出到{out.destination.name}", dict(OutState.choices)
        else:
            claim = ins[row.subject_id]
            way, states = f"从{claim.origin.name}调入{full_name(claim.division_code)}", dict(InState.choices)
        refused = not out and row.data.get("after") == InState.REFUSED
        words = _reasons(claim.reasons) if refused else []
        yield Moment(row.operation.at, row.pk, f"{way}：{_step(row, states)}", _by(row, names), tuple(words))


def _reasons(kept: Iterable[Mapping[str, str]]) -> list[str]:
    """What a member chose from the kept list, as the person was told it."""
    return [f"原因：{reason['words']}" for reason in kept]


def _step(row: Event, states: Mapping[str, str]) -> str:
    if row.kind != "TransferMoved":
        return {"TransferApplied": "申请", "TransferClaimed": "确认调入", "ClaimVouched": "第一人核实"}[row.kind]
    before, after = states[row.data["before"]], states[row.data["after"]]
    if before == after:
        return _ASKED.get(row.data["action"], f"仍为{after}")
    return f"{before} → {after}"


_ASKED: Mapping[str, str] = MappingProxyType({Action.WITHDRAW.value: "申请撤回", Action.RENEW_CODE.value: "换调转码"})


def _messages(subject: Subject) -> QuerySet[Message]:
    return inbox_of(subject.user.person_key_id)


def _tell_messages(subject: Subject, rows: list[Message]) -> Iterator[Moment]:
    for row in rows:
        row.person_key = subject.user.person_key
        item = item_of(row)
        states = [f"{line.channel}：{line.label}{f'（{line.why}）' if line.why else ''}" for line in item.deliveries]
        states.append("收件箱：未读" if item.is_new else "收件箱：已读")
        yield Moment(row.made_at, row.pk, f"消息：{item.heading}", "", (item.words, "，".join(states)))


def _reports(subject: Subject) -> QuerySet[OutboxMessage] | None:
    return OutboxMessage.objects.filter(subject_id=subject.record.pk) if subject.record else None


def _tell_reports(subject: Subject, rows: list[OutboxMessage]) -> Iterator[Moment]:
    for row in rows:
        going, done, parked, dropped = _REPORT_ENDS
        state = dropped if row.dropped_at else done if row.done_at else parked if row.parked_at else going
        answer = f"，全国平台{REPORT_ANSWERS[row.answer_code]}" if row.answer_code else ""
        ended = f"，{row.done_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if row.done_at else ""
        yield Moment(row.created_at, row.pk, f"上报全国平台：第 {row.version} 版", "", (f"{state}{ended}{answer}",))


def _checks(subject: Subject) -> QuerySet[ExamCheck]:
    return ExamCheck.objects.filter(user_id=subject.user.pk)


def _tell_checks(subject: Subject, rows: list[ExamCheck]) -> Iterator[Moment]:
    for told in shown_told(rows):
        unmet = [f"{title}：{verdict.text}" for title, verdict in told.verdicts if not verdict.met]
        yield Moment(told.at, told.row, f"{told.exam}：{told.state}", told.client, tuple(unmet))


def _looks(subject: Subject) -> QuerySet[AccessLog]:
    """Who looked, the person apart; what was shown whole is told with its reason by its event."""
    reads = reads_of(subject.user).exclude(actor_kind=ActorKind.CITIZEN, actor_id=subject.user.pk)
    return reads.exclude(action="desk.reveal", outcome=OK)


def _tell_looks(subject: Subject, rows: list[AccessLog]) -> Iterator[Moment]:
    names = names_of(row.actor_id for row in rows)
    for row in rows:
        refused = "" if row.outcome == OK else "（未给看）"
        by = names.get(row.actor_id) or ("其他人" if row.actor_kind == ActorKind.CITIZEN else _actor(row.actor_kind))
        yield Moment(row.at, row.pk, f"{label_of(row.action)}{refused}", by)


def _reveals(subject: Subject) -> QuerySet[Event]:
    return _events([subject.user.pk]).filter(kind=PersonShown.__name__)


def _tell_reveals(subject: Subject, rows: list[Event]) -> Iterator[Moment]:
    names = _names(rows)
    for row in rows:
        row.person_key = subject.user.person_key
        reason = RevealReason(row.data["reason"]).label
        said = (row.personal or {}).get("words", "")
        title = f"显示完整内容：{Shown(row.data['what']).label}"
        yield Moment(row.operation.at, row.pk, title, _by(row, names), (f"原因：{said or reason}",))


def _notes(subject: Subject) -> QuerySet[Note]:
    return notes_of(subject.user)


def _tell_notes(subject: Subject, rows: list[Note]) -> Iterator[Moment]:
    for row in rows:
        row.person_key = subject.user.person_key
        yield Moment(row.written_at, row.pk, "备注", names_of([row.member_id])[row.member_id], (row.words,))


def _entries(subject: Subject) -> QuerySet[Event]:
    return _events([subject.user.pk]).filter(kind__in=_OF_ENTRY)


_OF_ENTRY = (
    *("UserRegistered", "RegistrationCorrected", "PasswordRecovered", "PasswordChanged", "PhoneChanged"),
    *("CheckAnswered", "UserReopened", "UserClosed"),
)


def _tell_entries(subject: Subject, rows: list[Event]) -> Iterator[Moment]:
    names = _names(rows)
    for row in rows:
        yield Moment(row.operation.at, row.pk, OperationKind(row.operation.kind).label, _by(row, names))


def _events(subjects: Any) -> QuerySet[Event]:
    return Event.objects.filter(subject_id__in=subjects).select_related("operation")


def _names(rows: Iterable[Event]) -> Mapping[uuid.UUID | None, str]:
    return names_of(row.operation.actor_id for row in rows)


def _by(row: Event, names: Mapping[uuid.UUID | None, str]) -> str:
    return names.get(row.operation.actor_id) or _actor(row.operation.actor_kind)


def _actor(kind: str) -> str:
    return ActorKind(kind).label


EVENT_AT = "operation__at"
SOURCES = (
    Source(kind=MomentKind.ENTRY, rows=_entries, tells=_tell_entries, at=EVENT_AT),
    Source(kind=MomentKind.VERSION, rows=_versions, tells=_tell_versions),
    Source(kind=MomentKind.VERSION, rows=_confirmations, tells=_tell_confirmations, at=EVENT_AT),
    Source(kind=MomentKind.REQUEST, rows=_requests, tells=_tell_requests, at=EVENT_AT),
    Source(kind=MomentKind.TRANSFER, rows=_transfers, tells=_tell_transfers, at=EVENT_AT),
    Source(kind=MomentKind.MESSAGE, rows=_messages, tells=_tell_messages, at="made_at"),
    Source(kind=MomentKind.REPORT, rows=_reports, tells=_tell_reports, at="created_at"),
    Source(kind=MomentKind.EXAM, rows=_checks, tells=_tell_checks),
    Source(kind=MomentKind.LOOK, rows=_looks, tells=_tell_looks),
    Source(kind=MomentKind.LOOK, rows=_reveals, tells=_tell_reveals, at=EVENT_AT),
    Source(kind=MomentKind.NOTE, rows=_notes, tells=_tell_notes, at="written_at"),
)
