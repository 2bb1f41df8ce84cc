"""What submissions and registrations left in the database of a house (see ``run_inside``): too little, too much, or
exactly what one of them leaves."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from kuaiji.accountants import models
from kuaiji.accountants.enums import SectionSlug
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.models import Event, Operation
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Check, Fingerprint
from kuaiji.identity.people.fingerprints import number_fingerprints, users_with

Rows = Counter[str]
UNTOUCHED = Rows({"open draft": 1, "saved step": len(SectionSlug)})
AT_LEAST = Rows({"Record": 1, "RecordVersion": 1})
ONCE = (
    "Record", "RecordVersion", "ExamRow", "Personal", "Employment", "Professional",
    "submitted draft", "outbox message", "event", "operation",
)  # fmt: skip
OF_RECORDS = (
    models.RecordVersion,
    models.ExamRow,
    models.Personal,
    models.Education,
    models.Employment,
    models.AccountingPeriod,
    models.Professional,
    models.Qualification,
    models.Talent,
    models.Award,
)


def count_submissions(*, users: list[str]) -> dict[str, dict[str, Any]]:
    """For each user the reference number (empty without a record), and what there is too little and too much of."""
    ids = [uuid.UUID(user) for user in users]
    numbers = dict(models.Record.objects.filter(user__in=ids).values_list("user", "reference_number"))
    there, wanted = _rows_there(ids), _rows_wanted(ids, numbers)
    return {
        str(user): {
            "number": numbers.get(user, ""),
            "too_little": sorted((wanted[user] - there[user]).keys()),
            "too_much": sorted((there[user] - wanted[user]).keys()),
        }
        for user in ids
    }


def count_registrations(*, numbers: list[str]) -> list[dict[str, int]]:
    """How many rows registering each document number left."""
    counts = []
    for number in numbers:
        found = users_with(FingerprintKind.NUMBER, number_fingerprints(number))
        ids = [user.pk for user in found]
        rows = {
            "users": len(ids),
            "fingerprints": Fingerprint.objects.filter(user__in=ids).count(),
            "checks": Check.objects.filter(user__in=ids).count(),
            "events": Event.objects.filter(kind="UserRegistered", subject_id__in=ids).count(),
        }
        counts.append(rows)
    return counts


def _rows_wanted(users: list[uuid.UUID], recorded: Collection[uuid.UUID]) -> dict[uuid.UUID, Rows]:
    """Without a record the whole draft; with one exactly what its first version says."""
    wanted = {user: AT_LEAST if user in recorded else UNTOUCHED for user in users}
    versions = models.RecordVersion.objects.filter(record__user__in=users, number=1)
    for version in versions.select_related("record", "person_key"):
        wanted[version.record.user_id] = _rows_of(version.content)
    return wanted


def _rows_of(content: dict[str, Any]) -> Rows:
    personal, education, employment, professional, awards = (content[slug] for slug in SectionSlug)
    pictures = [personal["photo"], personal["id_card_front"], personal["id_card_back"], employment["student_proof"]]
    counted = {
        "Education": sum(bool(education[f"{mode}_level"]) for mode in ("full_time", "part_time")),
        "AccountingPeriod": len(employment["periods"]) + bool(employment["accounting_start_date"]),
        "Qualification": len(professional["qualifications"]),
        "Talent": len(professional["talents"]),
        "Award": len(awards["awards"]),
        "claimed picture": sum(map(bool, pictures)),
    }
    return Rows(dict.fromkeys(ONCE, 1) | counted)


def _rows_there(users: list[uuid.UUID]) -> dict[uuid.UUID, Rows]:
    records = dict(models.Record.objects.filter(user__in=users).values_list("pk", "user"))
    drafts, pictures = Draft.objects.filter(user__in=users), Attachment.objects.filter(person_key__user__in=users)
    there: defaultdict[uuid.UUID, Rows] = defaultdict(Rows)

    def count(what: str, owners: Iterable[Any]) -> None:
        for owner in owners:
            there[owner][what] += 1

    count("Record", records.values())
    for table in OF_RECORDS:
        count(table.__name__, table._default_manager.filter(record__in=records).values_list("record__user", flat=True))
    count("open draft", drafts.filter(submitted_at=None).values_list("user", flat=True))
    count("submitted draft", drafts.exclude(submitted_at=None).values_list("user", flat=True))
    count("saved step", StepAnswers.objects.filter(draft__user__in=users).values_list("draft__user", flat=True))
    count("claimed picture", pictures.exclude(claimed_at=None).values_list("person_key__user", flat=True))
    unclaimed = pictures.filter(claimed_at=None, person_key__record__isnull=False)
    count("unclaimed picture", unclaimed.values_list("person_key__user", flat=True))
    messages = OutboxMessage.objects.filter(subject_id__in=records).values_list("subject_id", flat=True)
    count("outbox message", (records[pk] for pk in messages))
    events = Event.objects.filter(subject_id__in=records, kind="RecordCollected").values_list("subject_id", flat=True)
    count("event", (records[pk] for pk in events))
    operations = Operation.objects.filter(actor_id__in=users, kind=OperationKind.RECORD_COLLECTING)
    count("operation", operations.values_list("actor_id", flat=True))
    return there
