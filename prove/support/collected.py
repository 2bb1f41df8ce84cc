"""Many collected records, quickly: one is filled in through the forms, the others are made of it row by row.

They have what is told of them: user, versions, outbox rows; the working rows of the sections stand for the first alone.
Imports models: only inside ``platform_inside``.
"""

import random
import uuid
from collections.abc import Iterator

from django.db import transaction

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reporting.reports import report_version
from kuaiji.accountants.services.versions import current_version
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import keyring
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from people.numbers import resident_id
from people.persons import make_person
from people.records import drafts, users

BATCH = 500
Content = dict[str, object]


def collect(count: int, *, versions_each: int = 1, seed: int = 1) -> list[uuid.UUID]:
    """``count`` records with so many versions each, all waiting to be reported, version by version; their ids."""
    pattern = _pattern(seed)
    rng, made = random.Random(f"collected {seed}"), list[uuid.UUID]()
    while len(made) < count:
        made += _batch(min(BATCH, count - len(made)), versions_each, pattern, rng)
    return made


def _pattern(seed: int) -> Content:
    """What a version of somebody at work holds."""
    someone = make_person(random.Random(f"pattern {seed}"), status="1")
    with transaction.atomic():
        user = users.make_user(someone)
        drafts.fill_in(user, someone)
        content: Content = current_version(drafts.submit(user)).content
        transaction.set_rollback(True)
    return content


@transaction.atomic
def _batch(count: int, versions_each: int, pattern: Content, rng: random.Random) -> list[uuid.UUID]:
    keys = PersonKey.objects.bulk_create(_key() for _ in range(count))
    users = User.objects.bulk_create(_user(key, rng) for key in keys)
    records = Record.objects.bulk_create(_record(user, versions_each) for user in users)
    made = [row for record in records for row in _versions(record, versions_each, pattern)]
    # Version by version, so that everybody's first is sent before anybody's second.
    for version in sorted(RecordVersion.objects.bulk_create(made), key=lambda row: row.number):
        report_version(version)
    return [uuid.UUID(str(record.pk)) for record in records]


def _key() -> PersonKey:
    key_id = uuid7()
    wrapping_key, wrapped = keyring().new_person_key(key_id)
    return PersonKey(id=key_id, wrapping_key=wrapping_key, wrapped=wrapped)


def _user(key: PersonKey, rng: random.Random) -> User:
    return User(
        person_key=key,
        name="陈示例",
        document_type="01",
        document_number=resident_id(rng),
        phone=f"138{rng.randrange(10**8):08}",
        password="!",
        works_in_accounting=True,
        holds_qualification=True,
    )


def _record(user: User, version: int) -> Record:
    now, record_id = clock.now(), uuid7()
    return Record(
        id=record_id,
        user=user,
        person_key=user.person_key,
        reference_number=record_id.hex[-20:],
        status=CollectionStatus.COLLECTED,
        division_code="440103",
        version=version,
        collected_at=now,
        confirmed_at=now,
    )


def _versions(record: Record, count: int, pattern: Content) -> Iterator[RecordVersion]:
    content = pattern | {"identity": record.user.person.flat(), "division_code": record.division_code}
    for number in range(1, count + 1):
        yield RecordVersion(
            record=record,
            person_key=record.person_key,
            number=number,
            operation_id=uuid7(),
            at=clock.now(),
            content=content,
        )
