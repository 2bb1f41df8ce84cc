"""Rows for the audit tables, written the way the application writes them: one transaction an operation."""

import concurrent.futures
import dataclasses
import datetime as dt
import random
import threading
from collections.abc import Callable
from typing import ClassVar

from django.db import connection, connections, transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck
from kuaiji.keys.models import PersonKey
from people.houses.processes import wait_for
from people.records.audit_tampering import Superuser


@dataclasses.dataclass(frozen=True, kw_only=True)
class Touched(DomainEvent):
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"after"})
    part: int
    after: str


# A question of the exam system about somebody who was found, with nothing left empty.
_ASKED = {
    "client_id": uuid7(),
    "key_id": "exam-1",
    "digest": bytes(32),
    "signature": bytes(32),
    "level": "2",
    "year": 2027,
    "division": "440100",
    "reference": "candidate",
    "ruleset": "rules",
    "outcome": Outcome.FOUND,
    "version": 1,
    "status": "collected",
    "division_code": "440103",
    "confirmed_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    "name_change_pending": False,
    "holder_code": "430000",
}


def write_operation(rng: random.Random, person_key: PersonKey) -> None:
    """An operation with one to three events, the look at the page that came before it, and a check of an exam."""
    operation = Operation(kind=rng.choice(list(OperationKind)), actor_kind=ActorKind.CITIZEN, actor_id=uuid7())
    subject_id = uuid7()
    AccessLog.objects.create(
        at=clock.now(), actor_kind=ActorKind.CITIZEN, action="collection.review", subject_id=subject_id, outcome="ok"
    )
    ExamCheck.objects.create(**_ASKED, at=clock.now(), user_id=subject_id, record_id=uuid7(), transfer_id=uuid7())
    events = [Touched(subject_id=subject_id, part=part, after="文字" * part) for part in range(1, rng.randint(2, 4))]
    with transaction.atomic():
        record_events(operation, *events, person_key=person_key)


def write_operations(count: int, rng: random.Random) -> None:
    """``count`` operations, one after the other."""
    person_key = PersonKey.objects.make()
    for _ in range(count):
        write_operation(rng, person_key)


def wait_until_over() -> None:
    """Return when every transaction begun so far on the server is over, whoever's it is: only then can it be sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (begun,) = cursor.fetchone()

        def is_over() -> bool:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [begun])
            return bool(cursor.fetchone()[0])

        wait_for(is_over)


def locks_waited_for(superuser: Superuser) -> set[str]:
    """What sessions of this database are waiting for now; growing a table's file is no queue of ours."""
    waits = superuser.execute(
        "SELECT wait_event FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event <> 'extend'"
    )
    return {wait for (wait,) in waits}


def write_in_parallel(writers: int, *, each: Callable[[random.Random], None], meanwhile: Callable[[], object]) -> None:
    """Let ``writers`` threads do ``each`` on connections of their own, and go on with ``meanwhile`` until all are done.

    Raises what one of them raised.
    """
    barrier = threading.Barrier(writers)

    def work(seed: int) -> None:
        try:
            barrier.wait()
            each(random.Random(seed))
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(writers) as pool:
        jobs = [pool.submit(work, seed) for seed in range(writers)]
        while not all(job.done() for job in jobs):
            meanwhile()
        for job in jobs:
            job.result()
