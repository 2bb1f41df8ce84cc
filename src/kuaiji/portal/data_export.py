"""查阅、复制个人信息: all that is kept about a person, read once for the page and once for the file.

What is left out has no content of its own: keyed digests, keys, password hash, codes and cookies, jobs on their way,
and the working rows of the record, which its newest version holds whole.
"""

import base64
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.accountants.reading.display import Group, rows_of
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import applications_of
from kuaiji.archives.models import ArchivePrint
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog, Event
from kuaiji.collection.models import Submission
from kuaiji.collection.progress import progress_of
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.identity.sessions.store import sessions_of
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services.reading import transfers_out_of

IDENTITY = ("name", "document_type", "document_country", "document_number", "phone", "joined_at", "last_login")
ANSWERED = ("works_in_accounting", "holds_qualification")
OF_RECORD = ("reference_number", "division_code", "version", "collected_at", "confirmed_at", "status")
OF_REQUEST = ("reference_number", "kind", "field", "state", "submitted_at", "due_on", "decided_at", "reason")
OF_CLAIM = ("origin_id", "division_code", "state", "claimed_at", "reviewed_at", "findings", "hub_changed_at", "note")
OF_TRANSFER = (
    "division_code", "destination_id", "destination_division", "reason", "state", "applied_at", "reviewed_at",
    "findings", "withdraw_asked_at", "hub_changed_at", "note",
)  # fmt: skip
OF_SUBMISSION = ("waits_for", "state", "submitted_at", "decided_at", "words", "answers")
OF_PICTURE = ("id", "purpose", "width", "height", "size", "created_at", "claimed_at")


def record_of(user: User) -> Record | None:
    """The person's record, if there is one."""
    return Record.objects.of(user).select_related("person_key").first()


def answers_of(user: User, record: Record | None) -> dict[str, Any]:
    """The answers of the sections: as the record has them, or as far as they are filled in."""
    if record is None:
        return dict(progress_of(user).answers)
    content = record.versions.select_related("person_key").get(number=record.version).content
    return {section.slug.value: content[section.slug] for section in SECTIONS}


def in_words(user: User, answers: dict[str, Any]) -> list[tuple[str, list[Group]]]:
    """The filled sections as the person reads them."""
    facts = facts_of(user, answers.get("personal"), clock.today())
    return [
        (section.title, rows_of(section, answers[section.slug], facts))
        for section in SECTIONS
        if section.slug in answers
    ]


def pictures_of(user: User) -> QuerySet[Attachment]:
    """Every picture that was sent and is kept, the oldest first."""
    return Attachment.objects.filter(person_key=user.person_key_id).select_related("person_key").order_by("pk")


def reads_of(user: User, record: Record | None) -> QuerySet[AccessLog]:
    """Who looked at the person's data, or was refused, the newest first."""
    subjects: list[uuid.UUID] = [user.pk, user.person_key_id]
    subjects += [record.pk] if record else []
    subjects += pictures_of(user).values_list("pk", flat=True)
    subjects += applications_of(user).values_list("pk", flat=True)
    subjects += transfers_out_of(user).values_list("pk", flat=True)
    return AccessLog.objects.filter(subject_id__in=subjects).order_by("-id")


def reader(read: AccessLog, user: User) -> str:
    """Who it was, without a name."""
    if read.actor_kind != ActorKind.CITIZEN:
        return ActorKind(read.actor_kind).label
    return ActorKind.CITIZEN.label if read.actor_id == user.pk else "其他人"


def as_json(user: User) -> Iterator[str]:
    """The whole as one JSON object, picture by picture, so that no more than one of them is in memory."""
    record = record_of(user)
    yield json.dumps(_words(user, record), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).removesuffix("\n}")
    yield ',\n "pictures": ['
    for position, picture in enumerate(pictures_of(user).iterator()):
        yield f"{',' if position else ''}\n  {_dumped(_columns(picture, OF_PICTURE) | {'image': _image(picture)})}"
    yield '\n ],\n "reads": ['
    for position, read in enumerate(reads_of(user, record).iterator()):
        told = {"at": read.at, "by": reader(read, user), "action": read.action, "outcome": read.outcome}
        yield f"{',' if position else ''}\n  {_dumped(told)}"
    yield "\n ]\n}\n"


def _words(user: User, record: Record | None) -> dict[str, Any]:
    answers = answers_of(user, record)
    return {
        "platform": profile().title,
        "made_at": clock.now(),
        "identity": _columns(user, IDENTITY) | _columns(user, ANSWERED),
        "checks": list(user.checks.order_by("kind").values("kind", "outcome", "holder_name", "checked_at")),
        "agreements": list(user.agreements.order_by("at", "pk").values("text", "version", "at")),
        "status": CollectionStatus(record.status) if record else None,
        "record": _columns(record, OF_RECORD) if record else None,
        "answers": answers,
        "in_words": [
            {"title": title, "groups": [_group(group) for group in groups]} for title, groups in in_words(user, answers)
        ],
        "submissions": [_columns(one, OF_SUBMISSION) for one in _submissions(user)],
        "versions": _versions(record) if record else [],
        "holds": list(record.holds.order_by("since").values("kind", "since", "lifted_at")) if record else [],
        "prints": _prints(record) if record else [],
        "transfers_out": [_out(one) for one in transfers_out_of(user)],
        "transfers_in": [_columns(one, OF_CLAIM) for one in user.transfers_in.select_related("person_key")],
        "requests": [_request(request) for request in applications_of(user)],
        "sessions": list(sessions_of(user.pk).values("browser", "started_at", "last_used_at")),
        "events": _events(user),
    }


def _submissions(user: User) -> QuerySet[Submission]:
    return Submission.objects.of(user).select_related("person_key").order_by("submitted_at")


def _versions(record: Record) -> list[dict[str, Any]]:
    versions = record.versions.select_related("person_key").order_by("number")
    return [_columns(one, ("number", "at", "kind", "section", "actor_kind", "content")) for one in versions]


def _prints(record: Record) -> list[dict[str, Any]]:
    prints = ArchivePrint.objects.filter(record=record).order_by("asked_at")
    return [_columns(one, ("version", "state", "asked_at", "made_at", "pages")) for one in prints]


def _out(row: TransferOut) -> dict[str, Any]:
    return _columns(row, OF_TRANSFER) | {"hub": row.hub_words}


def _request(request: Application) -> dict[str, Any]:
    """What was typed for a lost phone may be a stranger's, so it is the person's only in a correction."""
    details = request.details if request.field else None
    return _columns(request, OF_REQUEST) | {"details": details}


def _events(user: User) -> list[dict[str, Any]]:
    """What was done with the person's data, with the values it was done with."""
    events = Event.objects.select_related("operation", "person_key").order_by("id")
    return [
        {"at": event.operation.at, "by": event.operation.actor_kind, "kind": event.kind}
        | {"data": event.data, "personal": event.personal}
        for event in events.filter(person_key=user.person_key_id) | events.filter(subject_id=user.pk)
    ]


def _group(group: Group) -> dict[str, Any]:
    return {"title": group.title, "lines": [{"label": line.label, "words": line.words} for line in group.lines]}


def _image(picture: Attachment) -> str | None:
    """A data address, or None when the file has been lost."""
    try:
        return f"data:image/jpeg;base64,{base64.b64encode(read_attachment(picture)).decode()}"
    except FileNotFoundError:
        return None


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _dumped(values: dict[str, Any]) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
