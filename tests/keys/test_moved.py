"""A ciphertext opens in its own place only: every sealed value, wrapped key and file is tried in every other place."""

import copy
import dataclasses
import functools
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone

from kuaiji.accountants.models import Record
from kuaiji.applications.models import PhoneLostDraft
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import LABEL, read_attachment
from kuaiji.cases.services.words import keep_words
from kuaiji.changes.models import WaitingName
from kuaiji.collection.enums import WaitsFor
from kuaiji.collection.models import Submission
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import SealBroken
from kuaiji.desk.models import Note
from kuaiji.exchange.models import InboxMessage
from kuaiji.feedback.models import Evaluation
from kuaiji.identity.models import LateForm, PhoneChange, Recovery, Registration, User
from kuaiji.keys.fields import SealedField
from kuaiji.keys.models import PersonKey
from kuaiji.sms.models import OutgoingSms
from kuaiji.transfers.enums import OutState
from kuaiji.transfers.models import ClaimDraft, TransferCode
from kuaiji.unsent.models import UnsentForm
from people.factories import ApplicationFactory, ReleaseFactory, TransferInFactory, TransferOutFactory
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.exam_clients import added
from people.records.users import make_user
from tests.support.cases import operation_of, sample_case, sample_kinds
from tests.support.members import make_member

FIELDS = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, SealedField)
]
PEOPLE, COLLECTED = 4, 2
LEAST_MOVES = 1000


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a ciphertext stands, and how one reads there; None for the key is the row's own. ``owned`` by a person?"""

    name: str
    owned: bool
    sealed: bytes
    read: Callable[[bytes, PersonKey | None], object]


@pytest.fixture
def places(db: None, settings: Any, tmp_path: Path) -> list[Place]:
    """Every kind of ciphertext, of people in the middle of everything and of people who are collected."""
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    ends = {"expires_at": timezone.now()}
    for seed in range(PEOPLE):
        person = make_person(random.Random(seed), status="3")
        user = make_user(person)
        fill_in(user, person)
        if seed < COLLECTED:
            leaving(submit(user))
            renaming(user)
        coming(user, seed)
        waiting(user)
        evaluated()
        noted_by_staff(user)
        added(f"system {seed}")
        Registration.objects.create(answers={"details": "typed"}, **ends)
        Recovery.objects.create(answers={"number": "typed"}, **ends)
        PhoneChange.objects.create(user=user, answers={"old": "typed"}, **ends)
        LateForm.objects.create(user=user, person_key=user.person_key, path="/", fields={"name": ["typed"]}, **ends)
        UnsentForm.objects.create(
            user=user,
            person_key=user.person_key,
            form="changes.name",
            fields={"name": ["typed"]},
            saved_at=timezone.now(),
        )
        PhoneLostDraft.objects.create(answers={"details": "typed"}, **ends)
        ApplicationFactory.create(user=user, details={"reason": "typed"})
        OutgoingSms.objects.create(template_key="x", phone="13800000000", parameters={"code": "typed"}, **ends)
    typed_by_staff()
    return [*in_columns(), *wrapped_keys(), *files()]


def leaving(record: Record) -> None:
    """A transfer out that was refused, with a code."""
    row = TransferOutFactory.create(record=record, reason="typed", note="said", state=OutState.REJECTED)
    TransferCode.objects.create(
        transfer=row, person_key=row.person_key, renewal=1, code="drawn", proofs={"told": 1}, made_at=row.applied_at
    )


def noted_by_staff(user: User) -> None:
    """What a member of staff wrote about somebody for colleagues."""
    Note.objects.create(person_key=user.person_key, words="typed", member=make_member(), written_at=timezone.now())


def typed_by_staff() -> None:
    """What two members typed about a case and did not send."""
    with sample_kinds():
        case = sample_case()
        for member in (make_member(), make_member()):
            operation = operation_of(member)
            keep_words(operation=operation, case_id=case.pk, member=member, fields={"words": ["typed"]})


def evaluated() -> None:
    """What somebody said of an act, under a key that is nobody's."""
    key, day = PersonKey.objects.make(), timezone.now().date()
    about = {"act": "collection", "place": "440103", "day": day, "grade": 5, "act_digest": key.id.bytes}
    Evaluation.objects.create(person_key=key, words="typed", **about)


def renaming(user: User) -> None:
    """A change of name that was taken back."""
    now = timezone.now()
    WaitingName.objects.create(
        record=user.record,
        person_key=user.person_key,
        state="withdrawn",
        name="typed",
        reason="typed",
        proof_id=uuid7(),
        made_at=now,
        decided_at=now,
    )


