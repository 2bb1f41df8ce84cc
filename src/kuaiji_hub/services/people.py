"""Finding and keeping who is held."""

import datetime as dt
import uuid

from django.db.models import QuerySet

from kuaiji.common import locks
from kuaiji_hub import sealing
from kuaiji_hub.models import DataKey, Fingerprint, Person
from kuaiji_wire import people as wire
from kuaiji_wire.messages import AnyRecordReported, parse, read_envelope
from kuaiji_wire.names import same_name


def hold_documents(*given: tuple[wire.Person, str]) -> None:
    """Nobody else works on these documents until the transaction ends; each comes with its place in the message."""
    locks.lock("document", *sealing.values(sealing.fingerprints(person, field) for person, field in given))


def of_document(person: wire.Person, field: str) -> QuerySet[Person]:
    """Who has this document, whatever the name."""
    indexes = sealing.fingerprints(person, field).values()
    ids = Fingerprint.objects.filter(fingerprint__in=list(indexes)).values("person")
    return Person.objects.filter(pk__in=ids)


def of_record(platform: str, record_id: uuid.UUID) -> QuerySet[Person]:
    """Whom this platform holds under this record."""
    return Person.objects.filter(holder=platform, record_id=record_id)


def locked(found: QuerySet[Person]) -> Person | None:
    """The one person found, whose row nobody else changes until the transaction ends.

    Nothing may be joined: whose holder changed while we waited for the lock would not be found.
    """
    return found.select_for_update(no_key=True).first()


def has_document(person: Person, given: wire.Person, field: str) -> bool:
    """Whether the document is this person's."""
    return of_document(given, field).filter(pk=person.pk).exists()


def is_named(person: Person, name: str) -> bool:
    """Whether the hub knows the person by this name, however it is written.

    A digest by an older rule of folding tells nothing: until ``mend-texts`` has made it anew the report is opened.
    """
    if person.name_folding != sealing.FOLDING:
        return same_name(name, reported(person).name)
    return sealing.is_name(name, person.name_key, bytes(person.name_digest))


def reported(person: Person) -> wire.Person:
    """Name and document by the newest report: whatever renames a person is one."""
    assert person.report
    body = parse(read_envelope(person.report.plain_body))
    assert isinstance(body, AnyRecordReported)
    return body.person


def add(platform: str, record_id: uuid.UUID, given: wire.Person, *, at: dt.datetime) -> Person:
    """A person nobody held so far."""
    key_id, digest = sealing.name_print(given.name)
    person = Person.objects.create(
        data_key=DataKey.objects.make(),
        holder_id=platform,
        held_since=at,
        record_id=record_id,
        name_key=key_id,
        name_digest=digest,
    )
    _index(person, given)
    return person


def rename(person: Person, given: wire.Person) -> None:
    """Name and document as they are now; a number that is no longer theirs is free for whose it is. Saves no row."""
    print_name(person, given.name)
    indexes = set(sealing.fingerprints(given, "body.person").values())
    if indexes != {bytes(one.fingerprint) for one in person.fingerprints.all()}:
        person.fingerprints.all().delete()
        _index(person, given)


def print_name(person: Person, name: str) -> None:
    """Keep what this name is compared by from now on. Saves no row."""
    person.name_key, person.name_digest = sealing.name_print(name)
    person.name_folding = sealing.FOLDING


def _index(person: Person, given: wire.Person) -> None:
    indexes = sealing.fingerprints(given, "body.person")
    Fingerprint.objects.bulk_create(
        Fingerprint(fingerprint=value, key_id=key_id, person=person) for key_id, value in indexes.items()
    )
