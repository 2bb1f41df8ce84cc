"""The tables of the exam check: what only grows, and what is emptied whole."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.errors import InsufficientPrivilege, UniqueViolation

from kuaiji.audit.sealed_tables import sealed_tables
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.examchecks import tasks
from kuaiji.examchecks.enums import SLOT_SECONDS, SLOTS
from kuaiji.examchecks.models import ExamCheck, UsedNonce
from kuaiji.examchecks.services.nonces import MARGIN, reachable, slot_of, sweep_nonces

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 5, 8, 0, tzinfo=dt.UTC)


def refusal(statement: str) -> type[BaseException | None]:
    """Why the database refuses it to the application's role."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return type(refused.value.__cause__)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE examchecks_examcheck SET outcome = 'found'",
        "DELETE FROM examchecks_examcheck",
        "TRUNCATE examchecks_examcheck",
        "INSERT INTO examchecks_examcheck (tx) VALUES ('3')",
        "UPDATE examchecks_usednonce SET slot = 0",
        "DELETE FROM examchecks_usednonce",
        "TRUNCATE examchecks_usednonce",
        "DELETE FROM examchecks_usednonce_0",
    ],
)
def test_what_was_answered_and_what_was_used_cannot_be_undone(statement: str) -> None:
    assert refusal(statement) is InsufficientPrivilege


def test_answers_are_sealed() -> None:
    assert ExamCheck._meta.db_table in sealed_tables()


def test_a_nonce_is_used_once_in_its_slot_and_kept_while_a_signature_can_reach_it() -> None:
    at, mark = clock.now(), uuid7()
    UsedNonce.objects.create(mark=mark, slot=slot_of(at.timestamp()))
    assert refusal(f"INSERT INTO examchecks_usednonce VALUES ('{mark}', {slot_of(at.timestamp())})") is UniqueViolation
    assert sweep_nonces(at=at) == 0 and UsedNonce.objects.filter(mark=mark).exists()
    assert sweep_nonces(at=at + 2 * MARGIN + dt.timedelta(seconds=SLOT_SECONDS)) == 1
    assert not UsedNonce.objects.exists()


def test_the_job_empties_what_is_over() -> None:
    over = clock.now() - dt.timedelta(seconds=2 * SLOT_SECONDS)
    UsedNonce.objects.create(mark=uuid7(), slot=slot_of(over.timestamp()))
    tasks.sweep_nonces(timestamp=0)
    assert not UsedNonce.objects.exists()


def test_every_signature_that_is_taken_lands_where_nothing_is_emptied_and_some_slot_is_always_free() -> None:
    for second in range(0, SLOT_SECONDS * SLOTS, 7):
        at = NOW + dt.timedelta(seconds=second)
        open_slots = reachable(at)
        assert len(open_slots) < SLOTS
        for skew in range(-300, 301, 50):
            assert slot_of(at.timestamp() + skew) in open_slots