def waiting(user: User) -> None:
    """A submission that was given back, and one that waits."""
    common = {"user": user, "person_key": user.person_key, "waits_for": WaitsFor.BUREAU, "notice_version": "x"}
    now = timezone.now()
    Submission.objects.create(state="returned", words="said", submitted_at=now, decided_at=now, **common)
    Submission.objects.create(state="waiting", answers={"personal": "typed"}, submitted_at=now, **common)


def coming(user: User, number: int) -> None:
    """A transfer in: the message that brought it, its release sent back, and a claim by a phone that is new here."""
    told = InboxMessage.objects.create(
        number=number + 1,
        message_id=uuid7(),
        stream_id=uuid7(),
        topic="transfer.released",
        received_at=timezone.now(),
        person_key=user.person_key,
        envelope=b"told",
    )
    ReleaseFactory.create(
        id=told.stream_id, message_id=told.message_id, person_key=user.person_key, refusal="said", proofs={"told": 1}
    )
    TransferInFactory.create(
        transfer_id=told.stream_id,
        user=user,
        person={"name": "typed"},
        credentials={"phone": "typed"},
        phone_known=False,
        note="said",
    )
    ClaimDraft.objects.create(answers={"details": "typed"}, expires_at=timezone.now())


def in_columns() -> Iterator[Place]:
    for model, field in FIELDS:
        owner = [field.owner] if field.owner else []
        rows = model._default_manager.filter(**{f"{field.name}__isnull": False}).select_related(*owner)
        for row in rows:
            sealed = bytes(row.__dict__[field.attname])
            yield Place(name_of(model, field), bool(owner), sealed, functools.partial(read_column, row, field))


def name_of(model: type[models.Model], field: SealedField) -> str:
    return f"{model._meta.label}.{field.name}"


def read_column(row: models.Model, field: SealedField, sealed: bytes, key: PersonKey | None) -> object:
    """As if the database had handed ``sealed`` over in that row."""
    moved = copy.copy(row)
    moved.__dict__[field.attname] = field.from_db_value(sealed, None, None)
    if field.owner and key:
        setattr(moved, field.owner, key)
    return getattr(moved, field.name)


def wrapped_keys() -> Iterator[Place]:
    for key in PersonKey.objects.all():
        assert key.wrapped
        yield Place("a person's key", False, bytes(key.wrapped), functools.partial(open_key, key))


def open_key(row: PersonKey, sealed: bytes, _: PersonKey | None) -> object:
    return PersonKey(id=row.pk, wrapping_key=row.wrapping_key, wrapped=sealed).box


def files() -> Iterator[Place]:
    for row in Attachment.objects.select_related("person_key"):
        sealed = row.person_key.box.seal(b"a picture", LABEL, row.pk)
        storage.write(row.storage_key, sealed)
        yield Place("a file", True, sealed, functools.partial(read_file, row))


def read_file(row: Attachment, sealed: bytes, key: PersonKey | None) -> bytes:
    """As if somebody had put ``sealed`` where the row's file is."""
    Path(storages["default"].path(row.storage_key)).write_bytes(sealed)
    return read_attachment(Attachment(id=row.pk, person_key=key or row.person_key, storage_key=row.storage_key))


def test_a_moved_ciphertext_is_refused(places: list[Place]) -> None:
    assert {name_of(model, field) for model, field in FIELDS} <= {place.name for place in places}
    moves = list(itertools.permutations(places, 2))
    assert len(moves) >= LEAST_MOVES
    opened = [f"{there.name} in {here.name}" for there, here in moves if opens(here, there.sealed)]
    assert opened == []
    assert all(opens(place, place.sealed) for place in places)


def test_under_another_person_s_key_nothing_opens(places: list[Place]) -> None:
    stranger = PersonKey.objects.make()
    assert {place.name for place in places if not place.owned} == {
        "a person's key", "sms.OutgoingSms.phone", "sms.OutgoingSms.parameters",
        "identity.Registration.answers", "identity.Recovery.answers", "identity.PhoneChange.answers",
        "requests.PhoneLostDraft.answers", "transfers.ClaimDraft.answers",
    }  # fmt: skip
    assert [place.name for place in places if place.owned and opens(place, place.sealed, stranger)] == []


def opens(place: Place, sealed: bytes, key: PersonKey | None = None) -> bool:
    try:
        place.read(sealed, key)
    except SealBroken:
        return False
    return True
