"""A kind of case for tests, and cases of it; what its decisions do are rows of the outbox, one for each time."""

import dataclasses
import datetime as dt
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, Stage
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.deciding import Judgement, Page
from kuaiji.cases.services.opening import open_case
from kuaiji.common import clock
from kuaiji.exchange.models import OutboxMessage
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from tests.support.members import make_member

SAMPLE, PAIR, LOOK = "sample", "pair", "look"  # one person decides; two; nobody does
STAFF = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})
APPROVE = Judgement(verdict=Verdict.APPROVE)
PLACES = ("440103", "440104", "440100", "440204", "")
RETURN = Judgement(verdict=Verdict.RETURN, reasons=["asked_twice"])


def effects(decision: Decision) -> int:
    """How often a decision was carried out."""
    return OutboxMessage.objects.filter(subject_id=decision.pk).count()


def operation_of(member: Member | None = None, kind: OperationKind = OperationKind.CASE_HANDLING) -> Operation:
    """An operation of a member of staff, or of the system, now."""
    actor = ActorKind.STAFF if member else ActorKind.SYSTEM
    return Operation(kind=kind, actor_kind=actor, actor_id=member.pk if member else None)


def sample_case(*, kind: str = SAMPLE, division: str = "440103", due_on: dt.date | None = None) -> Case:
    """An open case of ``kind``."""
    subject = uuid.uuid4()
    return open_case(
        operation=operation_of(),
        kind=kind,
        subject_id=subject,
        number=f"GD-{subject.hex[:10]}",
        division_code=division,
        due_on=due_on,
    )


def page(case: Case) -> Page:
    """A page of the case as it is now, opened anew."""
    return Page(key=uuid.uuid4(), stage=Case.objects.get(pk=case.pk).stage)


@contextmanager
def sample_kinds() -> Iterator[None]:
    """The kinds of cases of this module stand in the registry."""
    both = (Stage("初审", STAFF, frozenset({Role.CLERK})), Stage("复核", STAFF, frozenset({Role.CLERK, Role.REVIEWER})))
    kinds = {
        SAMPLE: _kind(1, both[:1]),
        PAIR: _kind(2, both, pair=True),
        LOOK: _kind(3, (Stage("调出", STAFF, frozenset()),)),
    }
    for name, kind in kinds.items():
        CASE_KINDS.register(name, kind)
    try:
        yield
    finally:
        for name in kinds:
            del CASE_KINDS._entries[name]


@contextmanager
def changed(name: str, **columns: Any) -> Iterator[None]:
    """A kind of this module is otherwise for a while."""
    before = CASE_KINDS[name]
    CASE_KINDS._entries[name] = dataclasses.replace(before, **columns)
    try:
        yield
    finally:
        CASE_KINDS._entries[name] = before


def _kind(order: int, stages: tuple[Stage, ...], *, pair: bool = False) -> CaseKind:
    return CaseKind(
        order=900 + order,
        label="样品",
        folder="samples",
        stages=stages,
        page=lambda case: f"/staff/samples/{case.pk}/",
        days=lambda: 5,
        subjects=lambda one: [],
        operation_kind=OperationKind.REQUEST_DECIDING,
        carry_out=_carry_out,
        needs_second=lambda case, verdict: pair and verdict == Verdict.APPROVE,
    )


def _carry_out(operation: Operation, case: Case, decision: Decision) -> None:
    OutboxMessage.objects.create(
        stream_id=case.pk,
        topic="sample",
        subject_id=decision.pk,
        version=1,
        dedupe_key=str(uuid.uuid4()),
        created_at=clock.now(),
    )
    record_events(operation)


def crowd(number: int, today: dt.date, *, closed: float = 0.3) -> None:
    """Cases of all kinds and places, some closed, some handed up, some overdue."""
    rng, now = random.Random(5), clock.now()
    first, city = make_member(Role.CLERK, Role.REVIEWER), make_member(bureau="440100")
    rows = []
    for place in range(number):
        stage = rng.choice((1, 1, 2))
        handed = rng.random() < 0.1
        rows.append(
            Case(
                kind=PAIR if stage == 2 else rng.choice((SAMPLE, PAIR, LOOK)),
                stage=stage,
                subject_id=uuid.uuid4(),
                number=f"N{place}",
                division_code=rng.choice(PLACES),
                opened_at=now - dt.timedelta(hours=rng.randrange(900)),
                due_on=today + dt.timedelta(days=rng.randrange(-10, 30)),
                first_by=first if stage == 2 else None,
                closed_at=now if rng.random() < closed else None,
                handed_to=city.bureau if handed else None,
                handed_by=first if handed else None,
                handed_at=now if handed else None,
            )
        )
    Case.objects.bulk_create(rows)
