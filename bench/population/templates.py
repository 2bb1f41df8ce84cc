"""The few people whom all others are made after: registered and collected by the services, as the pages would.

Imports models: only where Django is set up.
"""

import enum
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from bench.population.personas import PASSWORD
from kuaiji.accountants.models import ExamRow, ListRow, NameKey, Record, RecordVersion, Section
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog, Event, Operation
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.common import clock
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Agreement, Check, Fingerprint, KnownBrowser, User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.keys.models import PersonKey
from people.factories import RecordFactory, UserFactory
from people.persons import STATUSES, make_person

ACCESSES = 5
MARKS = (
    "鬯黼黻黹鼐鼒鼗鼙鼷龠龢麈麇麏麚鬻魋魍鷃鸑鴽鶡鹓麴鬣骎骐骒骓骕骖骢"  # one of each template's name, in nobody else's
)


class Kind(enum.StrEnum):
    """What there is of each person."""

    EXAM_ONLY = "exam-only"  # what the exam check finds: fingerprints, bare record, exam row; nobody can sign in
    LOOKED_UP = "looked-up"  # what look-ups, lists and figures read; pictures are the template's
    EVERYTHING = "everything"  # with audit rows, the draft, checks, pictures' rows without files, the outbox


class Template(NamedTuple):
    """Somebody, and the rows of theirs, a query for each table."""

    user: User
    rows: Sequence[QuerySet[Any]]


def make_people(rng: random.Random, count: int) -> list[User]:
    """Of every status in turn, with all that the services leave behind."""
    made = []
    for at, mark in enumerate(MARKS[:count]):
        person = make_person(rng, status=STATUSES[at % len(STATUSES)], name=f"{mark}模")
        user = UserFactory.create(person=person, typed_password=PASSWORD)
        Check.objects.bulk_create(first_check(user, kind, PartnerFinding(CheckOutcome.CLEAR)) for kind in CheckKind)
        KnownBrowser.objects.create(user=user, digest=rng.randbytes(32), seen_at=clock.now())
        record = RecordFactory.create(user=user, person=person)
        told = OutboxMessage.objects.filter(subject_id=record.pk)  # nobody told the hub of the others
        told.update(done_at=clock.now(), answer_code="ok")
        AccessLog.objects.bulk_create(
            AccessLog(at=clock.now(), actor_kind=ActorKind.CITIZEN, actor_id=user.pk, action="me", subject_id=user.pk,
                      outcome="ok")
            for _ in range(ACCESSES)
        )  # fmt: skip
        made.append(user)
    return made


def template_of(user: User, kind: Kind) -> Template:
    """The rows of ``user`` that a person of that kind has."""
    record, key = user.record, user.person_key_id
    found: list[QuerySet[Any]] = [Fingerprint.objects.filter(user=user), Record.objects.filter(pk=record.pk)]
    if kind == Kind.EXAM_ONLY:
        return Template(user, [*found, ExamRow.objects.filter(record=record)])
    found += [PersonKey.objects.filter(pk=key), User.objects.filter(pk=user.pk), Agreement.objects.filter(user=user)]
    if kind == Kind.EVERYTHING:
        events = Event.objects.filter(person_key=key)
        found += [
            Attachment.objects.filter(person_key=key),
            Check.objects.filter(user=user),
            KnownBrowser.objects.filter(user=user),
            Draft.objects.filter(user=user),
            StepAnswers.objects.filter(draft__user=user),
            OutboxMessage.objects.filter(subject_id=record.pk),
            Operation.objects.filter(pk__in=events.values("operation")),
            events,
            AccessLog.objects.filter(actor_id=user.pk),
        ]
    found += [model.objects.filter(record=record) for model in _sections()]
    found += [RecordVersion.objects.filter(record=record, number=record.version), ExamRow.objects.filter(record=record)]
    found += [ListRow.objects.filter(record=record), NameKey.objects.filter(record=record)]
    return Template(user, found)


def _sections() -> list[Any]:
    return sorted(Section.__subclasses__(), key=lambda model: model._meta.db_table)
