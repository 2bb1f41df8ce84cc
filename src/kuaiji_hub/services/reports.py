"""``record.reported``: who holds whom, and the newest archive of each (S13)."""

import datetime as dt
import uuid

from kuaiji_hub import sealing
from kuaiji_hub.models import Person
from kuaiji_hub.rules import Quota
from kuaiji_hub.services import counts, people
from kuaiji_hub.services.outcomes import Outcome
from kuaiji_wire.answers import Refusal, ReportResult
from kuaiji_wire.messages import AnyRecordReported
from kuaiji_wire.shapes import PlatformName


def report(*, sender: str, message_id: uuid.UUID, body: AnyRecordReported, at: dt.datetime) -> Outcome:
    """Take what a platform says of its record; whom nobody holds is from now on held by it.

    A record is known by its id, so that a changed name or number stays the same person's. What is older than what the
    hub has changes nothing and is accepted: messages may overtake each other.

    A document that is new to the record has to keep the rules of documents; what stands may be told of as it is. Raises
    BadDocument, and OverQuota where nobody held the person and the sender may begin with no more people today.
    """
    before = [(body.previous, "body.previous")] if body.previous else []
    people.hold_documents((body.person, "body.person"), *before)
    person = people.locked(people.of_record(sender, body.record_id))
    if person is None or not people.has_document(person, body.person, "body.person"):
        sealing.check_document(body.person, "body.person")
    if person:
        if people.of_document(body.person, "body.person").exclude(pk=person.pk).exists():
            return _outcome(body, person, Refusal.DOCUMENT_TAKEN)
        if person.version is None or body.archive.version > person.version:
            _follow(person, message_id, body)
        return _outcome(body, person)
    for given, field in [(body.person, "body.person"), *before]:
        if known := people.locked(people.of_document(given, field)):
            return _known_otherwise(known, sender, message_id, body)
    counts.use(sender, Quota.FIRST_REPORTS, at=at)
    person = people.add(sender, body.record_id, body.person, at=at)
    _follow(person, message_id, body)
    return _outcome(body, person)


def _known_otherwise(person: Person, sender: str, message_id: uuid.UUID, body: AnyRecordReported) -> Outcome:
    """The document is known, but not under this record of the sender."""
    names = [body.person.name, *([body.previous.name] if body.previous else [])]
    if not any(people.is_named(person, name) for name in names):
        # Whoever has the number but not the name learns nothing of who holds it (R1.4).
        return Outcome(
            subject_id=body.record_id,
            record_id=body.record_id,
            data_key=person.data_key,
            refusal=Refusal.NAME_MISMATCH,
        )
    if person.holder_id != sender:
        return _outcome(body, person, Refusal.HELD_ELSEWHERE)
    if person.made_at is None or body.archive.made_at > person.made_at:
        person.record_id = body.record_id  # a record made anew at the same platform
        _follow(person, message_id, body)
    return _outcome(body, person)


def _follow(person: Person, message_id: uuid.UUID, body: AnyRecordReported) -> None:
    people.rename(person, body.person)
    person.version, person.made_at = body.archive.version, body.archive.made_at
    person.report_id = message_id
    person.save()


def _outcome(body: AnyRecordReported, person: Person, refusal: Refusal | None = None) -> Outcome:
    held_by: PlatformName = person.holder.title
    return Outcome(
        subject_id=body.record_id,
        record_id=body.record_id,
        data_key=person.data_key,
        refusal=refusal,
        result=ReportResult(
            held_by=held_by, newest_version=person.version if person.record_id == body.record_id else None
        ),
    )
